using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using MimeKit;
using SmtpEmbedded.Gateway.Sending;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary><c>send</c> behaves as programs expect sendmail to.</summary>
public sealed class SendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a\nb\n", false, "a\r\nb\r\n")]
    [InlineData("a\r\nb\r\n", false, "a\r\nb\r\n")]
    [InlineData("a\rb", false, "a\r\nb\r\n")]
    [InlineData("a\n.\nb\n", true, "a\r\n")]
    [InlineData("a\n.\nb\n", false, "a\r\n.\r\nb\r\n")]
    [InlineData("a\n.", true, "a\r\n")]
    [InlineData(".b\n..\n", true, ".b\r\n..\r\n")]
    [InlineData("a\n\n", false, "a\r\n\r\n")]
    [InlineData("", false, "")]
    public void LinesEndInCrLf(string text, bool isDotEnd, string expected)
    {
        Assert.Equal(expected, Encoding.UTF8.GetString(StandardInput.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), isDotEnd, 1000)!));
        Assert.Equal(expected, Encoding.UTF8.GetString(StandardInput.Read(new Trickle(Encoding.UTF8.GetBytes(text)), isDotEnd, 1000)!));
    }

    [Fact]
    public void AMessageThatIsTooLongIsNotTaken() => Assert.Null(StandardInput.Read(new MemoryStream(new byte[1001]), false, 1000));

    [Theory]
    [InlineData("-t -i", "-t -i")]
    [InlineData("-ti", "-t -i")]
    [InlineData("-oi -fa@example.org b@example.org", "-i -f a@example.org b@example.org")]
    [InlineData("-bm -odb -oem -B 8BITMIME -Nnever -m -v a@example.org", "a@example.org")]
    [InlineData("-F Name -r a@example.org -- -odd@example.org", "-F Name -f a@example.org -- -odd@example.org")]
    [InlineData("--settings file -t", "--settings file -t")]
    public void TheCommandLineIsSendmails(string words, string expected) =>
        Assert.Equal(expected.Split(' '), SendmailArguments.Normalize(words.Split(' '), out _));

    [Theory]
    [InlineData("-bp")]
    [InlineData("-bs")]
    [InlineData("-bd")]
    public void OtherModesOfSendmailAreRefused(string word)
    {
        Assert.Null(SendmailArguments.Normalize([word], out string mistake));
        Assert.Contains("-bm", mistake);
    }

    [Fact]
    public void RecipientsComeFromTheHeaderAndBccIsTakenOut()
    {
        byte[] text = Encoding.UTF8.GetBytes("From: a@example.org\r\nTo: \"Last, First\" <b@example.org>,\r\n c@example.org (somebody)\r\nBcc: d@example.org,\r\n\te@example.org\r\nCc: team: f@example.org, g@example.org;\r\nSubject: Bcc: x\r\n\r\nBcc: not a field\r\n.dot\r\n");
        var message = new OutgoingMessage(text);
        var recipients = new List<string>();
        Assert.True(message.ReadRecipients(recipients, out _));
        Assert.Equal(["b@example.org", "c@example.org", "d@example.org", "e@example.org", "f@example.org", "g@example.org"], recipients);
        string sent = Encoding.UTF8.GetString(message.ToBytes("x@example.org", "", "host.example.org"));
        Assert.DoesNotContain("d@example.org", sent);
        Assert.DoesNotContain("e@example.org", sent);
        Assert.EndsWith("Subject: Bcc: x\r\n\r\nBcc: not a field\r\n.dot\r\n", sent);
        MimeMessage read = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(sent)));
        Assert.Equal("a@example.org", ((MailboxAddress)read.From[0]).Address);
        Assert.EndsWith("@host.example.org", read.MessageId);
        Assert.Equal(DateTimeOffset.Now, read.Date, TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("just text\r\n", "just text\r\n")]
    [InlineData("Subject: a\r\nno field\r\n", "no field\r\n")]
    [InlineData("\r\nbody: text\r\n", "body: text\r\n")]
    [InlineData("", "")]
    public void WhatIsNoHeaderIsBody(string text, string body)
    {
        byte[] sent = new OutgoingMessage(Encoding.UTF8.GetBytes(text)).ToBytes("x@example.org", "Jürgen, \"J\"", "host");
        Assert.EndsWith("\r\n\r\n" + body, Encoding.UTF8.GetString(sent));
        MimeMessage read = MimeMessage.Load(new MemoryStream(sent));
        Assert.Equal("Jürgen, \"J\"", read.From[0].Name);
        Assert.All(sent, octet => Assert.True(octet < 0x80));
    }

    [Fact]
    public async Task AMessageGoesThroughTheRelay()
    {
        using var smarthost = new RecordingSmarthost();
        await using var fixture = new RelayFixture();
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();
        (int code, string error) = Send(Request(fixture.Relay.EndPoint.ToString(), ["b@example.org", "root"], from: "a@example.org"), "Subject: hi\nTo: b@example.org\n\n.dot\nentrée\n.\nrest\n");
        Assert.True(code == ExitCode.Ok, error);
        (string[] commands, byte[] content) = await smarthost.NextAsync();
        Assert.StartsWith("MAIL FROM:<a@example.org>", commands[0]);
        Assert.StartsWith("RCPT TO:<b@example.org>", commands[1]);
        Assert.StartsWith("RCPT TO:<root@", commands[2]);
        Assert.EndsWith("\r\n\r\n.dot\r\nentrée\r\n", Encoding.UTF8.GetString(content));
    }

    [Fact]
    public async Task WithoutARelayTheSpoolTakesIt()
    {
        using var smarthost = new RecordingSmarthost();
        await using var fixture = new RelayFixture();
        fixture.ForwardTo(smarthost.Port);
        Assert.Null(fixture.TryStart());
        await fixture.StopAsync();
        string path = Path.Combine(_folder, "site.conf");
        File.WriteAllText(path, $"[server]\nlisten = 127.0.0.1:{CheckTests.FreePort()}\nhostname = relay.example.org\n[spool]\npath = {fixture.Settings.SpoolPath}\nquota = 64M\n");
        (int code, string error) = Send(Request("", ["b@example.org"]) with { SettingsPath = path }, "Subject: kept\n\ntext\n");
        Assert.True(code == ExitCode.Ok, error);
        fixture.Start();
        (string[] commands, byte[] content) = await smarthost.NextAsync();
        Assert.StartsWith("MAIL FROM:<", commands[0]);
        Assert.Contains("Subject: kept", Encoding.UTF8.GetString(content));
    }

    [Fact]
    public async Task ExitCodesAreSendmails()
    {
        Assert.Equal(ExitCode.Usage, Send(Request("127.0.0.1:1", []), "x").Code);
        Assert.Equal(ExitCode.Usage, Send(Request("nowhere", ["a@example.org"]), "x").Code);
        Assert.Equal(ExitCode.NoUser, Send(Request("127.0.0.1:1", [""]), "x").Code);
        Assert.Equal(ExitCode.TemporaryFailure, Send(Request($"127.0.0.1:{CheckTests.FreePort()}", ["a@example.org"]), "x").Code);
        Assert.Equal(ExitCode.Configuration, Send(Request("", ["a@example.org"]) with { SettingsPath = "/nowhere/site.conf" }, "x").Code);
        await using var fixture = new RelayFixture();
        fixture.Settings.AllowedNetworks = [new Network([192, 0, 2, 0], 24)];
        fixture.Start();
        (int code, string error) = Send(Request(fixture.Relay.EndPoint.ToString(), ["a@example.org"]), "x");
        Assert.NotEqual(ExitCode.Ok, code);
        Assert.StartsWith("send: ", error);
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 nobody", ExitCode.NoUser)]
    [InlineData("RCPT", "450 4.2.1 later", ExitCode.TemporaryFailure)]
    [InlineData("MAIL", "452 4.3.1 full", ExitCode.TemporaryFailure)]
    [InlineData("MAIL", "552 5.3.4 too big", ExitCode.Unavailable)]
    public void WhatTheRelaySaysDecidesTheExitCode(string verb, string reply, int expected)
    {
        using var relay = new ScriptedSmarthost(line => line.StartsWith(verb, StringComparison.Ordinal) ? reply : line == "DATA" ? "554 no valid recipients" : ScriptedSmarthost.Usual(line));
        (int code, string error) = Send(Request($"127.0.0.1:{relay.Port}", ["a@example.org"]), "x");
        Assert.True(code == expected, $"{code} {error}");
        Assert.Contains(reply[..3], error);
    }

    private static SendCommand.Request Request(string server, string[] recipients, string? from = null) => new(null, server, from, "", false, false, recipients);

    private static (int Code, string Error) Send(SendCommand.Request request, string text)
    {
        var error = new StringWriter();
        return (SendCommand.Run(request, new MemoryStream(Encoding.UTF8.GetBytes(text)), error), error.ToString());
    }

    /// <summary>A byte at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
