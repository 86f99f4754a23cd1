using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>A spool of lists, which counts what is asked of it and refuses on demand.</summary>
internal sealed class FakeSpool : ISpool
{
    private readonly List<Item> _items = new();
    private long _nextId = 1;

    /// <summary>Whether Begin refuses.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether Append refuses.</summary>
    public bool RefusesBytes { get; set; }

    /// <summary>Whether Sync refuses.</summary>
    public bool RefusesSync { get; set; }

    public int Syncs { get; private set; }

    public int PercentUsed { get; set; }

    /// <summary>What was recorded, in order: "1/0 Delivered 250 ok", "1 finished", "1 released at 60000: reason".</summary>
    public List<string> Records { get; } = new();

    public string Error { get; private set; } = "";

    public int Count
    {
        get
        {
            lock (_items)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Messages in the spool as text, oldest first.</summary>
    public List<string> Contents => _items.Select(item => Encoding.Latin1.GetString(item.Content)).ToList();

    public Envelope EnvelopeOf(int index) => _items[index].Envelope;

    public QueuedMessage MessageAt(int index) => _items[index].Entry;

    public byte[] BytesOf(int index) => _items[index].Content;

    /// <summary>Puts a whole message in.</summary>
    public QueuedMessage Add(FakeMessage message, bool isAlert = false, long acceptedUptime = 0)
    {
        Item item = new(message.Envelope, isAlert, message, _nextId++, acceptedUptime);
        lock (_items)
        {
            _items.Add(item);
        }

        return item.Entry;
    }

    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        if (IsFull)
        {
            Error = "the quota is used up";
            return null;
        }

        return new Writer(this, envelope, isAlert);
    }

    public bool Sync()
    {
        Syncs++;
        Error = RefusesSync ? "the disk refuses" : "";
        return !RefusesSync;
    }

    public QueuedMessage? Next(long now)
    {
        lock (_items)
        {
            Item? item = _items.Where(i => !i.IsHeld && i.Entry.NextAttempt <= now).OrderByDescending(i => i.Entry.IsAlert).ThenBy(i => i.Entry.Id).FirstOrDefault();
            if (item == null)
            {
                return null;
            }

            item.IsHeld = true;
            return item.Entry;
        }
    }

    /// <summary>How often <see cref="Tend"/> still finds something to do.</summary>
    public int Chores { get; set; }

    public bool Tend(MessageReader? reader) => Chores > 0 && --Chores > 0;

    public long NextDue()
    {
        lock (_items)
        {
            return _items.Where(i => !i.IsHeld).Select(i => i.Entry.NextAttempt).DefaultIfEmpty(long.MaxValue).Min();
        }
    }

    public bool Open(QueuedMessage message, MessageReader reader)
    {
        Item item = Find(message);
        item.Source.Rewind();
        reader.Envelope.CopyFrom(item.Envelope);
        reader.Attach(item.Source);
        return true;
    }

    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply)
    {
        Find(message);
        message.SetRecipientState(recipient, result);
        Records.Add(message.Id + "/" + recipient + " " + result + " " + reply);
        return true;
    }

    public bool Release(QueuedMessage message, long nextAttempt, string reason)
    {
        Item item = Find(message);
        item.IsHeld = false;
        message.Attempts++;
        message.NextAttempt = nextAttempt;
        Records.Add(message.Id + " released at " + nextAttempt + ": " + reason);
        return true;
    }

    public bool Finish(QueuedMessage message)
    {
        lock (_items)
        {
            _items.Remove(Find(message));
        }

        Records.Add(message.Id + " finished");
        return true;
    }

    private Item Find(QueuedMessage message) => _items.Find(i => i.Entry == message && i.IsHeld) ?? throw new InvalidOperationException("message " + message.Id + " is not held");

    private sealed class Item
    {
        public Item(Envelope envelope, bool isAlert, FakeMessage source, long id, long acceptedUptime)
        {
            Envelope = new Envelope();
            Envelope.CopyFrom(envelope);
            Source = source;
            Entry = new QueuedMessage(id, isAlert, envelope.RecipientCount, source.Content.Length, envelope.AcceptedUtc, acceptedUptime);
        }

        public Envelope Envelope { get; }

        public FakeMessage Source { get; }

        public byte[] Content => Source.Content;

        public QueuedMessage Entry { get; }

        public bool IsHeld { get; set; }
    }

    private sealed class Writer : IMessageWriter
    {
        private readonly FakeSpool _spool;
        private readonly Envelope _envelope = new();
        private readonly bool _isAlert;
        private readonly MemoryStream _content = new();
        private int _syncsAtEnd = int.MaxValue;

        public Writer(FakeSpool spool, Envelope envelope, bool isAlert)
        {
            _spool = spool;
            _envelope.CopyFrom(envelope);
            _isAlert = isAlert;
            Id = spool._nextId;
        }

        public long Id { get; }

        public bool IsDurable => _spool.Syncs > _syncsAtEnd && !_spool.RefusesSync;

        public bool Append(byte[] buffer, int offset, int count)
        {
            if (_spool.RefusesBytes)
            {
                _spool.Error = "the disk is full";
                return false;
            }

            _content.Write(buffer, offset, count);
            return true;
        }

        public bool End()
        {
            FakeMessage message = new("", Array.Empty<string>(), _content.ToArray());
            message.Envelope.CopyFrom(_envelope);
            _spool.Add(message, _isAlert, _envelope.AcceptedUptime);
            _syncsAtEnd = _spool.Syncs;
            return true;
        }

        public void Abandon()
        {
        }
    }
}
