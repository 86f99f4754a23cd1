using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>What the forwarder makes of a smarthost that works, half works, and does not work.</summary>
public class ForwarderTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly FakeSpool _spool = new();
    private readonly RelaySettings _settings = ClientDialogue.PlainSettings();
    private readonly FakeSmarthost _smarthost;
    private readonly Forwarder _forwarder;

    public ForwarderTests()
    {
        _settings.Smarthost.Host = "smart.test";
        _smarthost = new FakeSmarthost(_clock);
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log);
    }

    private static FakeMessage Message(string content, params string[] recipients) => new("a@b", recipients.Length == 0 ? new[] { "c@d" } : recipients, content + "\r\n");

    private void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _spool.Add(Message(i.ToString()), acceptedUptime: _clock.UptimeMilliseconds);
        }
    }

    [Fact]
    public void Nothing_to_do_is_nothing_done()
    {
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(0, _smarthost.Connects);
    }

    [Fact]
    public void What_the_spool_has_left_to_do_it_is_asked_for_again_soon_though_nothing_waits()
    {
        _spool.Chores = 3;
        Assert.Equal(_clock.UptimeMilliseconds + 10_000, _forwarder.RunOnce());
        Assert.Equal(_clock.UptimeMilliseconds + 10_000, _forwarder.RunOnce());
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
    }

    [Fact]
    public void No_smarthost_keeps_the_mail_and_says_so_once()
    {
        _settings.Smarthost.Host = "";
        Add(3);
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(3, _spool.Count);
        Assert.Equal(1, _log.CountOf(LogLevel.Warning));
    }

    [Fact]
    public void The_backlog_goes_over_one_connection_alerts_first()
    {
        Add(100);
        _spool.Add(Message("alert"), isAlert: true);
        long again = _forwarder.RunOnce();
        Assert.Equal(101, _smarthost.Messages.Count);
        Assert.Equal("alert\r\n", _smarthost.Messages[0]);
        Assert.Equal("0\r\n", _smarthost.Messages[1]);
        Assert.Equal(1, _smarthost.Connects);
        Assert.Equal(0, _spool.Count);
        Assert.Equal(1, _spool.Syncs);
        Assert.Equal(_clock.UptimeMilliseconds + _settings.Limits.IdleConnection, again);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("RCPT")]
    [InlineData(".")]
    public void A_fault_of_our_own_ends_a_round_and_no_more(string where)
    {
        bool isFirst = true;
        _smarthost.Answer = line =>
        {
            if (isFirst && line.StartsWith(where, StringComparison.Ordinal))
            {
                isFirst = false;
                throw new OutOfMemoryException();
            }

            return null;
        };
        Add(3);
        long again = _forwarder.RunOnce();
        Assert.False(isFirst);
        Assert.Equal(1, _log.CountOf(LogLevel.Error));
        Assert.True(again > _clock.UptimeMilliseconds);

        for (int i = 0; i < 10 && _spool.Count > 0; i++)
        {
            _clock.Advance(60 * 1000);
            _forwarder.RunOnce();
        }

        Assert.Equal(0, _spool.Count);
        Assert.Equal(3, _smarthost.Messages.Distinct().Count());
    }

    [Fact]
    public void Mail_that_trickles_in_uses_the_open_connection_and_an_idle_one_is_closed()
    {
        Add(1);
        _forwarder.RunOnce();
        _clock.Advance(3000);
        Add(1);
        long again = _forwarder.RunOnce();
        Assert.Equal(1, _smarthost.Connects);
        Assert.Equal(1, _smarthost.Open);
        _clock.UptimeMilliseconds = again;
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(0, _smarthost.Open);
        Assert.Equal("QUIT", _smarthost.Commands.Last());
        Assert.Equal(2, _smarthost.Messages.Count);
    }

    [Fact]
    public void Without_idle_time_the_connection_is_closed_at_once()
    {
        _settings.Limits.IdleConnection = 0;
        Add(2);
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(0, _smarthost.Open);
        Assert.Equal("QUIT", _smarthost.Commands.Last());
    }

    [Theory]
    [InlineData(FakeSmarthost.Hangup)]
    [InlineData("421 4.4.2 idle for too long")]
    public void A_connection_that_was_closed_meanwhile_costs_no_attempt(string answer)
    {
        Add(1);
        _forwarder.RunOnce();
        Add(1);
        bool once = false;
        _smarthost.Answer = line =>
        {
            if (once || !line.StartsWith("MAIL"))
            {
                return null;
            }

            once = true;
            return answer;
        };
        _forwarder.RunOnce();
        Assert.Equal(2, _smarthost.Connects);
        Assert.Equal(2, _smarthost.Messages.Count);
        Assert.DoesNotContain(_spool.Records, record => record.Contains("released"));
        Assert.Equal(0, _log.CountOf(LogLevel.Warning));
    }

    [Fact]
    public void A_smarthost_that_takes_one_message_a_connection_gets_them_all()
    {
        int mails = 0;
        _smarthost.Answer = line => line.StartsWith("MAIL") && ++mails % 2 == 0 ? "421 one is enough" : null;
        Add(10);
        _forwarder.RunOnce();
        Assert.Equal(10, _smarthost.Messages.Count);
        Assert.Equal(10, _smarthost.Connects);
        Assert.DoesNotContain(_spool.Records, record => record.Contains("released"));
    }

    [Fact]
    public void Results_are_recorded_and_only_open_recipients_tried_again()
    {
        _smarthost.Answer = line => line.Contains("<no@") ? "550 5.1.1 no such user" : line.Contains("<later@") ? "450 4.2.1 later" : null;
        _spool.Add(Message("x", "yes@d", "no@d", "later@d"), acceptedUptime: 1000);
        long again = _forwarder.RunOnce();
        Assert.Contains("1/0 Delivered 250 2.0.0 queued as 1", _spool.Records);
        Assert.Contains("1/1 Failed 550 5.1.1 no such user", _spool.Records);
        Assert.Contains("1/2 Deferred 450 4.2.1 later", _spool.Records);
        QueuedMessage message = _spool.MessageAt(0);
        Assert.InRange(message.NextAttempt, _clock.UptimeMilliseconds + 60000, _clock.UptimeMilliseconds + 75000);

        _smarthost.Commands.Clear();
        _smarthost.Answer = _ => null;
        _clock.Advance(80000);
        _forwarder.RunOnce();
        Assert.Equal(new[] { "RCPT TO:<later@d>" }, _smarthost.Commands.Where(c => c.StartsWith("RCPT") && !c.Contains("a@b")));
        Assert.Contains("1 finished", _spool.Records);
        Assert.True(again > 0);
    }

    [Fact]
    public void A_name_that_cannot_be_resolved_is_temporary_for_all_and_burns_no_attempt()
    {
        _smarthost.Error = "the name smart.test does not exist";
        Add(50);
        List<long> waits = new();
        for (int i = 0; i < 10; i++)
        {
            long again = _forwarder.RunOnce();
            waits.Add(again - _clock.UptimeMilliseconds);
            _clock.UptimeMilliseconds = again;
        }

        Assert.Equal(10, _smarthost.Connects);
        Assert.Empty(_spool.Records);
        Assert.InRange(waits[0], 5000, 6250);
        Assert.InRange(waits[1], 10000, 12500);
        Assert.InRange(waits[9], 300000, 375000);
        Assert.Equal(1, _log.CountOf(LogLevel.Warning));
        Assert.Contains(_log.Lines, line => line.Contains("the name smart.test does not exist"));

        _smarthost.Error = "";
        _forwarder.RunOnce();
        Assert.Equal(50, _smarthost.Messages.Count);
        Assert.Equal(11, _smarthost.Connects);
        Assert.Contains(_log.Lines, line => line.Contains("takes mail again"));
    }

    [Fact]
    public void A_wait_is_kept_even_when_asked_to_run_sooner()
    {
        _smarthost.Error = "unreachable";
        Add(1);
        long again = _forwarder.RunOnce();
        Add(1);
        Assert.Equal(again, _forwarder.RunOnce());
        Assert.Equal(1, _smarthost.Connects);
    }

    [Theory]
    [InlineData("CONNECT", "554 5.7.1 blocked")]
    [InlineData("EHLO", "450 later")]
    [InlineData("AUTH", "535 5.7.8 password expired")]
    [InlineData("AUTH", "454 4.7.0 Too many login attempts")]
    [InlineData("MAIL", "530 5.7.0 Authentication required")]
    public void A_smarthost_that_refuses_us_refuses_no_message_and_is_not_pestered(string verb, string answer)
    {
        _settings.Smarthost.Security = SmarthostSecurity.StartTls;
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("STARTTLS");
        _smarthost.Offers.Add("AUTH PLAIN");
        _smarthost.Answer = line => line.StartsWith(verb) ? answer : null;
        Add(20);
        for (int i = 0; i < 8; i++)
        {
            long again = _forwarder.RunOnce();
            Assert.True(again - _clock.UptimeMilliseconds >= 60000);
            _clock.UptimeMilliseconds = again;
        }

        Assert.Equal(8, _smarthost.Connects);
        Assert.Equal(20, _spool.Count);
        Assert.Equal(0, _log.CountOf(LogLevel.Error));
        Assert.Equal(1, _log.CountOf(LogLevel.Warning));
        Assert.Equal(0, _smarthost.Open);
    }

    [Fact]
    public void A_smarthost_that_is_out_of_step_refuses_no_message()
    {
        _smarthost.Answer = line => line.StartsWith("MAIL") ? "503 5.5.1 bad sequence of commands" : null;
        _spool.Add(new FakeMessage("a@b", new[] { "c@d" }, "x\r\n"));
        _forwarder.RunOnce();
        Assert.Equal(1, _spool.Count);
        _smarthost.Answer = _ => null;
        _clock.Advance(3600000);
        _forwarder.RunOnce();
        Assert.Equal("x\r\n", _smarthost.Messages.Single());
    }

    [Fact]
    public void A_certificate_that_is_wrong_sends_nothing()
    {
        _settings.Smarthost.Security = SmarthostSecurity.StartTls;
        _smarthost.Offers.Add("STARTTLS");
        _smarthost.IsTlsRefused = true;
        Add(1);
        _forwarder.RunOnce();
        Assert.Equal(new[] { "EHLO relay.test", "STARTTLS" }, _smarthost.Commands);
        Assert.Contains(_log.Lines, line => line.Contains("the certificate is for another name"));
    }

    [Fact]
    public void A_smarthost_that_falls_silent_is_left_in_time()
    {
        _smarthost.Answer = line => line == "." ? FakeSmarthost.Silence : null;
        Add(1);
        long before = _clock.UptimeMilliseconds;
        _forwarder.RunOnce();
        Assert.InRange(_clock.UptimeMilliseconds - before, 600000, 600100);
        Assert.Contains(_spool.Records, record => record.Contains("released"));
        Assert.Equal(0, _smarthost.Open);
    }

    [Fact]
    public void An_attempt_ends_at_its_absolute_deadline_however_lively_the_smarthost()
    {
        _settings.Limits.AttemptTimeout = 20000;
        _smarthost.Answer = line => line == "." ? FakeSmarthost.Silence : null;
        Add(1);
        long before = _clock.UptimeMilliseconds;
        _forwarder.RunOnce();
        Assert.InRange(_clock.UptimeMilliseconds - before, 20000, 20100);
    }

    [Fact]
    public void A_message_that_makes_the_smarthost_hang_up_steps_aside()
    {
        _smarthost.Answer = line => line == "RCPT TO:<poison@d>" ? FakeSmarthost.Hangup : null;
        _spool.Add(Message("poison", "poison@d"));
        Add(3);
        long again = _forwarder.RunOnce();
        Assert.Empty(_smarthost.Messages);
        _clock.UptimeMilliseconds = again;
        _forwarder.RunOnce();
        Assert.Equal(3, _smarthost.Messages.Count);
        Assert.Equal(1, _spool.Count);
    }

    [Fact]
    public void Retries_grow_to_half_an_hour_and_end_after_five_days_with_a_report()
    {
        _smarthost.Answer = line => line.StartsWith("RCPT TO:<c@d>") ? "451 4.3.0 later" : null;
        Add(1);
        int runs = 0;
        List<long> waits = new();
        while (!_spool.Records.Contains("1 finished"))
        {
            long again = _forwarder.RunOnce();
            if (_spool.Count > 0 && _spool.MessageAt(0).Id == 1)
            {
                waits.Add(_spool.MessageAt(0).NextAttempt - _clock.UptimeMilliseconds);
            }

            _clock.UptimeMilliseconds = System.Math.Max(again, _clock.UptimeMilliseconds);
            Assert.True(++runs < 1000);
        }

        List<long> distinct = waits.Where(w => w >= 60000).ToList();
        Assert.InRange(distinct.Max(), 1800000, 2250000);
        Assert.InRange(_clock.UptimeMilliseconds, 5L * 86400000, 5L * 86400000 + 2400000);
        Assert.Contains(_log.Lines, line => line.Contains("failed for good: 5.4.7 Given up after 120 hours") && line.EndsWith("451 4.3.0 later"));
        _forwarder.RunOnce();
        Assert.Contains(_smarthost.Commands, command => command.StartsWith("RCPT TO:<a@b>"));
    }

    [Fact]
    public void Old_mail_is_not_given_up_while_the_login_fails_or_nobody_answers()
    {
        Add(1);
        _clock.Advance(6L * 86400000);
        _smarthost.Answer = line => line.StartsWith("MAIL") ? "530 5.7.0 login first" : null;
        _clock.UptimeMilliseconds = _forwarder.RunOnce();
        _smarthost.Answer = line => line.StartsWith("MAIL") ? FakeSmarthost.Hangup : null;
        _clock.UptimeMilliseconds = System.Math.Max(_forwarder.RunOnce(), _clock.UptimeMilliseconds);
        _clock.Advance(3600000);
        _smarthost.Answer = _ => null;
        _forwarder.RunOnce();
        Assert.Single(_smarthost.Messages);
        Assert.Equal(0, _log.CountOf(LogLevel.Error));
    }

    [Fact]
    public void Stop_from_the_outside_ends_a_wait_and_gives_the_message_back()
    {
        _smarthost.Answer = line => line == "." ? FakeSmarthost.Silence : null;
        _smarthost.Waiting = _ => _forwarder.Stop();
        Add(2);
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(2, _spool.Count);
        Assert.Equal(_clock.UptimeMilliseconds, _spool.MessageAt(0).NextAttempt);
        Assert.Equal(0, _smarthost.Open);
        Assert.Equal(0, _log.CountOf(LogLevel.Warning));
        int connects = _smarthost.Connects;
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
        Assert.Equal(connects, _smarthost.Connects);
    }

    [Fact]
    public void A_stop_at_the_end_of_data_leaves_the_message_delivered_or_due()
    {
        _smarthost.Answer = line =>
        {
            if (line == ".")
            {
                _forwarder.Stop();
            }

            return null;
        };
        Add(1);
        _forwarder.RunOnce();
        Assert.Single(_smarthost.Messages);
        Assert.Equal(_spool.Count == 0 ? 0 : 1, _spool.Records.Count(r => r.Contains("released")));
    }

    [Fact]
    public void A_damaged_message_is_not_sent_and_the_others_are()
    {
        FakeMessage damaged = Message("damaged");
        damaged.DamagedAt = 3;
        _spool.Add(damaged);
        Add(2);
        _forwarder.RunOnce();
        Assert.Equal(2, _smarthost.Messages.Count);
        Assert.Equal(2, _smarthost.Connects);
        Assert.Equal(1, _spool.Count);
        Assert.Equal(1, _log.CountOf(LogLevel.Error));
    }
}
