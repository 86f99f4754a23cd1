using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
#if !NANOFRAMEWORK_1_0
using System.Security.Authentication;
using System.Text;
#endif

namespace SmtpEmbedded.Relay.Platform;

/// <summary>Makes the TLS handshake over a connected socket. The two platforms' SslStream have little in common but the name.</summary>
internal static class TlsStream
{
    /// <summary>Makes the handshake and verifies the certificate. Failures are exceptions; the socket is then of no more use.</summary>
    /// <param name="socket">Connected; its timeouts are set.</param>
    /// <param name="host">The name the certificate must be for.</param>
    /// <param name="authorities">The certificates to trust, in PEM; null for those the machine has.</param>
    public static Stream Open(Socket socket, string host, byte[]? authorities)
    {
#if NANOFRAMEWORK_1_0
        SslStream stream = new SslStream(socket);
        try
        {
            // Any other value of this enum verifies nothing at all.
            stream.SslVerification = SslVerification.CertificateRequired;

            // None would mean TLS 1.3 only.
            SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            if (authorities == null)
            {
                stream.AuthenticateAsClient(host, protocols);
            }
            else
            {
                stream.AuthenticateAsClient(host, null, new X509Certificate(Terminated(authorities)), protocols);
            }

            return stream;
        }
        catch (Exception)
        {
            stream.Dispose();
            throw;
        }
#else
        SslStream stream = new SslStream(new NetworkStream(socket, false));
        try
        {
            SslClientAuthenticationOptions options = new SslClientAuthenticationOptions();
            options.TargetHost = host;
            options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            if (authorities != null)
            {
                X509ChainPolicy policy = new X509ChainPolicy();
                policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                policy.RevocationMode = X509RevocationMode.NoCheck;
                policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(authorities));
                options.CertificateChainPolicy = policy;
            }

            stream.AuthenticateAsClient(options);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
#endif
    }

    /// <summary>Makes the handshake as the server. Failures are exceptions; the socket is then of no more use.</summary>
    /// <param name="socket">Connected; its timeouts are set.</param>
    /// <param name="certificate">With its private key.</param>
    public static Stream Accept(Socket socket, X509Certificate2 certificate)
    {
#if NANOFRAMEWORK_1_0
        SslStream stream = new SslStream(socket);
#else
        SslStream stream = new SslStream(new NetworkStream(socket, false));
#endif
        try
        {
#if NANOFRAMEWORK_1_0
            stream.AuthenticateAsServer(certificate, SslProtocols.Tls12 | SslProtocols.Tls13);
#else
            stream.AuthenticateAsServer(certificate, false, SslProtocols.Tls12 | SslProtocols.Tls13, false);
#endif
            return stream;
        }
        catch (Exception)
        {
            stream.Dispose();
            throw;
        }
    }

#if NANOFRAMEWORK_1_0
    /// <summary>PEM as the native parser wants it: a NUL at the end.</summary>
    private static byte[] Terminated(byte[] text)
    {
        if (text.Length > 0 && text[text.Length - 1] == 0)
        {
            return text;
        }

        byte[] terminated = new byte[text.Length + 1];
        Array.Copy(text, 0, terminated, 0, text.Length);
        return terminated;
    }
#endif
}
