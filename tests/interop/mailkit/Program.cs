using System;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

// submit HOST PORT FROM TO FILE
using MimeMessage message = MimeMessage.Load(args[4]);
using var client = new ExactClient { LocalDomain = "printer.example.org" };
client.Connect(args[0], int.Parse(args[1]), SecureSocketOptions.None);
Console.WriteLine(client.Send(message, MailboxAddress.Parse(args[2]), [MailboxAddress.Parse(args[3])]));
client.Disconnect(quit: true);

/// <summary>Sends a message as it is, where MailKit would encode its long lines anew.</summary>
internal sealed class ExactClient : SmtpClient
{
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
    }
}
