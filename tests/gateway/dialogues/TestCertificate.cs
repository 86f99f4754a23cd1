using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpEmbedded.Gateway.Tests.Dialogues;

/// <summary>One certificate for all dialogues, made when the first asks for it, and one hash of alice's password.</summary>
internal static class TestCertificate
{
    private static readonly Lazy<string> s_path = new(Make);

    public static string Path => s_path.Value;

    public static string HashOfSecret { get; } = PasswordHash.Of("secret"u8, 1000).ToString();

    private static string Make()
    {
        string folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay.example", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        string path = System.IO.Path.Combine(folder, "relay.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }
}
