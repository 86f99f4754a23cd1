using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Relay.Platform;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Facade;

/// <summary>What the connector does before, in and instead of a TLS handshake.</summary>
public sealed class TlsTests : IDisposable
{
    private const int Timeout = 10_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = Certificate("localhost");

    public TlsTests()
    {
        _listener.Start();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Stop();
        _certificate.Dispose();
    }

    [Fact]
    public async Task ATrustedCertificateForTheRightNameIsTaken()
    {
        Task server = ServeTlsAsync();
        IConnector connector = Platform(_certificate).Connector;

        IConnection? connection = connector.Connect(To("localhost", Port, true), 0, Timeout);

        Assert.True(connection is not null, connector.Error);
        byte[] line = new byte[5];
        Assert.Equal(5, connection.Receive(line, 0, 5, Timeout));
        Assert.Equal("hello", Encoding.ASCII.GetString(line));
        Assert.True(connection.Send("bye"u8.ToArray(), 0, 3, Timeout));
        connection.Close();
        await server;
    }

    [Fact]
    public void AnotherAuthorityIsRefused()
    {
        _ = ServeTlsAsync();
        using X509Certificate2 other = Certificate("localhost");
        SocketPlatform platform = Platform(other);

        Assert.Null(platform.Connector.Connect(To("localhost", Port, true), 0, Timeout));
        Assert.StartsWith("No TLS with localhost (127.0.0.1) port " + Port + ": ", platform.Connector.Error, StringComparison.Ordinal);
        Assert.Equal(0, platform.SocketsInUse);
    }

    [Fact]
    public void AuthoritiesThatAreReadCountAtTheNextHandshake()
    {
        _ = ServeTlsAsync();
        using X509Certificate2 other = Certificate("localhost");
        SocketPlatform platform = Platform(_certificate);
        var authorities = new FileOfAuthorities { Pem = Encoding.ASCII.GetBytes(other.ExportCertificatePem()) };
        platform.Authorities = authorities;

        Assert.Null(platform.Connector.Connect(To("localhost", Port, true), 0, Timeout));
        Assert.Equal(1, authorities.Reads);

        authorities.Pem = Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem());
        IConnection? connection = platform.Connector.Connect(To("localhost", Port, true), 0, Timeout);
        Assert.True(connection is not null, platform.Connector.Error);
        Assert.Equal(2, authorities.Reads);
        connection.Close();
    }

    [Fact]
    public void AnotherNameIsRefused()
    {
        _ = ServeTlsAsync();
        SocketPlatform platform = Platform(_certificate);

        Assert.Null(platform.Connector.Connect(To("127.0.0.1", Port, true), 0, Timeout));
        Assert.Equal(0, platform.SocketsInUse);
    }

    [Fact]
    public void OneSessionAtATimeAndTheNextOnceItIsClosed()
    {
        _ = ServeTlsAsync();
        SocketPlatform platform = Platform(_certificate);
        IConnection first = platform.Connector.Connect(To("localhost", Port, true), 0, Timeout)!;

        Assert.Null(platform.Connector.Connect(To("localhost", Port, true), 0, Timeout));
        Assert.Contains("another TLS session is open", platform.Connector.Error, StringComparison.Ordinal);

        first.Close();
        first.Close();
        IConnection? next = platform.Connector.Connect(To("localhost", Port, true), 0, Timeout);
        Assert.True(next is not null, platform.Connector.Error);
        next.Close();
        Assert.Equal(0, platform.SocketsInUse);
    }

    [Theory]
    [InlineData("220 smarthost.example\r\n", "security = starttls is meant for it")]
    [InlineData("* OK IMAP\r\n", "speaks something else than TLS")]
    [InlineData("", "closes the connection where TLS would start")]
    public void APortThatSpeaksSomethingElseIsFoundOutBeforeAnyHandshake(string greeting, string fault)
    {
        _ = ServeAsync(greeting);
        IConnector connector = Platform(_certificate).Connector;

        Assert.Null(connector.Connect(To("localhost", Port, true), 0, Timeout));
        Assert.Contains(fault, connector.Error, StringComparison.Ordinal);
    }

    /// <summary>The peer that would stop a device for ever.</summary>
    [Fact]
    public void APortThatStaysSilentIsGivenUpInTime()
    {
        // The backlog accepts the connection; nobody ever answers.
        IConnector connector = Platform(_certificate).Connector;

        Assert.Null(connector.Connect(To("localhost", Port, true), 0, 300));
        Assert.Contains("it stays silent", connector.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsConnectedWhileTheProgramObjectsOrTheClockIsNotSet()
    {
        var objecting = new SocketPlatform(new SystemClock(), new FakeLog(), 16, null, new Objection());
        Assert.Null(objecting.Connector.Connect(To("localhost", Port, true), 0, Timeout));
        Assert.Contains("memory is short", objecting.Connector.Error, StringComparison.Ordinal);

        var early = new SocketPlatform(new FakeClock { IsSet = false }, new FakeLog(), 16, null, null);
        Assert.Null(early.Connector.Connect(To("localhost", Port, true), 0, Timeout));
        Assert.Contains("the clock is not set", early.Connector.Error, StringComparison.Ordinal);
        Assert.False(_listener.Pending());
    }

    [Fact]
    public void SocketsAreCountedAgainstTheChipsLimit()
    {
        var platform = new SocketPlatform(new SystemClock(), new FakeLog(), 2, null, null);
        IConnection first = platform.Connector.Connect(To("127.0.0.1", Port, false), 0, Timeout)!;
        IListener listener = platform.Listen("127.0.0.1", 0)!;

        Assert.Null(platform.Connector.Connect(To("127.0.0.1", Port, false), 0, Timeout));
        Assert.Contains("all sockets are in use", platform.Connector.Error, StringComparison.Ordinal);
        Assert.Null(platform.Listen("127.0.0.1", 0));

        first.Close();
        listener.Close();
        Assert.Equal(0, platform.SocketsInUse);
    }

    [Fact]
    public void ANameThatDoesNotExistIsSaid()
    {
        IConnector connector = Platform(_certificate).Connector;
        Assert.Null(connector.Connect(To("no-such-host.invalid", 25, false), 0, Timeout));
        Assert.StartsWith("No address for no-such-host.invalid: ", connector.Error, StringComparison.Ordinal);
    }

    private static SocketPlatform Platform(X509Certificate2 authority) =>
        new(new SystemClock(), new FakeLog(), SocketPlatform.SocketsOfEsp32, Encoding.ASCII.GetBytes(authority.ExportCertificatePem()), null);

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task ServeTlsAsync()
    {
        while (true)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());
            try
            {
                await stream.AuthenticateAsServerAsync(_certificate);
                await stream.WriteAsync("hello"u8.ToArray());
                byte[] answer = new byte[3];
                await stream.ReadExactlyAsync(answer);
                return;
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The probe, or a client that does not trust us.
            }
        }
    }

    private async Task ServeAsync(string greeting)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(greeting));
        if (greeting.Length == 0)
        {
            // The client's first words: closing with them unread would be a reset.
            await client.GetStream().ReadExactlyAsync(new byte[5 + 4 + 51]);
        }
        else
        {
            await Task.Delay(500);
        }
    }

    private sealed class Objection : ITlsCondition
    {
        string ITlsCondition.Objection() => "memory is short";
    }

    private sealed class FileOfAuthorities : IAuthorities
    {
        public byte[]? Pem { get; set; }

        public int Reads { get; private set; }

        public byte[]? Read()
        {
            Reads++;
            return Pem;
        }
    }

    private static Smarthost To(string host, int port, bool tls) =>
        new() { Host = host, Port = port, Security = tls ? SmarthostSecurity.Tls : SmarthostSecurity.None };
}
