using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Facade;

/// <summary>What the device's driver does for clients that want TLS, and for more ports than one.</summary>
public sealed class ServerTlsTests
{
    [Fact]
    public async Task AClientTurnsToTlsByStartTls()
    {
        using FacadeRig rig = Start();
        using TcpClient client = await ConnectAsync(rig.Relay.Port);
        Stream stream = client.GetStream();
        Assert.StartsWith("220 ", await ReadAsync(stream));
        Assert.Contains("250-STARTTLS", await SayAsync(stream, "EHLO c"));
        Assert.StartsWith("220 ", await SayAsync(stream, "STARTTLS"));
        stream = await TlsAsync(stream);
        Assert.DoesNotContain("STARTTLS", await SayAsync(stream, "EHLO c"));
        Assert.StartsWith("221 ", await SayAsync(stream, "QUIT"));
    }

    [Fact]
    public async Task TlsBeginsAtOnceOnItsPortAndIsRecognisedOnAnother()
    {
        using FacadeRig rig = Start();
        foreach (int port in new[] { rig.Settings.TlsPort, rig.Relay.Port })
        {
            using TcpClient client = await ConnectAsync(port);
            Stream stream = await TlsAsync(client.GetStream());
            Assert.StartsWith("220 ", await ReadAsync(stream));
            Assert.StartsWith("221 ", await SayAsync(stream, "QUIT"));
        }
    }

    [Fact]
    public async Task BothPortsTakeClientsIn()
    {
        int second = FreePort();
        using FacadeRig rig = new FacadeRig(change: settings => settings.SecondPort = second).Start();
        foreach (int port in new[] { rig.Relay.Port, second, rig.Relay.Port })
        {
            using TcpClient client = await ConnectAsync(port);
            Assert.StartsWith("220 ", await ReadAsync(client.GetStream()));
            Assert.StartsWith("221 ", await SayAsync(client.GetStream(), "QUIT"));
        }
    }

    [Fact]
    public async Task OctetsBehindStartTlsEndTheSession()
    {
        using FacadeRig rig = Start();
        using TcpClient client = await ConnectAsync(rig.Relay.Port);
        Assert.StartsWith("220 ", await ReadAsync(client.GetStream()));
        Assert.StartsWith("220 2.0.0", await SayAsync(client.GetStream(), "STARTTLS\r\nRSET"));
        Assert.Equal("", await ReadAsync(client.GetStream()));
    }

    [Fact]
    public void AnOpenRelayDoesNotStart()
    {
        using var rig = new FacadeRig(change: settings => settings.AllowedNetworks = new[] { new Network(new byte[4], 0) });
        Assert.False(rig.Relay.Start());
        Assert.Contains("open relay", rig.Relay.Error);
    }

    private static FacadeRig Start()
    {
        var rig = new FacadeRig(change: settings =>
        {
            settings.OffersTls = true;
            settings.TlsPort = FreePort();
            settings.Limits.GreetingDelay = 1000;
        });
        rig.Platform.Certificate = Certificate();
        return rig.Start();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay.example", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    private static async Task<Stream> TlsAsync(Stream stream)
    {
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("relay.example").WaitAsync(TimeSpan.FromSeconds(20));
        return tls;
    }

    private static async Task<string> SayAsync(Stream stream, string line)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        return await ReadAsync(stream);
    }

    /// <summary>All lines of the next reply; empty when the relay has closed.</summary>
    private static async Task<string> ReadAsync(Stream stream)
    {
        var reply = new StringBuilder();
        int lineStart = 0;
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one).AsTask().WaitAsync(TimeSpan.FromSeconds(20)) > 0)
        {
            reply.Append((char)one[0]);
            if (one[0] == '\n')
            {
                if (reply.Length - lineStart < 4 || reply[lineStart + 3] != '-')
                {
                    break;
                }

                lineStart = reply.Length;
            }
        }

        return reply.ToString();
    }
}
