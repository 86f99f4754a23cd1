using System;
using System.IO;
using System.Linq;
using System.Text;
using MimeKit;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Alerts as MimeKit reads them, and what becomes of those the spool does not take.</summary>
public class AlertsTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly FakeSpool _spool = new();
    private readonly RelaySettings _settings = new() { Hostname = "relay.test" };

    /// <summary>A new one each time: nothing raised before is remembered.</summary>
    private Alerts Alerts => new(_settings, new AlertMail(_settings, _spool, _clock), _clock, _log);

    private MimeMessage Raised(Severity severity, string source, string title, string details)
    {
        Assert.True(Alerts.Raise(severity, source, title, details));
        byte[] bytes = _spool.BytesOf(_spool.Count - 1);
        AssertGoodOnTheWire(bytes);
        return MimeMessage.Load(new MemoryStream(bytes));
    }

    private static string Body(MimeMessage mail) => mail.TextBody ?? throw new InvalidOperationException("no text");

    /// <summary>Seven bits, CRLF only, no control characters, lines of at most 78 characters (RFC 5322 section 2.1.1).</summary>
    private static void AssertGoodOnTheWire(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        Assert.EndsWith("\r\n", text);
        foreach (string line in text.Split("\r\n"))
        {
            Assert.DoesNotContain(line, c => (c < 32 && c != '\t') || c > 126);
            Assert.True(line.Length <= 78, line);
        }
    }

    [Fact]
    public void An_alert_is_a_mail()
    {
        MimeMessage mail = Raised(Severity.Critical, "boiler", "Pressure too high", "2.9 bar.\nShut the valve.");
        Assert.Equal("[Critical] boiler: Pressure too high", mail.Subject);
        Assert.Equal("alerts@relay.test", mail.From.Mailboxes.Single().Address);
        Assert.Equal("postmaster@relay.test", mail.To.Mailboxes.Single().Address);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 34, 56, TimeSpan.Zero), mail.Date);
        Assert.EndsWith("@relay.test", mail.MessageId);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal(new Version(1, 0), mail.MimeVersion);
        Assert.Equal("utf-8", mail.Body!.ContentType.Charset);
        Assert.Equal(
            "Pressure too high\r\n\r\n2.9 bar.\r\nShut the valve.\r\n\r\nSeverity: Critical\r\nSource: boiler\r\nRelay: relay.test\r\nRaised: Sun, 01 Mar 2026 12:34:56 +0000\r\n",
            Body(mail).ReplaceLineEndings("\r\n"));
        Assert.True(_spool.MessageAt(0).IsAlert);
        Assert.Equal(1, _spool.Syncs);
        Envelope envelope = _spool.EnvelopeOf(0);
        Assert.Equal("alerts@relay.test", Encoding.UTF8.GetString(envelope.Bytes, envelope.ReversePathOffset, envelope.ReversePathLength));
        Assert.Equal("postmaster@relay.test", Encoding.UTF8.GetString(envelope.Bytes, envelope.RecipientOffset(0), envelope.RecipientLength(0)));
        Assert.Equal(_clock.UtcMilliseconds, envelope.AcceptedUtc);
    }

    [Fact]
    public void Sender_and_recipient_as_set()
    {
        _settings.AlertFrom = "pump@site.test";
        _settings.AlertTo = "oncall@site.test";
        MimeMessage mail = Raised(Severity.Warning, "", "x", "");
        Assert.Equal("pump@site.test", mail.From.Mailboxes.Single().Address);
        Assert.Equal("oncall@site.test", mail.To.Mailboxes.Single().Address);
        Assert.Equal("[Warning] x", mail.Subject);
    }

    [Fact]
    public void No_date_while_the_clock_is_not_set()
    {
        _clock.IsSet = false;
        _clock.UptimeMilliseconds = 42000;
        MimeMessage mail = Raised(Severity.Error, "x", "y", "");
        Assert.False(mail.Headers.Contains(HeaderId.Date));
        Assert.Contains("42 seconds after start-up", Body(mail));
        Assert.Equal(0, _spool.EnvelopeOf(0).AcceptedUtc);
    }

    [Theory]
    [InlineData("Störung im Öltank: Füllstand niedrig")]
    [InlineData("🔥 Überhitzung 🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥 Ende")]
    [InlineData("温度が高すぎます。すぐに確認してください。温度が高すぎます。すぐに確認してください。温度が高すぎます。")]
    [InlineData("=?UTF-8?Q?not_what_it_looks_like?=")]
    [InlineData("a title with many words that does not fit on one line of a header field and so must be folded between words")]
    [InlineData("two  blanks   three blanks and more and more words until the line has to be folded somewhere     here")]
    [InlineData("averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword")]
    [InlineData("")]
    [InlineData("x")]
    public void Any_title_comes_out_as_it_went_in(string title)
    {
        MimeMessage mail = Raised(Severity.Warning, "Gerät", title, title);
        Assert.Equal("[Warning] Gerät" + (title.Length > 0 ? ": " + title : ""), mail.Subject);
        Assert.StartsWith(title + "\r\n", Body(mail).ReplaceLineEndings("\r\n"));
        MimeMessage plain = Raised(Severity.Warning, "", title, "");
        Assert.Equal(("[Warning] " + title).TrimEnd(), plain.Subject);
    }

    [Fact]
    public void Encoded_words_are_short_and_never_split_a_character()
    {
        for (int i = 0; i < 6; i++)
        {
            Assert.True(Alerts.Raise(Severity.Warning, "", new string('x', i) + string.Concat(Enumerable.Repeat("ä€😀", 20)), ""));
            string text = _spool.Contents[i];
            int words = 0;
            foreach (string line in text.Substring(0, text.IndexOf("\r\n\r\n", StringComparison.Ordinal)).Split("\r\n"))
            {
                int start = line.IndexOf("=?UTF-8?B?", StringComparison.Ordinal);
                if (start >= 0)
                {
                    words++;
                    Assert.True(line.Length <= 76);
                    string word = line.Substring(start);
                    Assert.True(word.Length <= 75);
                    byte[] bytes = Convert.FromBase64String(word.Substring(10, word.Length - 12));
                    new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
                }
            }

            Assert.True(words > 2);
        }
    }

    [Theory]
    [InlineData("x\r\nBcc: victim@d")]
    [InlineData("x\nBcc: victim@d")]
    [InlineData("x\rBcc: victim@d")]
    [InlineData("x\r\n\r\nbody")]
    [InlineData("x\0\u0001\u007f\u001b[31m")]
    [InlineData("ä\r\nBcc: victim@d")]
    public void No_text_adds_a_header_field(string text)
    {
        _settings.Hostname = "relay.test\r\nBcc: victim@d";
        Assert.True(Alerts.Raise(Severity.Warning, text, text, text));
        AssertGoodOnTheWire(_spool.BytesOf(0));
        MimeMessage mail = MimeMessage.Load(new MemoryStream(_spool.BytesOf(0)));
        Assert.Equal(new[] { "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "MIME-Version" }, mail.Headers.Select(h => h.Field));
        Assert.Equal(new[] { "Content-Type", "Content-Transfer-Encoding" }, mail.Body!.Headers.Select(h => h.Field));
    }

    [Fact]
    public void Long_texts_are_cut_between_characters()
    {
        MimeMessage mail = Raised(Severity.Warning, new string('s', 1000), string.Concat(Enumerable.Repeat("ä", 1000)), string.Concat(Enumerable.Repeat("€", 100000)));
        Assert.Equal("[Warning] " + new string('s', 100) + ": " + new string('ä', 150), mail.Subject);
        Assert.Contains(new string('€', 5461), Body(mail));
        Assert.DoesNotContain('\ufffd', Body(mail));
    }

    [Fact]
    public void Details_keep_their_shape()
    {
        string details = "a = b \n\ttab at the end\t\n.\n..dots\nFrom here\n\n" + new string('x', 300) + "\nlast line without end  ";
        MimeMessage mail = Raised(Severity.Warning, "s", "t", details);
        Assert.Contains(details + "\n\nSeverity", Body(mail).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Message_ids_differ()
    {
        for (int i = 0; i < 50; i++)
        {
            Assert.True(Alerts.Raise(Severity.Warning, "s", "t", ""));
        }

        Assert.Equal(50, _spool.Contents.Select(c => MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(c))).MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void A_spool_that_refuses_is_counted_and_said_once(bool full, bool refusesBytes, bool refusesSync)
    {
        Alerts alerts = Alerts;
        _spool.IsFull = full;
        _spool.RefusesBytes = refusesBytes;
        _spool.RefusesSync = refusesSync;
        Assert.False(alerts.Raise(Severity.Critical, "s", "t", "d"));
        Assert.False(alerts.Raise(Severity.Critical, "s", "t", "d"));
        Assert.Equal(2, alerts.Dropped);
        Assert.Equal(1, _log.CountOf(LogLevel.Error));
        _spool.IsFull = _spool.RefusesBytes = _spool.RefusesSync = false;
        Assert.True(alerts.Raise(Severity.Critical, "s", "t", "d"));
        Assert.Equal(1, alerts.Raised);
        Assert.Contains("Seen: 3 times since 12:34", _spool.Contents[^1]);
    }

    [Fact]
    public void Control_characters_never_reach_the_log()
    {
        Alerts.Raise(Severity.Warning, "s", "t\r\nforged line", "");
        Assert.DoesNotContain(_log.Lines, line => line.Any(char.IsControl));
    }

    [Fact]
    public void Mails_of_one_source_are_one_thread()
    {
        MimeMessage first = Raised(Severity.Warning, "boiler", "low", "");
        MimeMessage second = Raised(Severity.Error, "boiler", "empty", "");
        MimeMessage other = Raised(Severity.Error, "pump", "empty", "");
        Assert.Equal(first.References, second.References);
        Assert.Equal(first.InReplyTo, first.References.Single());
        Assert.NotEqual(first.References.Single(), other.References.Single());
        Assert.NotEqual(first.MessageId, second.MessageId);
    }

    [Fact]
    public void Templates_are_filled_in()
    {
        _settings.AlertRules.Subject = "%h|%s|%o%t|100%%|%x|%";
        _settings.AlertRules.Body = "%t?%n%c%n%d";
        MimeMessage mail = Raised(Severity.Error, "Keller", "naß\r\nBcc: x@y", "d1\nd2");
        Assert.Equal("relay.test|Error|Keller: naß  Bcc: x@y|100%|x|%", mail.Subject);
        Assert.StartsWith("naß  Bcc: x@y?\n1 time since 12:34\nd1\nd2\n", Body(mail).ReplaceLineEndings("\n"));
    }
}
