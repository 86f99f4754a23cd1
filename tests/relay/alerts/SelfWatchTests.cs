using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>The relay's eye on itself, in simulated time, with the forwarder and a smarthost.</summary>
public class SelfWatchTests
{
    private const long Minute = 60 * 1000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private readonly FakeClock _clock = new();
    private readonly FakeSpool _spool = new();
    private readonly FakeSmarthost _smarthost;
    private readonly RelaySettings _settings = new() { Hostname = "relay.test", Smarthost = { Host = "smart.test", Security = SmarthostSecurity.None } };
    private readonly Forwarder _forwarder;
    private readonly Alerts _alerts;

    public SelfWatchTests()
    {
        _smarthost = new FakeSmarthost(_clock);
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, new FakeLog());
        _forwarder.Journal.Remember();
        _alerts = new Alerts(_settings, new AlertMail(_settings, _spool, _clock), _clock, new FakeLog());
    }

    private SelfWatch Watch() => new(_settings, new AlertMail(_settings, _spool, _clock), _clock, _alerts, _forwarder.Journal);

    private void Run(SelfWatch watch, long milliseconds)
    {
        long end = _clock.UptimeMilliseconds + milliseconds;
        while (_clock.UptimeMilliseconds < end)
        {
            long due = Math.Min(_forwarder.RunOnce(), _alerts.RunOnce());
            _clock.Advance(Math.Clamp(due - _clock.UptimeMilliseconds, 10, Math.Min(Minute, end - _clock.UptimeMilliseconds)));
        }
    }

    private List<string> Subjects => _smarthost.Messages.Select(m => m.Split("\r\n").First(l => l.StartsWith("Subject: ", StringComparison.Ordinal)).Substring(9)).ToList();

    [Fact]
    public void Mail_that_does_not_get_out_is_an_alert_that_ends_with_the_outage()
    {
        SelfWatch watch = Watch();
        _smarthost.Error = "nobody answers at 192.0.2.1 port 25";
        Assert.True(_alerts.Raise(Severity.Warning, "boiler", "low", ""));
        Run(watch, 59 * Minute);
        Assert.Equal(1, _spool.Count);
        Run(watch, 3 * Minute);
        Assert.Contains(_spool.Contents, m => m.Contains("[Error] relay.test: Mail does not get out") && m.Contains("192.0.2.1"));
        Run(watch, 5 * Hour);
        Assert.Equal(2, _spool.Count);
        Assert.True(_forwarder.Journal.TroubleSince > 0);
        _smarthost.Error = "";
        Run(watch, Hour);
        Assert.Equal(new[] { "[Warning] boiler: low", "[Error] relay.test: Mail does not get out", "[Resolved] relay.test: Mail does not get out" }, Subjects);
        Assert.Equal(3, _alerts.Sent);
        Assert.Equal(0, _forwarder.Journal.TroubleSince);
        Assert.Equal("postmaster@relay.test", _forwarder.Journal.Latest(0)!.Recipient);
        Assert.Equal(RecipientResult.Delivered, _forwarder.Journal.Latest(0)!.Result);
    }

    [Fact]
    public void A_mail_of_ours_refused_for_good_is_not_counted_as_sent_and_tried_anew()
    {
        SelfWatch watch = Watch();
        _smarthost.Answer = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        Assert.True(_alerts.Raise(Severity.Warning, "boiler", "low", ""));
        Run(watch, Hour);
        Assert.Equal(0, _alerts.Sent);
        Assert.Equal(1, _forwarder.Journal.Failed);
        _smarthost.Answer = _ => null;
        Run(watch, 4 * Hour);
        Assert.Equal(new[] { "[Warning] boiler: low" }, Subjects);
        Assert.Equal(1, _alerts.Sent);
    }

    [Fact]
    public void A_spool_past_eighty_percent_is_an_alert()
    {
        SelfWatch watch = Watch();
        _spool.PercentUsed = 79;
        Run(watch, 10 * Minute);
        _spool.PercentUsed = 81;
        Run(watch, 10 * Minute);
        _spool.PercentUsed = 50;
        Run(watch, 10 * Minute);
        Assert.Equal(new[] { "[Warning] relay.test: The queue is nearly full", "[Resolved] relay.test: The queue is nearly full" }, Subjects);
    }

    [Fact]
    public void What_nears_its_end_is_told_three_weeks_and_a_day_before()
    {
        _settings.AlertRules.PasswordEnds = _clock.UtcMilliseconds + 30 * Day;
        SelfWatch watch = Watch();
        watch.Expires("The certificate of smart.test", _clock.UtcMilliseconds + 400 * Day);
        Run(watch, 8 * Day);
        Assert.Empty(Subjects);
        Run(watch, 2 * Day);
        Assert.Equal(new[] { "[Warning] relay.test: The smarthost's password ends" }, Subjects);
        Run(watch, 19 * Day + Hour);
        Assert.Equal("[Error] relay.test: The smarthost's password ends", Subjects[1]);
        watch.Expires("The smarthost's password", _clock.UtcMilliseconds + 365 * Day);
        Run(watch, Hour);
        Assert.Equal("[Resolved] relay.test: The smarthost's password ends", Subjects[2]);
        Assert.Equal(3, Subjects.Count);
    }

    [Theory]
    [InlineData(1, 10, 10)]
    [InlineData(7, 28, 4)]
    [InlineData(0, 28, 0)]
    public void A_sign_of_life_comes_at_its_time(int days, int length, int mails)
    {
        _settings.AlertRules.HeartbeatDays = days;
        _settings.AlertRules.Zone = 60;
        SelfWatch watch = Watch();
        watch.MemoryUsed = 34816;
        Run(watch, length * Day);
        Assert.Equal(mails, Subjects.Count(s => s == "[Alive] relay.test"));
        Assert.All(_smarthost.Messages, m => Assert.Contains(" 06:00:", m));
        if (mails > 0)
        {
            Assert.Contains("Memory in use: 34 KiB", _smarthost.Messages[0]);
            Assert.Contains("Last trouble: none", _smarthost.Messages[0]);
        }
    }

    [Fact]
    public void Setting_the_clock_is_no_sign_of_life_and_without_a_clock_they_come_by_uptime()
    {
        _settings.AlertRules.HeartbeatDays = 1;
        _clock.IsSet = false;
        SelfWatch watch = Watch();
        Run(watch, 2 * Day + Hour);
        Assert.Equal(2, Subjects.Count);
        _clock.IsSet = true;
        Run(watch, Minute);
        Assert.Equal(2, Subjects.Count);
    }
}
