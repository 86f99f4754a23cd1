using System;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>What a session costs: a few kilobytes once, and nothing for whatever a client sends.</summary>
public class MemoryTests
{
    private static readonly byte[] s_loopback = { 127, 0, 0, 1 };

    private readonly NullSpool _spool = new();
    private readonly RelaySettings _settings = new() { Hostname = "relay.example" };
    private readonly ServerSession _session;
    private int _replies;

    public MemoryTests()
    {
        _settings.Limits.GreetingDelay = -1;
        _session = new ServerSession(_settings, _spool, new TestClock(), new TestLog());
        _session.Open(s_loopback, false);
    }

    [Fact]
    public void ASessionAllocatesNothingOnceItIsMade()
    {
        byte[] hello = Encoding.ASCII.GetBytes("EHLO client.example\r\n");
        byte[] messages = Encoding.ASCII.GetBytes(
            "MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=x\r\n"
            + "RCPT TO:<c@d.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@d.example\r\nRCPT TO:<Postmaster>\r\n"
            + "DATA\r\nSubject: x\r\n\r\n..dot\r\n.x\r\n" + new string('y', 900) + "\r\n.\r\n"
            + "MAIL FROM:<>\r\nRCPT TO:<c@[IPv6:::1]>\r\nBDAT 6\r\na\r\nb\r\nBDAT 0 LAST\r\n"
            + "MAIL FROM:<a@b.example>\r\nRSET\r\nNOOP\r\n");
        Feed(hello, hello.Length);
        Run(messages, 20);

        int runs = 0;
        Assert.Equal(0, Allocated.By(() =>
        {
            Run(messages, 500);
            runs++;
        }));
        Assert.Equal(2 * (20 + runs * 500), _spool.Id);
    }

    [Fact]
    public void OpeningASessionAgainAllocatesNothing()
    {
        byte[] dialogue = Encoding.ASCII.GetBytes("EHLO client.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nx\r\n.\r\nX\r\nMAIL\r\nQUIT\r\n");
        OpenAndRun(20);

        Assert.Equal(0, Allocated.By(() => OpenAndRun(200)));

        void OpenAndRun(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _session.Open(s_loopback, false);
                Feed(dialogue, dialogue.Length);
            }
        }
    }

    [Fact]
    public void ASessionIsAFewKilobytes()
    {
        var clock = new TestClock();
        var log = new TestLog();
        var first = new ServerSession(_settings, _spool, clock, log);

        Assert.InRange(Allocated.By(() => new ServerSession(_settings, _spool, clock, log).Open(s_loopback, false)), 1, 8 * 1024);
        GC.KeepAlive(first);
    }

    [Fact]
    public void ALineOfTenMegabytesCostsNoMemoryAndIsAnswered()
    {
        byte[] chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'x');
        Feed(chunk, 100);
        Discard();

        Assert.Equal(0, Allocated.By(() =>
        {
            for (int sent = 0; sent < 10_000_000; sent += chunk.Length)
            {
                Feed(chunk, chunk.Length);
            }
        }));
        Assert.Equal(SessionWants.Input, _session.Wants);
        Assert.Equal("500 5.5.6 Line too long\r\n".Length, _replies);
        _replies = 0;
        byte[] rest = Encoding.ASCII.GetBytes("\r\nNOOP\r\n");
        Feed(rest, rest.Length);
        Assert.Equal("250 2.0.0 OK\r\n".Length, _replies);
    }

    [Fact]
    public void AMessageInOneEndlessLineCostsNoMemory()
    {
        byte[] envelope = Encoding.ASCII.GetBytes("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n");
        byte[] chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'.');
        Feed(envelope, envelope.Length);
        Feed(chunk, chunk.Length);

        Assert.Equal(0, Allocated.By(() => Run(chunk, 100)));
        Assert.InRange(_spool.Octets, 0, 2 * chunk.Length);
        byte[] end = Encoding.ASCII.GetBytes("\r\n.\r\n");
        Discard();
        Feed(end, end.Length);
        Assert.Equal("554 5.6.0 Message has a line that is too long\r\n".Length, _replies);
    }

    private void Run(byte[] dialogue, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Feed(dialogue, dialogue.Length);
        }
    }

    private void Discard()
    {
        _session.Sent(_session.OutputCount);
        _replies = 0;
    }

    private void Feed(byte[] bytes, int count)
    {
        int taken = 0;
        while (taken < count && _session.Wants != SessionWants.Close)
        {
            if (_session.Wants == SessionWants.Commit)
            {
                _session.Committed();
            }

            taken += _session.Receive(bytes, taken, count - taken);
            _replies += _session.OutputCount;
            _session.Sent(_session.OutputCount);
        }

        if (_session.Wants == SessionWants.Commit)
        {
            _session.Committed();
        }
    }
}
