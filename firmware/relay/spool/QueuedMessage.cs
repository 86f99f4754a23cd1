using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// One message that waits to be forwarded, as the spool's index remembers it: numbers only, never its bytes. Whoever holds
/// it (from <see cref="ISpool.Next"/> to <see cref="ISpool.Release"/> or <see cref="ISpool.Finish"/>) may read it; the spool
/// alone changes it.
/// </summary>
public sealed class QueuedMessage
{
    // Two bits a recipient; nearly every message has few recipients and then needs no array.
    private const int PackedRecipients = 16;
    private const int Alert = 1;
    private const int StateNeeded = 2;
    private const int Durable = 4;
    private const int Dropped = 8;
    private const int Held = 16;

    // The flags are the lowest octet, then three octets of recipients, then what became of the first of them.
    private const int RecipientsFrom = 8;
    private const int MostRecipients = 0xFFFFFF;

    // The attempts are the lowest two octets, then six of time.
    private const int MostAttempts = 0xFFFF;
    private const int AcceptedFrom = 16;

    // On a board every field takes 12 bytes of every message that waits; so what can be is kept in a few.
    private readonly byte[]? _manyStates;
    private long _counts;
    private long _accepted;
    private long _sizes;
    private long _places;
    private long _copies;
    private long _states;

    /// <summary>Creates an entry; for implementations of <see cref="ISpool"/>.</summary>
    public QueuedMessage(long id, bool isAlert, int recipientCount, long size, long acceptedUtc, long acceptedUptime)
    {
        Id = id;
        Set(Alert, isAlert);
        _counts |= (long)recipientCount << RecipientsFrom;
        Size = size;
        _accepted = acceptedUtc << AcceptedFrom;
        AcceptedUptime = acceptedUptime;
        if (recipientCount > PackedRecipients)
        {
            _manyStates = new byte[(recipientCount + 3) / 4];
        }
    }

    /// <summary>The message's number in the spool; never used again.</summary>
    public long Id { get; }

    /// <summary>Whether it is an alert raised here: alerts go out first.</summary>
    public bool IsAlert => Has(Alert);

    /// <summary>How many recipients its envelope names.</summary>
    public int RecipientCount => (int)(_counts >> RecipientsFrom) & MostRecipients;

    /// <summary>How many bytes the message has, as it will be sent, dots not stuffed.</summary>
    public long Size
    {
        get { return (uint)_sizes; }
        internal set { _sizes = Pair((int)(_sizes >> 32), (int)value); }
    }

    /// <summary>When it was accepted, in milliseconds since 1970-01-01T00:00:00Z; 0 when the clock was not set then.</summary>
    public long AcceptedUtc => _accepted >> AcceptedFrom;

    /// <summary>When it was accepted, in milliseconds of uptime: negative for messages from before the start, as far as the clock allows; else the time of the start.</summary>
    public long AcceptedUptime { get; }

    /// <summary>How many times it was given back with <see cref="ISpool.Release"/>; past 65,535 not counted.</summary>
    public int Attempts
    {
        get { return (int)_accepted & MostAttempts; }
        internal set { _accepted = (_accepted & ~(long)MostAttempts) | (uint)((value & ~MostAttempts) == 0 ? value : MostAttempts); }
    }

    /// <summary>The uptime in milliseconds at which the next attempt is due; <see cref="long.MaxValue"/> while an operator holds it back.</summary>
    public long NextAttempt { get; internal set; }

    /// <summary>What became of a recipient so far.</summary>
    /// <param name="index">Its place in the envelope, from 0.</param>
    public RecipientResult RecipientState(int index)
    {
        int bits = _manyStates == null
            ? PackedStates >> (index * 2)
            : _manyStates[index >> 2] >> ((index & 3) * 2);
        return (RecipientResult)(bits & 3);
    }

    // ---- The rest is the spool's own, guarded by its lock. ---------------------------------------------------------

    /// <summary>The segment its bytes are in.</summary>
    internal SpoolSegment? Segment { get; set; }

    /// <summary>Where its envelope record begins in the segment.</summary>
    internal long Offset
    {
        get { return (uint)_places; }
        set { _places = Pair((int)(_places >> 32), (int)value); }
    }

    /// <summary>How many bytes its records take in the segment.</summary>
    internal long StoredBytes
    {
        get { return (uint)(_sizes >> 32); }
        set { _sizes = Pair((int)value, (int)_sizes); }
    }

    /// <summary>Its End record's place among all records; until it is durable, for then there is a <see cref="NextAttempt"/>.</summary>
    internal long EndSequence
    {
        get { return NextAttempt; }
        set { NextAttempt = value; }
    }

    /// <summary>Where its End record ends in the segment.</summary>
    internal long EndOffset
    {
        get { return (uint)(_places >> 32); }
        set { _places = Pair((int)value, (int)_places); }
    }

    /// <summary>The oldest segment that may still hold a copy of it.</summary>
    internal int OldestCopy
    {
        get { return (int)_copies; }
        set { _copies = Pair(NewestCopy, value); }
    }

    /// <summary>The newest segment that may hold a copy of it, be it one that the disk refused.</summary>
    internal int NewestCopy
    {
        get { return (int)(_copies >> 32); }
        set { _copies = Pair(value, OldestCopy); }
    }

    /// <summary>Whether its segment is the only one that may hold a copy of it.</summary>
    internal bool HasOneCopy => OldestCopy == NewestCopy;

    /// <summary>The segment of the last record about what happened to it; 0 when nothing has.</summary>
    internal int StateIn
    {
        get { return (int)_states; }
        set { _states = Pair(SummaryIn, value); }
    }

    /// <summary>The segment of the last State record, which says all that was known then; 0 when there is none.</summary>
    internal int SummaryIn
    {
        get { return (int)(_states >> 32); }
        set { _states = Pair(value, StateIn); }
    }

    /// <summary>Records about it may be lost; a State record has to be written.</summary>
    internal bool NeedsState
    {
        get { return Has(StateNeeded); }
        set { Set(StateNeeded, value); }
    }

    /// <summary>Whether records in a segment about what happened to it are all there is to tell of that.</summary>
    internal bool HasStateIn(int number) => StateIn >= number && SummaryIn <= number;

    internal bool IsDurable
    {
        get { return Has(Durable); }
        set { Set(Durable, value); }
    }

    /// <summary>The disk refused it before it was durable: it does not exist.</summary>
    internal bool IsDropped
    {
        get { return Has(Dropped); }
        set { Set(Dropped, value); }
    }

    internal bool IsHeld
    {
        get { return Has(Held); }
        set { Set(Held, value); }
    }

    private static long Pair(int high, int low)
    {
        return ((long)high << 32) | (uint)low;
    }

    private int PackedStates
    {
        get { return (int)(_counts >> 32); }
        set { _counts = Pair(value, (int)_counts); }
    }

    private bool Has(int flag)
    {
        return ((int)_counts & flag) != 0;
    }

    private void Set(int flag, bool value)
    {
        _counts = value ? _counts | (uint)flag : _counts & ~(long)flag;
    }

    internal int StateBytes => _manyStates == null ? 4 : _manyStates.Length;

    internal void WriteStates(byte[] buffer, int offset)
    {
        if (_manyStates == null)
        {
            LittleEndian.WriteInt(buffer, offset, PackedStates);
        }
        else
        {
            Array.Copy(_manyStates, 0, buffer, offset, _manyStates.Length);
        }
    }

    internal void ReadStates(byte[] buffer, int offset, int count)
    {
        if (count != StateBytes)
        {
            return;
        }

        if (_manyStates == null)
        {
            PackedStates = LittleEndian.ReadInt(buffer, offset);
        }
        else
        {
            Array.Copy(buffer, offset, _manyStates, 0, count);
        }
    }

    internal void SetRecipientState(int index, RecipientResult result)
    {
        int value = (int)result & 3;
        if (_manyStates == null)
        {
            int shift = index * 2;
            PackedStates = (PackedStates & ~(3 << shift)) | (value << shift);
        }
        else
        {
            int shift = (index & 3) * 2;
            _manyStates[index >> 2] = (byte)((_manyStates[index >> 2] & ~(3 << shift)) | (value << shift));
        }
    }
}
