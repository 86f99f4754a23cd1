using System.IO;
using System.Linq;
using System.Text;
using MimeKit;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Reports of failure, read by MimeKit: who gets one, who never does, and what it says.</summary>
public class FailureReportTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly FakeSpool _spool = new();
    private readonly RelaySettings _settings = ClientDialogue.PlainSettings();
    private readonly FakeSmarthost _smarthost;
    private readonly Forwarder _forwarder;

    public FailureReportTests()
    {
        _smarthost = new FakeSmarthost(_clock) { Answer = line => line.Contains("<no@") ? "550 5.1.1 no such user" : null };
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log);
    }

    private static FakeMessage Failing(string from = "sender@b") => new(from, new[] { "yes@d", "no@d" }, "Subject: hi\r\nX: \u00e4\u0001\r\n\r\nbody\r\n");

    private static MultipartReport Parts(MimeMessage report) => Assert.IsType<MultipartReport>(report.Body);

    private MimeMessage ReportAfterRun()
    {
        _forwarder.RunOnce();
        string text = _smarthost.Messages.Single(m => m.Contains("multipart/report"));
        return MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(text)));
    }

    [Fact]
    public void The_sender_is_told_what_failed_and_why()
    {
        FakeMessage message = Failing();
        message.Envelope.AcceptedUtc = _clock.UtcMilliseconds;
        Assert.True(message.Envelope.SetOriginalRecipient(Encoding.UTF8.GetBytes("rfc822;x+2Bz@y"), 0, 14));
        Assert.True(message.Envelope.SetEnvelopeId(Encoding.UTF8.GetBytes("id+0A1"), 0, 6));
        _spool.Add(message);
        MimeMessage report = ReportAfterRun();
        Assert.Contains("MAIL FROM:<> SIZE=" + _smarthost.Messages[1].Length, _smarthost.Commands);
        Assert.Contains("RCPT TO:<sender@b>", _smarthost.Commands);
        Assert.Equal("sender@b", report.To.Mailboxes.Single().Address);
        Assert.Equal("MAILER-DAEMON@relay.test", report.From.Mailboxes.Single().Address);
        Assert.Equal("auto-replied", report.Headers[HeaderId.AutoSubmitted]);
        MultipartReport parts = Assert.IsType<MultipartReport>(report.Body);
        Assert.Equal("delivery-status", parts.ReportType);
        Assert.Equal(3, parts.Count);
        Assert.Contains("no@d", ((TextPart)parts[0]).Text);
        Assert.DoesNotContain("yes@d", ((TextPart)parts[0]).Text);
        HeaderListCollection groups = Assert.IsType<MessageDeliveryStatus>(parts[1]).StatusGroups;
        Assert.Equal("dns; relay.test", groups[0]["Reporting-MTA"]);
        Assert.Equal("id?1", groups[0]["Original-Envelope-Id"]);
        Assert.Equal("Sun, 01 Mar 2026 12:34:56 +0000", groups[0]["Arrival-Date"]);
        Assert.Equal("rfc822;x+z@y", groups[1]["Original-Recipient"]);
        Assert.Equal("rfc822; no@d", groups[1]["Final-Recipient"]);
        Assert.Equal("failed", groups[1]["Action"]);
        Assert.Equal("5.1.1", groups[1]["Status"]);
        Assert.Equal("dns; 127.0.0.1", groups[1]["Remote-MTA"]);
        Assert.Equal("smtp; 550 5.1.1 no such user", groups[1]["Diagnostic-Code"]);
        Assert.Equal("text/rfc822-headers", parts[2].ContentType.MimeType);
        Assert.Equal(new[] { "Subject: hi", "X: ??" }, Assert.IsType<TextRfc822Headers>(parts[2]).Message!.Headers.Select(h => h.Field + ": " + h.Value));
    }

    [Theory]
    [InlineData("550 no code", "5.0.0", true)]
    [InlineData("550 2.0.0 nonsense", "5.0.0", true)]
    [InlineData("550", "5.0.0", true)]
    public void Status_when_the_smarthost_gives_none(string answer, string status, bool isReply)
    {
        _smarthost.Answer = line => line.Contains("<no@") ? answer : null;
        _spool.Add(Failing());
        HeaderList group = ((MessageDeliveryStatus)Parts(ReportAfterRun())[1]).StatusGroups[1];
        Assert.Equal(status, group["Status"]);
        Assert.Equal(isReply, group.Contains("Remote-MTA"));
    }

    [Fact]
    public void Who_asked_to_hear_of_success_is_told_that_it_was_relayed_where_the_smarthost_cannot_tell()
    {
        FakeMessage message = new("sender@b", new[] { "yes@d" }, "Subject: hi\r\n\r\nbody\r\n");
        Assert.True(message.Envelope.SetNotify(DsnNotify.Success | DsnNotify.Failure));
        _spool.Add(message);
        MimeMessage report = ReportAfterRun();
        Assert.Equal("Your mail was relayed", report.Subject);
        HeaderListCollection groups = Assert.IsType<MessageDeliveryStatus>(Parts(report)[1]).StatusGroups;
        Assert.Equal("rfc822; yes@d", groups[1]["Final-Recipient"]);
        Assert.Equal("relayed", groups[1]["Action"]);
        Assert.StartsWith("2.", groups[1]["Status"]);
        Assert.DoesNotContain("failed", ((TextPart)Parts(report)[0]).Text);
        Assert.Equal(2, _smarthost.Messages.Count);
    }

    [Fact]
    public void Failure_and_success_share_a_report()
    {
        FakeMessage message = new("sender@b", new[] { "yes@d" }, "Subject: hi\r\n\r\nbody\r\n");
        Assert.True(message.Envelope.SetNotify(DsnNotify.Success));
        byte[] no = Encoding.ASCII.GetBytes("no@d");
        Assert.True(message.Envelope.AddRecipient(no, 0, no.Length));
        _spool.Add(message);
        MimeMessage report = ReportAfterRun();
        HeaderListCollection groups = Assert.IsType<MessageDeliveryStatus>(Parts(report)[1]).StatusGroups;
        Assert.Equal(new[] { "relayed", "failed" }, groups.Skip(1).Select(group => group["Action"]));
        Assert.Equal("Your mail could not be delivered", report.Subject);
    }

    [Fact]
    public void A_smarthost_that_reports_success_itself_is_asked_to()
    {
        _smarthost.Offers.Add("DSN");
        FakeMessage message = new("sender@b", new[] { "yes@d" }, "Subject: hi\r\n\r\nbody\r\n");
        Assert.True(message.Envelope.SetNotify(DsnNotify.Success));
        _spool.Add(message);
        _forwarder.RunOnce();
        Assert.Contains("RCPT TO:<yes@d> NOTIFY=SUCCESS", _smarthost.Commands);
        Assert.Single(_smarthost.Messages);
    }

    [Fact]
    public void A_reason_of_our_own_names_no_other_host()
    {
        _smarthost.Offers[0] = "SIZE 5000";
        _spool.Add(new FakeMessage("sender@b", new[] { "c@d" }, "Subject: big\r\n\r\n" + new string('x', 6000)));
        HeaderList group = ((MessageDeliveryStatus)Parts(ReportAfterRun())[1]).StatusGroups[1];
        Assert.Equal("5.3.4", group["Status"]);
        Assert.False(group.Contains("Remote-MTA"));
        Assert.False(group.Contains("Diagnostic-Code"));
    }

    [Fact]
    public void The_null_sender_an_alert_and_who_wants_silence_are_told_nothing()
    {
        _spool.Add(Failing(from: ""));
        _spool.Add(Failing(), isAlert: true);
        FakeMessage never = Failing();
        Assert.True(never.Envelope.SetNotify(DsnNotify.Never));
        _spool.Add(never);
        FakeMessage delay = Failing();
        Assert.True(delay.Envelope.SetNotify(DsnNotify.Delay));
        _spool.Add(delay);
        _forwarder.RunOnce();
        Assert.Equal(0, _spool.Count);
        Assert.Equal(4, _smarthost.Messages.Count);
        Assert.DoesNotContain(_smarthost.Messages, m => m.Contains("report"));
        Assert.Equal(4, _log.CountOf(LogLevel.Error));
    }

    [Fact]
    public void A_report_that_fails_ends_there()
    {
        _smarthost.Answer = line => line.Contains("<no@") || line.Contains("TO:<sender@") ? "550 5.1.1 no such user" : null;
        _spool.Add(Failing());
        _forwarder.RunOnce();
        Assert.Equal(0, _spool.Count);
        Assert.Single(_smarthost.Messages);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void A_failure_that_cannot_be_told_is_put_off(bool full, bool refusesBytes, bool refusesSync)
    {
        _spool.IsFull = full;
        _spool.RefusesBytes = refusesBytes;
        _spool.RefusesSync = refusesSync;
        _spool.Add(Failing(), acceptedUptime: _clock.UptimeMilliseconds);
        _forwarder.RunOnce();
        Assert.Contains("1/1 Deferred 550 5.1.1 no such user", _spool.Records);
        _spool.IsFull = _spool.RefusesBytes = _spool.RefusesSync = false;
        _clock.Advance(100000);
        _forwarder.RunOnce();
        Assert.Contains("1 finished", _spool.Records);
        Assert.Contains(_smarthost.Messages, m => m.Contains("multipart/report"));
    }

    [Fact]
    public void A_long_header_is_cut()
    {
        _spool.Add(new FakeMessage("sender@b", new[] { "no@d" }, "Subject: x\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('y', 70) + "\r\n", 5000)) + "\r\nbody"));
        MimeMessage report = ReportAfterRun();
        Assert.Equal(3, Parts(report).Count);
        Assert.InRange(_smarthost.Messages.Single().Length, 8000, 11000);
    }
}
