using System;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>The certificate clients are shown, from PEM or PKCS #12, and how TLS is made with it: 1.2 or newer (RFC 8996, RFC 9325).</summary>
public static class ServerCertificate
{
    /// <summary>Loads what the settings name.</summary>
    /// <returns>What a handshake needs; null with the reason in <paramref name="error"/>.</returns>
    public static SslServerAuthenticationOptions? Load(RelaySettings settings, out string error)
    {
        string path = settings.TlsCertificate;
        try
        {
            var chain = new X509Certificate2Collection();
            X509Certificate2? own;
            if (path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase))
            {
                chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, settings.TlsPassword);
                own = null;
                foreach (X509Certificate2 certificate in chain)
                {
                    own = own is null && certificate.HasPrivateKey ? certificate : own;
                }
            }
            else
            {
                own = X509Certificate2.CreateFromPemFile(path, settings.TlsKey.Length > 0 ? settings.TlsKey : null);
                chain.ImportFromPemFile(path);
            }

            if (own is null || !own.HasPrivateKey)
            {
                error = $"the certificate in {path} has no private key with it";
                return null;
            }

            if (own.NotAfter.ToUniversalTime() < DateTime.UtcNow)
            {
                error = $"the certificate in {path} expired on {own.NotAfter.ToUniversalTime():yyyy-MM-dd}";
                return null;
            }

            error = "";
            return new SslServerAuthenticationOptions
            {
                // Offline: a client waits, and whoever issued the certificate may be out of reach.
                ServerCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = false,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            error = $"cannot use the certificate in {path}{(settings.TlsKey.Length > 0 ? " with the key in " + settings.TlsKey : "")}: {e.Message.ReplaceLineEndings(" ")}";
            return null;
        }
    }
}
