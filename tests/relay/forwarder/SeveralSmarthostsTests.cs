using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Smarthosts in order of preference: the next while one does not work, and back again.</summary>
public class SeveralSmarthostsTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly FakeSpool _spool = new();
    private readonly RelaySettings _settings = ClientDialogue.PlainSettings();
    private readonly FakeSmarthost _smarthost;
    private readonly Forwarder _forwarder;
    private readonly HashSet<string> _dead = new();

    public SeveralSmarthostsTests()
    {
        _settings.Smarthost.Host = "first.test";
        _settings.Smarthost.Next = new Smarthost { Host = "second.test", Security = SmarthostSecurity.None };
        _smarthost = new FakeSmarthost(_clock) { Gate = (smarthost, choice) => _dead.Contains(smarthost.Host) || _dead.Contains(smarthost.Host + "/" + choice) ? "no route" : null };
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log);
    }

    private void Add() => _spool.Add(new FakeMessage("a@b", new[] { "c@d" }, "x\r\n"), acceptedUptime: _clock.UptimeMilliseconds);

    [Fact]
    public void While_the_first_works_the_second_is_never_asked()
    {
        Add();
        _forwarder.RunOnce();
        Assert.Equal(new[] { "first.test/0" }, _smarthost.Tried);
        Assert.Single(_smarthost.Messages);
    }

    [Fact]
    public void When_the_first_is_dead_the_second_takes_the_mail_at_once()
    {
        _dead.Add("first.test");
        Add();
        _forwarder.RunOnce();
        Assert.Equal(new[] { "first.test/0", "second.test/0" }, _smarthost.Tried);
        Assert.Single(_smarthost.Messages);
        Assert.DoesNotContain(_spool.Records, record => record.Contains("released"));
    }

    [Fact]
    public void The_first_is_used_again_as_soon_as_it_works_even_while_the_second_is_connected()
    {
        _dead.Add("first.test");
        Add();
        _forwarder.RunOnce();
        _dead.Clear();

        // Not before its time: a dead host is not asked for every message.
        _clock.Advance(1000);
        Add();
        _forwarder.RunOnce();
        Assert.Equal(2, _smarthost.Connects);

        _clock.Advance(7000);
        _settings.Limits.IdleConnection = 600000;
        Add();
        _forwarder.RunOnce();
        Assert.Equal("first.test/0", _smarthost.Tried.Last());
        Assert.Equal(3, _smarthost.Messages.Count);
        Assert.Equal(1, _smarthost.Open);
        Assert.Contains(_log.Lines, line => line.Contains("first.test takes mail again"));
    }

    [Fact]
    public void When_none_works_the_mail_waits_for_whichever_is_due_first()
    {
        _dead.Add("first.test");
        _dead.Add("second.test");
        Add();
        long again = _forwarder.RunOnce();
        Assert.InRange(again - _clock.UptimeMilliseconds, 5000, 6250);
        Assert.Equal(1, _spool.Count);
        Assert.Empty(_spool.Records);
        _dead.Remove("second.test");
        _clock.Advance(7000);
        _forwarder.RunOnce();
        Assert.Single(_smarthost.Messages);
    }

    [Fact]
    public void Hosts_of_one_smarthost_are_tried_in_their_order_before_the_next_smarthost()
    {
        _smarthost.Hosts = 3;
        _dead.Add("first.test/0");
        _dead.Add("first.test/1");
        Add();
        _forwarder.RunOnce();
        Assert.Equal(new[] { "first.test/0", "first.test/1", "first.test/2" }, _smarthost.Tried);
        Assert.Single(_smarthost.Messages);
        Assert.Equal(0, _log.CountOf(LogLevel.Warning));
    }

    [Fact]
    public void A_host_that_greets_with_a_refusal_is_passed_over()
    {
        _smarthost.Hosts = 2;
        int greetings = 0;
        _smarthost.Answer = line => line == "CONNECT" && ++greetings == 1 ? "554 5.3.2 not here" : null;
        Add();
        _forwarder.RunOnce();
        Assert.Equal(new[] { "first.test/0", "first.test/1" }, _smarthost.Tried);
        Assert.Single(_smarthost.Messages);
    }

    [Fact]
    public void A_login_that_is_refused_is_not_tried_at_the_neighbours_but_at_the_next_smarthost()
    {
        _smarthost.Hosts = 3;
        _settings.Smarthost.Host = "localhost";
        _settings.Smarthost.User = "tim";
        _smarthost.Offers.Add("AUTH PLAIN");
        _smarthost.Answer = line => line.StartsWith("AUTH") ? "535 5.7.8 no" : null;
        Add();
        _forwarder.RunOnce();
        Assert.Equal(new[] { "localhost/0", "second.test/0" }, _smarthost.Tried);
        Assert.Single(_smarthost.Messages);
    }

    [Fact]
    public void The_rate_is_kept_over_any_stretch_of_time()
    {
        _settings.Smarthost.Rate = new RateLimit(10, 60000);
        List<long> sent = new();
        int before = 0;
        for (int i = 0; i < 45; i++)
        {
            Add();
        }

        while (_spool.Count > 0)
        {
            long again = _forwarder.RunOnce();
            for (; before < _smarthost.Messages.Count; before++)
            {
                sent.Add(_clock.UptimeMilliseconds);
            }

            _clock.UptimeMilliseconds = System.Math.Max(again, _clock.UptimeMilliseconds);
            if (_spool.Count > 0)
            {
                Assert.True(again < long.MaxValue);
            }
        }

        Assert.Equal(45, sent.Count);
        foreach (long time in sent)
        {
            Assert.True(sent.Count(other => other >= time && other < time + 60000) <= 10);
        }

        Assert.InRange(sent.Last() - sent.First(), 4 * 60000, 5 * 60000);
    }

    [Fact]
    public void A_message_for_many_counts_as_many()
    {
        _settings.Smarthost.Rate = new RateLimit(4, 60000);
        _spool.Add(new FakeMessage("a@b", new[] { "1@d", "2@d", "3@d", "4@d", "5@d", "6@d" }, "x\r\n"));
        Add();
        long start = _clock.UptimeMilliseconds;
        _forwarder.RunOnce();
        Assert.Single(_smarthost.Messages);
        while (_spool.Count > 0)
        {
            _clock.UptimeMilliseconds = _forwarder.RunOnce();
        }

        Assert.InRange(_clock.UptimeMilliseconds - start, 60000, 121000);
    }
}
