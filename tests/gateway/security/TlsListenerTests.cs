using System;
using System.IO;
using System.Linq;
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

/// <summary>TLS with clients over TCP: STARTTLS, from the first octet, on the port for it and on a plain one; and logins in it.</summary>
public sealed class TlsListenerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ALoginByStartTls()
    {
        await using RelayFixture fixture = Start();
        using var client = await TlsClient.ConnectAsync(fixture.Relay.EndPoint);
        Assert.StartsWith("220 relay", await client.ReplyAsync());
        Assert.DoesNotContain("AUTH", await client.SayAsync("EHLO c.example"));
        Assert.StartsWith("538 5.7.11", await client.SayAsync("AUTH PLAIN AGFsaWNlAHNlY3JldA=="));
        Assert.StartsWith("220 2.0.0", await client.SayAsync("STARTTLS"));
        await client.StartTlsAsync();
        Assert.Contains("250-AUTH PLAIN LOGIN", await client.SayAsync("EHLO c.example"));
        Assert.StartsWith("535", await client.SayAsync("AUTH PLAIN AGFsaWNlAHdyb25n"));
        Assert.StartsWith("235", await client.SayAsync("AUTH PLAIN AGFsaWNlAHNlY3JldA=="));
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA"));
        Assert.StartsWith("250", await client.ReplyAsync());
        Assert.StartsWith("354", await client.ReplyAsync());
        Assert.StartsWith("250 2.0.0 queued", await client.SayAsync("Subject: x\r\n\r\n" + new string('y', 900) + "\r\n."));
        Assert.StartsWith("221", await client.SayAsync("QUIT"));
        Assert.Equal("", await client.ReplyAsync());
    }

    [Fact]
    public async Task TlsFromTheFirstOctet()
    {
        await using RelayFixture fixture = Start();
        foreach (IPEndPoint place in new[] { fixture.Relay.TlsEndPoint!, fixture.Relay.EndPoint, fixture.Relay.SecondEndPoint! })
        {
            using var client = await TlsClient.ConnectAsync(place);
            await client.StartTlsAsync();
            Assert.StartsWith("220 relay", await client.ReplyAsync());
            string extensions = await client.SayAsync("EHLO c.example");
            Assert.Contains("250-AUTH PLAIN LOGIN", extensions);
            Assert.DoesNotContain("STARTTLS", extensions);
            Assert.StartsWith("334 VXN", await client.SayAsync("AUTH LOGIN"));
            Assert.StartsWith("334 UGF", await client.SayAsync("YWxpY2U="));
            Assert.StartsWith("235", await client.SayAsync("c2VjcmV0"));
        }
    }

    [Fact]
    public async Task OctetsBehindStartTlsEndTheSession()
    {
        await using RelayFixture fixture = Start();
        fixture.Settings.Limits.GreetingDelay = 0;
        string corpus = Path.Combine(Relay.Tests.Server.DataFiles.Folder, "..", "security", "corpora", "starttls-server.txt");
        foreach (string injected in File.ReadLines(corpus).Where(line => line.Length > 0 && line[0] != '#').Select(line => Relay.Tests.Server.Escapes.Decode(line.Substring(line.IndexOf('|') + 1))))
        {
            using var client = await TlsClient.ConnectAsync(fixture.Relay.EndPoint);
            Assert.StartsWith("220 ", await client.ReplyAsync());
            Assert.StartsWith("220 2.0.0", await client.SayAsync("STARTTLS\r\n" + injected));
            Assert.Equal("", await client.ReplyAsync());
        }

        Assert.DoesNotContain(fixture.Relay.Spool.Snapshot(), message => !message.IsAlert);
        Assert.Contains(fixture.Log.Lines, line => line.Contains("octets behind STARTTLS"));
    }

    [Fact]
    public async Task WithoutACertificateTlsIsRefusedInWords()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Limits.GreetingDelay = 2000;
        fixture.Start();
        using var client = await TlsClient.ConnectAsync(fixture.Relay.EndPoint);
        Assert.StartsWith("554 5.7.0 TLS", await client.SayAsync("\x16\x03\x01\x02\x00\x01\x00"));
    }

    [Fact]
    public async Task TalkBeforeTheGreetingIsRefused()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Limits.GreetingDelay = 2000;
        fixture.Start();
        using var client = await TlsClient.ConnectAsync(fixture.Relay.EndPoint);
        Assert.StartsWith("554 5.5.1 Wait", await client.SayAsync("EHLO spam"));
        Assert.Equal("", await client.ReplyAsync());
    }

    [Fact]
    public async Task StoppingIsToldWithinTlsToo()
    {
        await using RelayFixture fixture = Start();
        using var client = await TlsClient.ConnectAsync(fixture.Relay.TlsEndPoint!);
        await client.StartTlsAsync();
        Assert.StartsWith("220 ", await client.ReplyAsync());
        Task stopped = fixture.StopAsync();
        Assert.StartsWith("421 4.3.2", await client.ReplyAsync());
        await stopped;
    }

    [Theory]
    [InlineData("missing.pem", "cannot use the certificate in ")]
    [InlineData("old.pem", "expired on ")]
    [InlineData("keyless.pem", "cannot use the certificate in ")]
    public async Task ACertificateThatIsOfNoUseIsToldAndNothingStarts(string name, string expected)
    {
        using X509Certificate2 old = Certificate(DateTimeOffset.UtcNow.AddDays(-1));
        File.WriteAllText(Path.Combine(_folder, "old.pem"), old.ExportCertificatePem() + "\n" + old.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "keyless.pem"), old.ExportCertificatePem());
        await using var fixture = new RelayFixture();
        fixture.Settings.TlsCertificate = Path.Combine(_folder, name);
        Assert.Contains(expected, fixture.TryStart());
    }

    [Fact]
    public async Task ACertificateThatSoonEndsIsAnAlert()
    {
        await using RelayFixture fixture = Start();
        await Eventually.HoldsAsync(() => fixture.Relay.Alerts.List().Any(alert => alert is not null), 10);
        OpenAlert alert = Assert.Single(fixture.Relay.Alerts.List(), alert => alert is not null)!;
        Assert.Equal($"The certificate in {fixture.Settings.TlsCertificate} ends", alert.Title);
    }

    [Fact]
    public async Task APkcs12FileWillDo()
    {
        using X509Certificate2 certificate = Certificate(DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(Path.Combine(_folder, "relay.pfx"), certificate.Export(X509ContentType.Pfx, "pass"));
        await using var fixture = new RelayFixture();
        fixture.Settings.TlsCertificate = Path.Combine(_folder, "relay.pfx");
        fixture.Settings.TlsPassword = "wrong";
        Assert.Contains("cannot use the certificate in ", fixture.TryStart());
        fixture.Settings.TlsPassword = "pass";
        fixture.Settings.TlsPort = 0;
        fixture.Start();
        using var client = await TlsClient.ConnectAsync(fixture.Relay.TlsEndPoint!);
        await client.StartTlsAsync();
        Assert.StartsWith("220 ", await client.ReplyAsync());
    }

    [Fact]
    public async Task AnOpenRelayIsRefusedAtStart()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.AllowedNetworks = [new Network([0, 0, 0, 0], 0)];
        Assert.Contains("open relay", fixture.TryStart());
    }

    private RelayFixture Start()
    {
        using X509Certificate2 certificate = Certificate(DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "relay.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "relay.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var fixture = new RelayFixture();
        fixture.Settings.TlsCertificate = Path.Combine(_folder, "relay.pem");
        fixture.Settings.TlsKey = Path.Combine(_folder, "relay.key");
        fixture.Settings.TlsPort = 0;
        fixture.Settings.SecondPort = 0;
        fixture.Settings.Users = ["alice", PasswordHash.Of("secret"u8, 1000).ToString()];
        fixture.Settings.Limits.GreetingDelay = 1000;
        fixture.Start();
        return fixture;
    }

    private static X509Certificate2 Certificate(DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay.example.org", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(end.AddDays(-2), end);
    }

    /// <summary>A client that shares no code with the relay.</summary>
    private sealed class TlsClient : IDisposable
    {
        private readonly TcpClient _client;
        private Stream _stream;

        private TlsClient(TcpClient client)
        {
            _client = client;
            _stream = client.GetStream();
        }

        public static async Task<TlsClient> ConnectAsync(IPEndPoint server)
        {
            var client = new TcpClient();
            await client.ConnectAsync(server);
            return new TlsClient(client);
        }

        public async Task StartTlsAsync()
        {
            var tls = new SslStream(_stream, false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("relay.example.org").WaitAsync(TimeSpan.FromSeconds(20));
            _stream = tls;
        }

        public async Task<string> SayAsync(string text)
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"));
            return await ReplyAsync();
        }

        /// <summary>All lines of the next reply; empty when the server has closed.</summary>
        public async Task<string> ReplyAsync()
        {
            var reply = new StringBuilder();
            var line = new StringBuilder();
            byte[] one = new byte[1];
            while (await _stream.ReadAsync(one).AsTask().WaitAsync(TimeSpan.FromSeconds(20)) > 0)
            {
                line.Append((char)one[0]);
                if (one[0] == '\n')
                {
                    reply.Append(line);
                    if (line.Length < 4 || line[3] != '-')
                    {
                        break;
                    }

                    line.Clear();
                }
            }

            return reply.ToString();
        }

        public void Dispose()
        {
            _stream.Dispose();
            _client.Dispose();
        }
    }
}
