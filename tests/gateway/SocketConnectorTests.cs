using System;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A connection to the smarthost works, or says which of name, port, TLS and certificate is wrong.</summary>
public sealed class SocketConnectorTests
{
    private static readonly byte[] Hello = Encoding.ASCII.GetBytes("220 hello\r\n");

    [Fact]
    public void APortWithNobodyIsRefusedInWords()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var connector = new SocketConnector();
        Assert.Null(connector.Connect(To("127.0.0.1", port, false), 0, 5000));
        Assert.Equal($"127.0.0.1:{port} refuses the connection: nothing listens on that port", connector.Error);
    }

    [Fact]
    public void ANameThatIsNoneIsAMatterOfTheName()
    {
        var connector = new SocketConnector();
        Assert.Null(connector.Connect(To("no-such-host.invalid", 25, false), 0, 10000));
        Assert.StartsWith("the name no-such-host.invalid c", connector.Error);
    }

    [Fact]
    public async Task SilenceIsATimeoutAndTheConnectionStands()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        IConnection connection = new SocketConnector().Connect(To("127.0.0.1", Port(server), false), 0, 5000)!;
        using TcpClient peer = await server.AcceptTcpClientAsync();
        byte[] buffer = new byte[100];
        Assert.Equal(Connection.TimedOut, connection.Receive(buffer, 0, buffer.Length, 100));
        await peer.GetStream().WriteAsync(Hello);
        Assert.Equal(Hello.Length, connection.Receive(buffer, 0, buffer.Length, 5000));
        peer.Dispose();
        Assert.Equal(Connection.Closed, connection.Receive(buffer, 0, buffer.Length, 5000));
        connection.Close();
        connection.Close();
    }

    [Fact]
    public async Task ACertificateOfATrustedRootForTheNameIsGood()
    {
        using var authority = new Authority();
        Assert.Equal("", await HandshakeAsync(authority.Issue("localhost", expired: false), authority.Roots));
    }

    [Fact]
    public async Task TheWrongNameIsTold()
    {
        using var authority = new Authority();
        string error = await HandshakeAsync(authority.Issue("mail.example.org", expired: false), authority.Roots);
        Assert.Contains("is for mail.example.org, not for localhost", error);
    }

    [Fact]
    public async Task AnExpiredCertificateIsTold()
    {
        using var authority = new Authority();
        string error = await HandshakeAsync(authority.Issue("localhost", expired: true), authority.Roots);
        Assert.Contains("the certificate of localhost expired on ", error);
    }

    [Fact]
    public async Task AnUnknownAuthorityIsTold()
    {
        using var authority = new Authority();
        using var other = new Authority();
        string error = await HandshakeAsync(authority.Issue("localhost", expired: false), other.Roots);
        Assert.Contains("the certificate of localhost is not trusted", error);
        error = await HandshakeAsync(authority.Issue("localhost", expired: false), roots: null);
        Assert.Contains("the certificate of localhost is not trusted", error);
    }

    [Theory]
    [InlineData("leaf", "")]
    [InlineData("root", "")]
    [InlineData("none", "no key in its chain is one of the pins")]
    public async Task OnlyAPinnedKeyIsGood(string pinned, string told)
    {
        using var authority = new Authority();
        X509Certificate2 certificate = authority.Issue("localhost", expired: false);
        string other = Convert.ToBase64String(new byte[32]);
        string pin = pinned == "leaf" ? TlsTrust.Pin(certificate) : pinned == "root" ? TlsTrust.Pin(authority.Roots[0]) : Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', 32)));
        string error = await HandshakeAsync(certificate, authority.Roots, smarthost => smarthost.Pins = [other, pin]);
        Assert.Contains(told, error);
        Assert.Equal(told.Length > 0, error.Length > 0);
    }

    [Fact]
    public async Task APinDoesNotReplaceTheAuthority()
    {
        using var authority = new Authority();
        using var other = new Authority();
        X509Certificate2 certificate = authority.Issue("localhost", expired: false);
        string error = await HandshakeAsync(certificate, other.Roots, smarthost => smarthost.Pins = [TlsTrust.Pin(certificate), TlsTrust.Pin(authority.Roots[0])]);
        Assert.Contains("is not trusted", error);
    }

    [Fact]
    public async Task RootsAreReadFromTheSmarthostsFileAndTheNameMayBeAnother()
    {
        using var authority = new Authority();
        string file = System.IO.Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllText(file, authority.Roots[0].ExportCertificatePem());
            Assert.Equal("", await HandshakeAsync(authority.Issue("mail.example.org", expired: false), null, smarthost =>
            {
                smarthost.Roots = file;
                smarthost.CertificateName = "mail.example.org";
            }));
            System.IO.File.WriteAllText(file, "nothing");
            var connector = new SocketConnector();
            Assert.Null(connector.Connect(new Smarthost { Host = "127.0.0.1", Roots = file }, 0, 1000));
            Assert.Contains("holds no certificate", connector.Error);
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }

    [Fact]
    public async Task APlainPortIsTold()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        Task serving = Task.Run(async () =>
        {
            using TcpClient peer = await server.AcceptTcpClientAsync();
            await peer.GetStream().WriteAsync(Hello);
            await peer.GetStream().ReadAtLeastAsync(new byte[1000], 1, throwOnEndOfStream: false);
        });
        var connector = new SocketConnector();
        Assert.Null(await Task.Run(() => connector.Connect(To("localhost", Port(server), true), 0, 5000)));
        Assert.Contains("is the port right? Implicit TLS is usually on 465, STARTTLS on 587", connector.Error);
        await serving;
    }

    [Fact]
    public async Task AHandshakeThatDoesNotEndIsBrokenOff()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var connector = new SocketConnector();
        Assert.Null(await Task.Run(() => connector.Connect(To("localhost", Port(server), true), 0, 300)));
        Assert.Contains("the TLS handshake with localhost", connector.Error);
    }

    /// <summary>The error of a connection to a server that shows the certificate; empty when bytes came through.</summary>
    private static async Task<string> HandshakeAsync(X509Certificate2 certificate, X509Certificate2Collection? roots, Action<Smarthost>? change = null)
    {
        using (certificate)
        {
            using var server = new TcpListener(IPAddress.Loopback, 0);
            server.Start();
            Task serving = Task.Run(async () =>
            {
                using TcpClient peer = await server.AcceptTcpClientAsync();
                using var tls = new SslStream(peer.GetStream());
                try
                {
                    await tls.AuthenticateAsServerAsync(certificate);
                    await tls.WriteAsync(Hello);
                }
                catch (Exception e) when (e is System.Security.Authentication.AuthenticationException or System.IO.IOException)
                {
                    // The client did not like the certificate.
                }
            });
            var seen = new System.Collections.Generic.List<(string Host, long Ends)>();
            var connector = new SocketConnector(roots) { CertificateSeen = (host, ends) => seen.Add((host, ends)) };
            Smarthost smarthost = To("localhost", Port(server), true);
            change?.Invoke(smarthost);
            IConnection? connection = await Task.Run(() => connector.Connect(smarthost, 0, 10000));
            if (connection is not null)
            {
                byte[] buffer = new byte[100];
                Assert.Equal(Hello.Length, connection.Receive(buffer, 0, buffer.Length, 5000));
                connection.Close();
            }

            await serving;
            Assert.Equal(new DateTimeOffset(certificate.NotAfter).ToUnixTimeMilliseconds(), Assert.Single(seen).Ends);
            return connector.Error;
        }
    }

    private static Smarthost To(string host, int port, bool tls) =>
        new() { Host = host, Port = port, Security = tls ? SmarthostSecurity.Tls : SmarthostSecurity.None };

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>A throw-away certificate authority.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _root;

        public Authority()
        {
            var request = new CertificateRequest("CN=Throw-away " + Guid.NewGuid().ToString("N"), _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(1));
        }

        public X509Certificate2Collection Roots => [_root];

        public X509Certificate2 Issue(string name, bool expired)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
            DateTimeOffset end = expired ? DateTimeOffset.UtcNow.AddDays(-1) : DateTimeOffset.UtcNow.AddDays(30);
            byte[] serial = RandomNumberGenerator.GetBytes(8);
            using X509Certificate2 certificate = request.Create(_root, DateTimeOffset.UtcNow.AddDays(-60), end, serial);
            using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        }

        public void Dispose()
        {
            _root.Dispose();
            _key.Dispose();
        }
    }
}
