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

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A smarthost that answers commands as a test wants it to, with TLS from the first octet when it has a certificate.</summary>
public sealed class ScriptedSmarthost : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly Func<string, string> _answer;

    /// <param name="answer">The reply to a line, without its line end; "" is the greeting.</param>
    /// <param name="certificate">What is shown; null for no TLS.</param>
    public ScriptedSmarthost(Func<string, string> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public StringBuilder Heard { get; } = new();

    public static string Usual(string line) => line.Length == 0 ? "220 smarthost ready" : line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-smarthost\r\n250 AUTH PLAIN LOGIN" : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 welcome" : line == "QUIT" ? "221 bye" : "250 ok";

    /// <summary>An authority and a certificate it made for a name.</summary>
    public static X509Certificate2 Certificate(string name, int daysLeft, out X509Certificate2Collection roots)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using RSA rootKey = RSA.Create(2048);
        var rootRequest = new CertificateRequest("CN=Test authority", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        X509Certificate2 root = rootRequest.CreateSelfSigned(now.AddDays(-100), now.AddDays(1000));
        roots = [root];
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(root, now.AddDays(-90), now.AddDays(daysLeft), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(_certificate);
                    stream = tls;
                }

                using var reader = new StreamReader(stream, Encoding.Latin1);
                string? line = "";
                do
                {
                    lock (Heard)
                    {
                        Heard.Append(line).Append('\n');
                    }

                    await stream.WriteAsync(Encoding.Latin1.GetBytes(_answer(line) + "\r\n"));
                }
                while ((line = await reader.ReadLineAsync()) is not null);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
            {
            }
        }
    }
}
