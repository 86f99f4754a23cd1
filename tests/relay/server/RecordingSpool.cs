using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A spool that keeps what was ended, in the open, and can be told to refuse.</summary>
internal sealed class RecordingSpool : ISpool
{
    private long _nextId = 1;

    /// <summary>What became of the messages that ended, in order.</summary>
    public List<RecordedMessage> Messages { get; } = new();

    /// <summary>Writers that neither ended nor were abandoned: a session that is over must leave none.</summary>
    public int Unfinished { get; private set; }

    /// <summary>Whether <see cref="Begin"/> refuses.</summary>
    public bool IsFull { get; set; }

    /// <summary>How many more bytes <see cref="IMessageWriter.Append"/> takes.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Whether <see cref="IMessageWriter.End"/> refuses.</summary>
    public bool RefusesEnd { get; set; }

    /// <summary>What <see cref="Sync"/> answers.</summary>
    public bool IsDurable { get; set; } = true;

    /// <summary>Whether <see cref="Sync"/> says no though the message is safe: another's segment could not be written.</summary>
    public bool FailsSync { get; set; }

    public int PercentUsed => 0;

    public int Count => Messages.Count;

    public string Error => "the test says so";

    /// <summary>Becomes what the words of a dialogue say: <c>spool full</c>, <c>spool room N</c>, <c>spool good</c> ...</summary>
    public void Become(string[] words)
    {
        FailsSync = words[1] == "failing";
        IsFull = words[1] == "full";
        IsDurable = words[1] != "undurable";
        RefusesEnd = words[1] == "endless";
        Room = words[1] == "room" ? long.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture) : long.MaxValue;
    }

    /// <summary>Starts over with the first number.</summary>
    public void Forget()
    {
        Messages.Clear();
        _nextId = 1;
    }

    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        if (IsFull)
        {
            return null;
        }

        Unfinished++;
        return new Writer(this, _nextId++, Copy(envelope), size);
    }

    public bool Sync() => IsDurable && !FailsSync;

    public QueuedMessage? Next(long now) => null;

    public long NextDue() => long.MaxValue;

    public bool Tend(MessageReader? reader) => false;

    public bool Open(QueuedMessage message, MessageReader reader) => false;

    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) => false;

    public bool Release(QueuedMessage message, long nextAttempt, string reason) => false;

    public bool Finish(QueuedMessage message) => false;

    private static Envelope Copy(Envelope envelope)
    {
        var copy = new Envelope();
        copy.CopyFrom(envelope);
        return copy;
    }

    private sealed class Writer : IMessageWriter
    {
        private readonly RecordingSpool _spool;
        private readonly Envelope _envelope;
        private readonly long _announced;
        private readonly MemoryStream _bytes = new();
        private bool _isOver;

        public Writer(RecordingSpool spool, long id, Envelope envelope, long announced)
        {
            _spool = spool;
            _envelope = envelope;
            _announced = announced;
            Id = id;
        }

        public long Id { get; }

        public bool IsDurable => _spool.IsDurable;

        public bool Append(byte[] buffer, int offset, int count)
        {
            if (_isOver || _spool.Room < count)
            {
                return false;
            }

            _spool.Room -= count;
            _bytes.Write(buffer, offset, count);
            return true;
        }

        public bool End()
        {
            if (_isOver || _spool.RefusesEnd)
            {
                return false;
            }

            Over();
            Transcript.Note("message", _bytes.GetBuffer(), 0, (int)_bytes.Length);
            _spool.Messages.Add(new RecordedMessage(Id, _envelope, _announced, Encoding.Latin1.GetString(_bytes.ToArray())));
            return true;
        }

        public void Abandon()
        {
            if (!_isOver)
            {
                Over();
            }
        }

        private void Over()
        {
            _isOver = true;
            _spool.Unfinished--;
        }
    }
}

/// <summary>One message as it went into the spool; octets as characters of the same number.</summary>
internal sealed class RecordedMessage
{
    private static readonly Regex s_added = new(
        @"^(Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} \+0000\r\n)?Message-ID: <[0-9]+\.[0-9]+\.[0-9]+@[^>]*>\r\n(\r\n)?", RegexOptions.Multiline);

    public RecordedMessage(long id, Envelope envelope, long announced, string text)
    {
        Id = id;
        Envelope = envelope;
        Announced = announced;
        Text = text;
    }

    /// <summary>For <see cref="Announced"/>: a spool does not keep it.</summary>
    public const long Unknown = -1;

    public long Id { get; }

    public Envelope Envelope { get; }

    public long Announced { get; }

    /// <summary>Everything, our Received field included.</summary>
    public string Text { get; }

    /// <summary>Our Received field with its CRLF.</summary>
    public string Trace => Text.Substring(0, EndOfTrace());

    /// <summary>Everything behind our Received field.</summary>
    public string Rest => Text.Substring(EndOfTrace());

    /// <summary>What the client sent: without the Date and the Message-ID that were added, and the empty line behind them where it sent no header section.</summary>
    public string Body => s_added.Replace(Rest, match => match.Index == 0 ? "" : match.Groups[2].Value, 1);

    public string ReversePath => Slice(Envelope.ReversePathOffset, Envelope.ReversePathLength);

    public string Helo => Slice(Envelope.HeloOffset, Envelope.HeloLength);

    public string EnvelopeId => Slice(Envelope.EnvelopeIdOffset, Envelope.EnvelopeIdLength);

    public string Recipient(int index) => Slice(Envelope.RecipientOffset(index), Envelope.RecipientLength(index));

    public string OriginalRecipient(int index) => Slice(Envelope.OriginalRecipientOffset(index), Envelope.OriginalRecipientLength(index));

    private string Slice(int offset, int length) => length == 0 ? "" : Encoding.Latin1.GetString(Envelope.Bytes, offset, length);

    private int EndOfTrace()
    {
        int end = 0;
        do
        {
            end = Text.IndexOf("\r\n", end, System.StringComparison.Ordinal) + 2;
        }
        while (end < Text.Length && Text[end] == '\t');
        return end;
    }
}
