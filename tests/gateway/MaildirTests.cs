using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A site without a smarthost finds its mail in a Maildir.</summary>
public sealed class MaildirTests
{
    [Fact]
    public async Task AMessageIsDeliveredWholeWithItsEnvelope()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Smarthost.Host = "maildir";
        fixture.Settings.Smarthost.Maildir = Path.Combine(fixture.Folder, "mail");
        fixture.Start();
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@example.org> BODY=8BITMIME"));
            Assert.StartsWith("250", await client.SayAsync("RCPT TO:<b@example.org>"));
            Assert.StartsWith("250", await client.SayAsync("RCPT TO:<c@example.org>"));
            Assert.StartsWith("354", await client.SayAsync("DATA"));
            Assert.StartsWith("250", await client.SayAsync("Subject: kept\r\n\r\n..dot\r\nw\u00e4rme\r\n."));
        }

        string content = await NewMessageAsync(Path.Combine(fixture.Folder, "mail"));
        Assert.StartsWith("Return-Path: <a@example.org>\nDelivered-To: b@example.org\nDelivered-To: c@example.org\nReceived: ", content);
        Assert.Contains("\nSubject: kept\n", content);
        Assert.EndsWith("\n\n.dot\nw\u00e4rme\n", content);
        Assert.DoesNotContain("\r", content);
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Folder, "mail", "tmp")));
        await Eventually.HoldsAsync(() => fixture.Relay.QueuedMessages == 0, 15);
    }

    [Fact]
    public async Task WithoutASmarthostAlertsAreInTheSpoolsOwnMaildir()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Smarthost.Host = "";
        fixture.Start();
        Assert.True(fixture.Relay.Alerts.Raise(Severity.Warning, "pump", "too hot", ""));
        Assert.Contains("Subject: [Warning] pump: too hot\n", await NewMessageAsync(Path.Combine(fixture.Settings.SpoolPath, "maildir")));
    }

    [Fact]
    public async Task AMaildirThatCannotBeWrittenKeepsTheMailAndTellsWhy()
    {
        await using var fixture = new RelayFixture();
        string path = Path.Combine(fixture.Folder, "mail");
        File.WriteAllText(path, "a file where the folder should be");
        fixture.Settings.Smarthost.Host = "maildir";
        fixture.Settings.Smarthost.Maildir = path;
        fixture.Start();
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            await client.SubmitAsync("Subject: x\r\n\r\ny");
        }

        await Eventually.HoldsAsync(() => fixture.Log.Lines.Any(line => line.Contains("Maildir", StringComparison.Ordinal)), 15);
        Assert.Equal(1, fixture.Relay.QueuedMessages);
    }

    private static async Task<string> NewMessageAsync(string maildir)
    {
        string folder = Path.Combine(maildir, "new");
        await Eventually.HoldsAsync(() => Directory.Exists(folder) && Directory.GetFiles(folder).Length == 1, 15);
        return Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Directory.GetFiles(folder).Single()));
    }
}
