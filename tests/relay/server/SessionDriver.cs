using System;
using System.IO;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// Drives one session as a gateway would, without a network, and checks at every step what must always hold. Text stands for
/// octets: character n is octet n.
/// </summary>
internal sealed class SessionDriver
{
    private readonly MemoryStream _output = new();
    private int _read;

    public SessionDriver()
        : this(new RelaySettings { Hostname = "relay.example" })
    {
    }

    public SessionDriver(RelaySettings settings)
    {
        Settings = settings;
        Session = new ServerSession(settings, Spool, Clock, Log);
    }

    public RelaySettings Settings { get; }

    public RecordingSpool Spool { get; } = new();

    public TestClock Clock { get; } = new();

    public TestLog Log { get; } = new();

    public ServerSession Session { get; private set; }

    /// <summary>Bytes the session would not take because it was closing.</summary>
    public int Untaken { get; private set; }

    /// <summary>How many octets are sent at a time; a small number fills the output.</summary>
    public int SendsAtMost { get; set; } = int.MaxValue;

    /// <summary>Makes the session anew, after settings have changed.</summary>
    public void MakeAgain() => Session = new ServerSession(Settings, Spool, Clock, Log);

    public SessionDriver Open(byte[]? address = null)
    {
        Session.Open(address ?? new byte[] { 127, 0, 0, 1 }, false);
        Collect();
        return this;
    }

    public SessionDriver Feed(string text) => Feed(Encoding.Latin1.GetBytes(text), Cuts.Whole);

    public SessionDriver Feed(string text, Cuts cuts) => Feed(Encoding.Latin1.GetBytes(text), cuts);

    public SessionDriver Feed(byte[] bytes, Cuts cuts)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            int size = cuts.Next(bytes.Length - at);

            // A buffer of its own, torn afterwards: the session must keep nothing of it.
            var chunk = new byte[size + 5];
            Array.Copy(bytes, at, chunk, 3, size);
            int taken = 0;
            while (taken < size && Session.Wants == SessionWants.Input)
            {
                int more = Session.Receive(chunk, 3 + taken, size - taken);
                Assert.InRange(more, 0, size - taken);
                taken += more;
                bool full = more == 0;
                bool moved = Collect();
                if (Session.Wants == SessionWants.Commit)
                {
                    Assert.Equal(long.MaxValue, Session.Deadline);
                    Session.Committed(Spool.Sync());
                    Collect();
                }
                else
                {
                    Assert.True(!full || moved, "takes nothing though its output is empty");
                }
            }

            Array.Fill(chunk, (byte)0xEE);
            Untaken += size - taken;
            at += size;
        }

        return this;
    }

    /// <summary>Lets the clock run to the deadline.</summary>
    public void Expire()
    {
        Assert.NotEqual(long.MaxValue, Session.Deadline);
        Clock.UptimeMilliseconds = Session.Deadline;
        Session.Expired();
        Collect();
    }

    /// <summary>Everything put out since the last call.</summary>
    public string TakeOutput()
    {
        string text = Encoding.Latin1.GetString(_output.GetBuffer(), _read, (int)_output.Length - _read);
        _read = (int)_output.Length;
        return text;
    }

    /// <summary>The next line put out, without CRLF, or null.</summary>
    public string? TakeLine()
    {
        string text = Encoding.Latin1.GetString(_output.GetBuffer(), _read, (int)_output.Length - _read);
        int end = text.IndexOf("\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        _read += end + 2;
        return text.Substring(0, end);
    }

    /// <summary>Sends all the output there is.</summary>
    public void Drain()
    {
        while (Collect())
        {
        }
    }

    private bool Collect()
    {
        bool moved = false;
        while (Session.OutputCount > 0)
        {
            moved = true;
            int count = Math.Min(Session.OutputCount, SendsAtMost);
            _output.Write(Session.Output, Session.OutputStart, count);
            Transcript.Note("server", Session.Output, Session.OutputStart, count);
            Session.Sent(count);
            if (SendsAtMost < int.MaxValue && Session.Wants == SessionWants.Input)
            {
                break;
            }
        }

        return moved;
    }
}
