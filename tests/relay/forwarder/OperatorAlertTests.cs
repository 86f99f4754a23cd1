using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Trouble with the smarthost is told to the operator once, and trouble of messages to their senders, both within bounds.</summary>
public class OperatorAlertTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly FakeSpool _spool = new();
    private readonly RelaySettings _settings = ClientDialogue.PlainSettings();
    private readonly FakeSmarthost _smarthost;
    private readonly Forwarder _forwarder;
    private readonly Alerts _alerts;

    public OperatorAlertTests()
    {
        _smarthost = new FakeSmarthost(_clock);
        _alerts = new Alerts(_settings, new AlertMail(_settings, _spool, _clock), _clock, _log);
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log) { Alerts = _alerts };
    }

    private void Add(int count, string to = "c@d")
    {
        for (int i = 0; i < count; i++)
        {
            _spool.Add(new FakeMessage("a@b", new[] { to }, i + "\r\n"), acceptedUptime: _clock.UptimeMilliseconds);
        }
    }

    private void RunFor(long milliseconds)
    {
        long end = _clock.UptimeMilliseconds + milliseconds;
        for (int i = 0; _clock.UptimeMilliseconds < end && i < 10000; i++)
        {
            long again = _forwarder.RunOnce();
            _clock.UptimeMilliseconds = System.Math.Max(_clock.UptimeMilliseconds + 1, System.Math.Min(again, end));
        }
    }

    [Theory]
    [InlineData("AUTH", "535 5.7.8 password expired")]
    [InlineData("EHLO", "550 5.7.1 go away")]
    [InlineData("MAIL", "530 5.7.0 Authentication required")]
    public void A_refusal_alerts_at_once_and_once_for_a_week(string verb, string answer)
    {
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("AUTH PLAIN");
        _smarthost.Answer = line => line.StartsWith(verb) ? answer : null;
        Add(30);
        _forwarder.RunOnce();
        Assert.Equal(1, _alerts.Raised);
        RunFor(7L * 86400000);
        Assert.Equal(1, _alerts.Raised);
        _smarthost.Answer = _ => null;
        RunFor(3600000);
        Assert.Equal(31, _smarthost.Messages.Count);
        Assert.Contains(_smarthost.Messages, message => message.Contains("does not take our mail"));
    }

    [Fact]
    public void A_smarthost_out_of_reach_alerts_only_after_a_while()
    {
        _smarthost.Error = "no route";
        Add(5);
        RunFor(600000);
        Assert.Equal(0, _alerts.Raised);
        RunFor(1200000);
        Assert.Equal(1, _alerts.Raised);
        RunFor(2L * 86400000);
        Assert.Equal(1, _alerts.Raised);
    }

    [Fact]
    public void A_smarthost_that_comes_and_goes_alerts_once_an_hour_at_most()
    {
        int mails = 0;
        _smarthost.Answer = line => line.StartsWith("MAIL") && ++mails % 2 == 0 ? "530 5.7.0 login" : null;
        for (int i = 0; i < 240; i++)
        {
            Add(1);
            RunFor(60000);
        }

        Assert.InRange(_alerts.Raised, 1, 5);
    }

    [Fact]
    public void Trouble_with_one_smarthost_is_told_by_way_of_the_other()
    {
        _settings.Smarthost.Next = new Smarthost { Host = "second.test", Security = SmarthostSecurity.None };
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("AUTH PLAIN");
        _smarthost.Answer = line => line.StartsWith("AUTH") ? "535 5.7.8 password expired" : null;
        Add(1);
        _forwarder.RunOnce();
        Assert.Equal(2, _smarthost.Messages.Count);
        Assert.Contains("password expired", _smarthost.Messages[0]);
    }

    [Fact]
    public void Failure_reports_past_the_rate_are_folded_and_lose_nothing()
    {
        FakeDigest digest = new();
        _forwarder.Digest = digest;
        _settings.Limits.ReportsPerHour = 5;
        _smarthost.Answer = line => line == "RCPT TO:<no@d>" ? "550 5.1.1 no such user" : null;
        Add(50, "no@d");
        _forwarder.RunOnce();
        Assert.Equal(5, _smarthost.Messages.Count(message => message.Contains("multipart/report")));
        Assert.Equal(45, digest.Taken);
        Assert.Equal(45, _spool.Records.Count(record => record.EndsWith("Failed 550 5.1.1 no such user")));
        Assert.DoesNotContain(_spool.Records, record => record.Contains("released"));
    }

    [Fact]
    public void Without_a_digest_what_is_past_the_rate_is_told_in_one_line_of_the_log()
    {
        _settings.Limits.ReportsPerHour = 5;
        _smarthost.Answer = line => line == "RCPT TO:<no@d>" ? "550 5.1.1 no such user" : null;
        Add(50, "no@d");
        _forwarder.RunOnce();
        Assert.Equal(0, _spool.Count);
        Assert.Single(_log.Lines, line => line.StartsWith("Error") && line.Contains("More failures than 5 an hour"));
    }

    private sealed class FakeDigest : IFailureDigest
    {
        public int Taken { get; private set; }

        public bool Add(QueuedMessage message, Envelope envelope, RecipientResult[] results, string[] replies)
        {
            Taken++;
            return true;
        }
    }
}
