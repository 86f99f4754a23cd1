using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>
/// What users of other relays have suffered, each once: a relay that does not do it to them again. Through the real spool. The
/// rest of that list is elsewhere: kills in tests/interop, tokens and mechanisms in tests/gateway/login.
/// </summary>
public class KnownTroubleTests
{
    private const long Day = 86400000;

    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly RelaySettings _settings = ClientDialogue.PlainSettings();
    private readonly MemorySegmentStore _store = new();
    private readonly FakeSmarthost _smarthost;
    private Alerts _alerts = null!;
    private Spool _spool = null!;
    private Forwarder _forwarder = null!;

    public KnownTroubleTests()
    {
        _smarthost = new FakeSmarthost(_clock);
        Start();
    }

    private void Start()
    {
        _spool = new Spool(_store, _clock, _log, new SpoolOptions { Salt = 7 });
        Assert.True(_spool.Open(), _spool.Error);
        _alerts = new Alerts(_settings, new AlertMail(_settings, _spool, _clock), _clock, _log);
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log) { Alerts = _alerts };
    }

    private void Put(string from, string content = "x\r\n", string to = "c@d")
    {
        FakeMessage message = new(from, new[] { to }, content);
        IMessageWriter? writer = _spool.Begin(message.Envelope, message.Content.Length, false);
        Assert.NotNull(writer);
        Assert.True(writer.Append(message.Content, 0, message.Content.Length) && writer.End() && _spool.Sync() && writer.IsDurable);
    }

    /// <summary>What waits, the alert about the trouble aside.</summary>
    private int CountOfMail() => _spool.Count - _alerts.Raised;

    private void RunFor(long milliseconds)
    {
        long end = _clock.UptimeMilliseconds + milliseconds;
        for (int i = 0; _clock.UptimeMilliseconds < end; i++)
        {
            Assert.True(i < 200000, "it runs without end");
            _clock.UptimeMilliseconds = System.Math.Max(_clock.UptimeMilliseconds + 1, System.Math.Min(_forwarder.RunOnce(), end));
        }
    }

    [Fact]
    public void A_login_for_each_message_until_the_provider_says_too_many()
    {
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("AUTH PLAIN");
        for (int i = 0; i < 200; i++)
        {
            Put("a@b");
        }

        _forwarder.RunOnce();
        Assert.Equal(200, _smarthost.Messages.Count);
        Assert.Equal(1, _smarthost.Commands.Count(command => command.StartsWith("AUTH")));
    }

    [Fact]
    public void A_bounce_of_a_bounce_without_end()
    {
        // Every recipient fails, also the sender to whom the report goes.
        _smarthost.Answer = line => line.StartsWith("RCPT") ? "550 5.1.1 nobody" : null;
        Put("a@b");
        Put("");
        RunFor(Day);
        Assert.Equal(0, _spool.Count);
        Assert.Equal(3, _smarthost.Commands.Count(command => command.StartsWith("RCPT")));
    }

    [Fact]
    public void A_flood_of_failures_that_becomes_a_flood_of_reports()
    {
        _smarthost.Answer = line => line == "RCPT TO:<c@d>" ? "550 5.1.1 nobody" : null;
        for (int i = 0; i < 500; i++)
        {
            Put("a@b");
        }

        RunFor(600000);
        Assert.Equal(_settings.Limits.ReportsPerHour, _smarthost.Messages.Count);
        Assert.Equal(0, _spool.Count);
    }

    [Fact]
    public void A_network_that_stalls_and_a_sender_that_hangs_for_a_month()
    {
        // Each word comes in time, and the message never gets done.
        _settings.Limits.AttemptTimeout = 600000;
        _smarthost.Answer = line =>
        {
            _clock.Advance(200000);
            return line.StartsWith("RCPT") ? FakeSmarthost.Silence : null;
        };
        Put("a@b");
        long before = _clock.UptimeMilliseconds;
        _forwarder.RunOnce();
        Assert.InRange(_clock.UptimeMilliseconds - before, 1, 1500000);
        _smarthost.Answer = _ => null;
        RunFor(3600000);
        Assert.Single(_smarthost.Messages);
    }

    [Fact]
    public void A_permanent_refusal_tried_again_and_again()
    {
        _smarthost.Answer = line => line == "RCPT TO:<c@d>" ? "550 5.7.1 no" : null;
        Put("a@b");
        RunFor(7 * Day);
        Assert.Equal(1, _smarthost.Commands.Count(command => command == "RCPT TO:<c@d>"));
    }

    [Fact]
    public void A_smarthost_hammered_once_a_minute_and_a_log_that_overflows()
    {
        _smarthost.Answer = line => line == "CONNECT" ? "554 5.7.1 your address is blocked" : null;
        for (int i = 0; i < 50; i++)
        {
            Put("a@b");
        }

        RunFor(Day);
        Assert.InRange(_smarthost.Connects, 40, 60);
        Assert.Equal(1, _log.CountOf(LogLevel.Warning));
    }

    [Fact]
    public void A_name_server_that_is_away_and_mail_bounced_for_it()
    {
        _smarthost.Error = "the name smart.test does not exist";
        Put("a@b");
        RunFor(10 * Day);
        Assert.Equal(1, CountOfMail());
        _smarthost.Error = "";
        RunFor(3600000);
        Assert.Equal(2, _smarthost.Messages.Count);
        Assert.DoesNotContain(_smarthost.Messages, message => message.Contains("multipart/report"));
    }

    [Fact]
    public void A_password_that_expired_and_weeks_of_mails_about_it()
    {
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("AUTH PLAIN");
        _smarthost.Answer = line => line.StartsWith("AUTH") ? "535 5.7.8 expired" : null;
        for (int i = 0; i < 20; i++)
        {
            Put("a@b");
        }

        RunFor(21 * Day);
        Assert.Equal(1, _alerts.Raised);
        Assert.Equal(21, _spool.Count);
        _smarthost.Answer = _ => null;
        RunFor(3600000);
        Assert.Equal(21, _smarthost.Messages.Count);
    }

    [Fact]
    public void A_mechanism_tried_that_was_not_offered_and_an_address_that_is_banned()
    {
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("AUTH GSSAPI CRAM-MD5");
        Put("a@b");
        _forwarder.RunOnce();
        Assert.DoesNotContain(_smarthost.Commands, command => command.StartsWith("AUTH"));
        Assert.Equal(1, CountOfMail());
    }

    [Fact]
    public void A_line_of_more_than_a_thousand_octets_and_a_queue_file_called_corrupted()
    {
        string content = "Subject: long\r\n\r\n" + new string('x', 100000) + "\r\n." + new string('.', 5000) + "\r\n";
        Put("a@b", content);
        Start();
        _forwarder.RunOnce();
        Assert.Equal(content, _smarthost.Messages.Single());
    }

    [Fact]
    public void A_queue_that_does_not_survive_a_start()
    {
        _smarthost.Error = "not yet";
        Put("a@b", "kept\r\n");
        _forwarder.RunOnce();
        Start();
        _smarthost.Error = "";
        RunFor(60000);
        Assert.Equal("kept\r\n", _smarthost.Messages.Single());
    }

    [Fact]
    public void A_session_gone_stale_after_five_minutes_and_a_relay_that_hangs_on_it()
    {
        _settings.Limits.IdleConnection = 3600000;
        Put("a@b");
        _forwarder.RunOnce();
        _clock.Advance(300000);
        bool isStale = true;
        _smarthost.Answer = line =>
        {
            bool hangUp = isStale && line.StartsWith("MAIL");
            isStale = false;
            return hangUp ? FakeSmarthost.Hangup : null;
        };
        Put("a@b");
        long before = _clock.UptimeMilliseconds;
        _forwarder.RunOnce();
        Assert.Equal(2, _smarthost.Messages.Count);
        Assert.Equal(before, _clock.UptimeMilliseconds);
    }

    [Fact]
    public void Mail_taken_in_without_a_network_and_never_sent()
    {
        _smarthost.Error = "there is no network";
        for (int i = 0; i < 20; i++)
        {
            Put("a@b", i + "\r\n");
            RunFor(600000);
        }

        _smarthost.Error = "";
        RunFor(600000);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i + "\r\n"), _smarthost.Messages.Where(message => message.Length < 10));
    }

    [Fact]
    public void A_provider_that_throttles_and_new_mail_that_starts_the_wait_anew()
    {
        _smarthost.Answer = line => line.StartsWith("MAIL") ? "432 4.3.2 concurrent limit exceeded" : null;
        List<long> tries = new();
        Put("a@b");
        _forwarder.RunOnce();
        for (int i = 0; i < 60; i++)
        {
            // New mail each minute wakes the forwarder, and must not make it try the old one sooner.
            int before = _smarthost.Commands.Count(command => command.StartsWith("MAIL"));
            _clock.Advance(60000);
            _forwarder.RunOnce();
            if (_smarthost.Commands.Count(command => command.StartsWith("MAIL")) > before)
            {
                tries.Add(_clock.UptimeMilliseconds);
            }
        }

        // 1, 2, 4, 8, 16 ... minutes and up to a quarter more.
        Assert.InRange(tries.Count, 4, 6);
    }

    [Fact]
    public void More_recipients_an_hour_than_the_provider_allows()
    {
        _settings.Smarthost.Rate = new RateLimit(100, 3600000);
        for (int i = 0; i < 250; i++)
        {
            Put("a@b");
        }

        RunFor(3599000);
        Assert.Equal(100, _smarthost.Messages.Count);
        RunFor(3600000);
        Assert.Equal(200, _smarthost.Messages.Count);
    }
}
