using System;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

// submit HOST PORT FROM TO FILE [none|starttls|tls [CA [PLAIN|LOGIN USER PASSWORD]]]; CHUNKS=yes in the environment: by BDAT
using MimeMessage message = MimeMessage.Load(args[4]);
using var client = new ExactClient { LocalDomain = "printer.example.org" };
client.ServerCertificateValidationCallback = (_, certificate, _, _) => IsOf(args[6], (X509Certificate2)certificate!);
client.Connect(args[0], int.Parse(args[1]), (args.Length > 5 ? args[5] : "none") switch
{
    "starttls" => SecureSocketOptions.StartTls,
    "tls" => SecureSocketOptions.SslOnConnect,
    _ => SecureSocketOptions.None,
});
if (args.Length > 7)
{
    client.Authenticate(args[7] == "PLAIN" ? new SaslMechanismPlain(args[8], args[9]) : new SaslMechanismLogin(args[8], args[9]));
}

Console.WriteLine(client.Send(message, MailboxAddress.Parse(args[2]), [MailboxAddress.Parse(args[3])]));
client.Disconnect(quit: true);

static bool IsOf(string authority, X509Certificate2 certificate)
{
    using var chain = new X509Chain();
    chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
    chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
    chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
    return chain.Build(certificate);
}

/// <summary>Sends a message as it is, where MailKit would encode its long lines anew.</summary>
internal sealed class ExactClient : SmtpClient
{
    protected override bool PreferSendAsBinaryData => Environment.GetEnvironmentVariable("CHUNKS") == "yes";

    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
    }
}
