using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>A spool that keeps the messages that were ended in one buffer, with their envelopes, and refuses when told to.</summary>
internal sealed class FuzzSpool : ISpool
{
    private long _nextId = 1;

    /// <summary>What was ended, in the order of its end.</summary>
    public Octets Ended { get; } = new();

    /// <summary>Writers neither ended nor abandoned.</summary>
    public int Unfinished { get; private set; }

    public bool IsFull { get; set; }

    /// <summary>Whether it also breaks off in the middle of a message when it gets full. Not where a message may get too big as well: which comes first is then a matter of cuts.</summary>
    public bool BreaksOff { get; init; }

    public bool RefusesEnd { get; set; }

    public bool IsDurable { get; set; } = true;

    public int Messages { get; private set; }

    public int PercentUsed => 0;

    public int Count => 0;

    public string Error => "the fuzzer says so";

    public void Forget()
    {
        Ended.Clear();
        _nextId = 1;
        Messages = 0;
        IsFull = false;
        RefusesEnd = false;
        IsDurable = true;
    }

    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        if (IsFull)
        {
            return null;
        }

        Unfinished++;
        var writer = new Writer(this, _nextId++);
        writer.Bytes.Append(envelope.Bytes.AsSpan(0, envelope.Count));
        writer.EnvelopeEnd = envelope.Count;
        return writer;
    }

    public bool Sync() => IsDurable;

    public QueuedMessage? Next(long now) => null;

    public long NextDue() => long.MaxValue;

    public bool Tend(MessageReader? reader) => false;

    public bool Open(QueuedMessage message, MessageReader reader) => false;

    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) => false;

    public bool Release(QueuedMessage message, long nextAttempt, string reason) => false;

    public bool Finish(QueuedMessage message) => false;

    private sealed class Writer(FuzzSpool spool, long id) : IMessageWriter
    {
        private bool _isOver;

        public Octets Bytes { get; } = new();

        public int EnvelopeEnd { get; set; }

        public long Id => id;

        public bool IsDurable => spool.IsDurable;

        public bool Append(byte[] buffer, int offset, int count)
        {
            if (_isOver || spool.IsFull && spool.BreaksOff)
            {
                return false;
            }

            Bytes.Append(buffer.AsSpan(offset, count));
            return true;
        }

        public bool End()
        {
            if (_isOver || spool.RefusesEnd)
            {
                return false;
            }

            Over();
            spool.Messages++;
            StoredMessage.Check(Bytes.Span[..EnvelopeEnd], Bytes.Span[EnvelopeEnd..]);
            Range random = StoredMessage.RandomPart(Bytes.Span, id);
            spool.Ended.Append(Bytes.Span[..random.Start]);
            spool.Ended.Append(Bytes.Span[random.End..]);
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
            spool.Unfinished--;
        }
    }
}
