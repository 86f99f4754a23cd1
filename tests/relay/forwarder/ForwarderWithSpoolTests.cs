using System.Linq;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Alerts and mail through the real spool to the smarthost, with restarts in between.</summary>
public class ForwarderWithSpoolTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeLog _log = new();
    private readonly RelaySettings _settings = ClientDialogue.PlainSettings();
    private readonly MemorySegmentStore _store = new();
    private readonly FakeSmarthost _smarthost;
    private Spool _spool;
    private Forwarder _forwarder;

    public ForwarderWithSpoolTests()
    {
        _smarthost = new FakeSmarthost(_clock);
        _spool = OpenSpool();
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log);
    }

    private Spool OpenSpool()
    {
        Spool spool = new(_store, _clock, _log, new SpoolOptions { Salt = 7 });
        Assert.True(spool.Open(), spool.Error);
        return spool;
    }

    /// <summary>The process dies and starts again: nothing is closed in order.</summary>
    private void Restart()
    {
        _spool = OpenSpool();
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log);
    }

    private void Put(FakeMessage message)
    {
        IMessageWriter? writer = _spool.Begin(message.Envelope, message.Content.Length, false);
        Assert.NotNull(writer);
        Assert.True(writer.Append(message.Content, 0, message.Content.Length) && writer.End() && _spool.Sync() && writer.IsDurable);
    }

    [Fact]
    public void An_alert_survives_a_restart_and_goes_out_before_older_mail()
    {
        Put(new FakeMessage("a@b", new[] { "c@d" }, ".first\r\n\r\n.\r\n"));
        Assert.True(new Alerts(_settings, new AlertMail(_settings, _spool, _clock), _clock, _log).Raise(Severity.Critical, "boiler", "Druck zu hoch: 3 bar für 10 min", ""));
        Restart();
        _forwarder.RunOnce();
        Assert.Equal(2, _smarthost.Messages.Count);
        Assert.StartsWith("From: alerts@relay.test\r\n", _smarthost.Messages[0]);
        Assert.Equal(".first\r\n\r\n.\r\n", _smarthost.Messages[1]);
        Assert.Equal(0, _spool.Count);
        Restart();
        Assert.Equal(0, _spool.Count);
        Assert.Equal(long.MaxValue, _forwarder.RunOnce());
    }

    [Fact]
    public void After_a_restart_only_the_recipients_still_open_are_tried()
    {
        _smarthost.Answer = line => line.Contains("<later@") ? "451 4.2.1 later" : line.Contains("<no@") ? "550 5.1.1 no" : null;
        Put(new FakeMessage("a@b", new[] { "yes@d", "later@d", "no@d" }, "x\r\n"));
        _forwarder.RunOnce();
        Restart();
        _smarthost.Answer = _ => null;
        _smarthost.Commands.Clear();
        _clock.Advance(86400000);
        _forwarder.RunOnce();
        Assert.Equal("RCPT TO:<later@d>", _smarthost.Commands.Single(c => c.StartsWith("RCPT")));
        Assert.Equal(0, _spool.Count);
        Assert.Single(_smarthost.Messages, m => m.Contains("multipart/report"));
    }

    [Fact]
    public void A_large_message_passes_unchanged()
    {
        StringBuilder text = new();
        for (int i = 0; text.Length < 300000; i++)
        {
            text.Append(i % 5 == 0 ? "." : "").Append('\u00e4', i % 70).Append("\r\n");
        }

        Put(new FakeMessage("a@b", new[] { "c@d" }, text.ToString()));
        _forwarder.RunOnce();
        Assert.Equal(text.ToString(), _smarthost.Messages.Single());
    }

    [Fact]
    public void A_message_that_came_before_the_clock_was_set_is_dated_by_the_uptime_of_its_receipt()
    {
        _clock.IsSet = false;
        var session = new ServerSession(_settings, _spool, _clock, _log);
        string[] messages = { "Subject: undated\r\n\r\nDate: no\r\n", "Subject: dated\r\nDATE: then\r\n\r\nx\r\n", "X: " + new string('y', 600) + "\r\nDat: e\r\n\r\n" };
        session.Open(new byte[] { 127, 0, 0, 1 }, false);
        session.Expired();
        foreach (string message in messages)
        {
            byte[] bytes = Encoding.ASCII.GetBytes("HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" + message + ".\r\n");
            int taken = 0;
            while (taken < bytes.Length)
            {
                taken += session.Receive(bytes, taken, bytes.Length - taken);
                session.Sent(session.OutputCount);
            }

            _spool.Sync();
            session.Committed();
            session.Sent(session.OutputCount);
        }

        _clock.Advance(90_000);
        _clock.IsSet = true;
        _forwarder.RunOnce();
        Assert.Equal(3, _smarthost.Messages.Count);
        Assert.StartsWith("Date: Sun, 01 Mar 2026 12:34:56 +0000\r\nReceived: from c ([127.0.0.1])\r\n", _smarthost.Messages[0]);
        Assert.EndsWith("\r\n\r\nDate: no\r\n", _smarthost.Messages[0]);
        Assert.StartsWith("Received: ", _smarthost.Messages[1]);
        Assert.Contains("\r\nDATE: then\r\n", _smarthost.Messages[1]);
        Assert.StartsWith("Date: Sun, 01 Mar 2026 12:34:56 +0000\r\nReceived: ", _smarthost.Messages[2]);
    }

    [Fact]
    public void Five_thousand_alerts_after_a_day_without_network_in_order_over_one_connection()
    {
        // A small spool, of which only alerts may use the last quarter.
        const int Quota = 8 << 20;
        _spool = new Spool(new MemorySegmentStore(), _clock, _log, new SpoolOptions { Salt = 7, Quota = Quota, Reserve = Quota / 4, SegmentBytes = Quota / 8 });
        Assert.True(_spool.Open(), _spool.Error);
        _forwarder = new Forwarder(_settings, _spool, _smarthost, _clock, _log);
        _smarthost.Error = "the network is down";
        _settings.AlertRules.Urgent = Severity.Information;
        Alerts alerts = new(_settings, new AlertMail(_settings, _spool, _clock), _clock, new FakeLog());
        for (int i = 0; i < 5000; i++)
        {
            Assert.True(alerts.Raise(Severity.Warning, "", "number " + i, ""));
        }

        Assert.Equal(5000, _spool.Count);
        Assert.InRange(_spool.UsedBytes, 5000 * 100, Quota);
        long end = _clock.UptimeMilliseconds + 86400000;
        while (_clock.UptimeMilliseconds < end)
        {
            _clock.UptimeMilliseconds = _forwarder.RunOnce();
        }

        _smarthost.Error = "";
        int before = _smarthost.Connects;
        _forwarder.RunOnce();
        Assert.Equal(before + 1, _smarthost.Connects);
        Assert.Equal(5000, _smarthost.Messages.Count);
        for (int i = 0; i < 5000; i++)
        {
            Assert.Contains("Subject: [Warning] number " + i + "\r\n", _smarthost.Messages[i]);
        }

        Assert.Equal(0, _spool.Count);
        Assert.Equal(1, _log.CountOf(LogLevel.Warning));
    }
}
