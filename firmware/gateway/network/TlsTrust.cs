using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpEmbedded.Gateway;

/// <summary>What the certificate of a smarthost must satisfy: the authority, the name, and a pin where there are pins. All of them, always.</summary>
/// <param name="Roots">The root certificates to trust; null for the system's.</param>
/// <param name="Pins">SHA-256 of public keys in base64 (RFC 7469 section 2.4); empty for none.</param>
/// <param name="Name">The name the certificate must be for; empty for the host's.</param>
public sealed record TlsTrust(X509Certificate2Collection? Roots, IReadOnlyList<string> Pins, string Name)
{
    /// <summary>How a chain is built.</summary>
    public X509ChainPolicy? ChainPolicy()
    {
        if (Roots is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Roots);
        return policy;
    }

    /// <summary>Whether a verified chain has a pinned key, in the smarthost's own certificate or one above it.</summary>
    public bool HasPin(X509Chain? chain)
    {
        if (Pins.Count == 0)
        {
            return true;
        }

        return chain is not null && chain.ChainElements.Any(element => Pins.Contains(Pin(element.Certificate)));
    }

    /// <summary>A certificate's pin.</summary>
    public static string Pin(X509Certificate2 certificate) => Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}
