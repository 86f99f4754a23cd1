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
    private readonly byte[]? _manyStates;
    private int _packedStates;

    /// <summary>Creates an entry; for implementations of <see cref="ISpool"/>.</summary>
    public QueuedMessage(long id, bool isAlert, int recipientCount, long size, long acceptedUtc, long acceptedUptime)
    {
        Id = id;
        IsAlert = isAlert;
        RecipientCount = recipientCount;
        Size = size;
        AcceptedUtc = acceptedUtc;
        AcceptedUptime = acceptedUptime;
        if (recipientCount > PackedRecipients)
        {
            _manyStates = new byte[(recipientCount + 3) / 4];
        }
    }

    /// <summary>The message's number in the spool; never used again.</summary>
    public long Id { get; }

    /// <summary>Whether it is an alert raised here: alerts go out first.</summary>
    public bool IsAlert { get; }

    /// <summary>How many recipients its envelope names.</summary>
    public int RecipientCount { get; }

    /// <summary>How many bytes the message has, as it will be sent, dots not stuffed.</summary>
    public long Size { get; internal set; }

    /// <summary>When it was accepted, in milliseconds since 1970-01-01T00:00:00Z; 0 when the clock was not set then.</summary>
    public long AcceptedUtc { get; }

    /// <summary>When it was accepted, in milliseconds of uptime: negative for messages from before the start, as far as the clock allows; else the time of the start.</summary>
    public long AcceptedUptime { get; }

    /// <summary>How many times it was given back with <see cref="ISpool.Release"/>.</summary>
    public int Attempts { get; internal set; }

    /// <summary>The uptime in milliseconds at which the next attempt is due; <see cref="long.MaxValue"/> while an operator holds it back.</summary>
    public long NextAttempt { get; internal set; }

    /// <summary>What became of a recipient so far.</summary>
    /// <param name="index">Its place in the envelope, from 0.</param>
    public RecipientResult RecipientState(int index)
    {
        int bits = _manyStates == null
            ? _packedStates >> (index * 2)
            : _manyStates[index >> 2] >> ((index & 3) * 2);
        return (RecipientResult)(bits & 3);
    }

    // ---- The rest is the spool's own, guarded by its lock. ---------------------------------------------------------

    /// <summary>The segment its bytes are in.</summary>
    internal SpoolSegment? Segment { get; set; }

    /// <summary>Where its envelope record begins in the segment.</summary>
    internal long Offset { get; set; }

    /// <summary>How many bytes its records take in the segment.</summary>
    internal long StoredBytes { get; set; }

    /// <summary>Its End record's place among all records.</summary>
    internal long EndSequence { get; set; }

    /// <summary>Where its End record ends in the segment.</summary>
    internal long EndOffset { get; set; }

    /// <summary>The oldest segment that may still hold a copy of it.</summary>
    internal int OldestCopy { get; set; }

    /// <summary>The newest segment that may hold a copy of it, be it one that the disk refused.</summary>
    internal int NewestCopy { get; set; }

    /// <summary>Whether its segment is the only one that may hold a copy of it.</summary>
    internal bool HasOneCopy => OldestCopy == NewestCopy;

    /// <summary>The segment of the last record about what happened to it; 0 when nothing has.</summary>
    internal int StateIn { get; set; }

    /// <summary>The segment of the last State record, which says all that was known then; 0 when there is none.</summary>
    internal int SummaryIn { get; set; }

    /// <summary>Records about it may be lost; a State record has to be written.</summary>
    internal bool NeedsState { get; set; }

    /// <summary>Whether records in a segment about what happened to it are all there is to tell of that.</summary>
    internal bool HasStateIn(int number) => StateIn >= number && SummaryIn <= number;

    internal bool IsDurable { get; set; }

    /// <summary>The disk refused it before it was durable: it does not exist.</summary>
    internal bool IsDropped { get; set; }

    internal bool IsHeld { get; set; }

    /// <summary>Where it is being carried to, until that is durable.</summary>
    internal SpoolWriter? Copy { get; set; }

    internal int StateBytes => _manyStates == null ? 4 : _manyStates.Length;

    internal void WriteStates(byte[] buffer, int offset)
    {
        if (_manyStates == null)
        {
            LittleEndian.WriteInt(buffer, offset, _packedStates);
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
            _packedStates = LittleEndian.ReadInt(buffer, offset);
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
            _packedStates = (_packedStates & ~(3 << shift)) | (value << shift);
        }
        else
        {
            int shift = (index & 3) * 2;
            _manyStates[index >> 2] = (byte)((_manyStates[index >> 2] & ~(3 << shift)) | (value << shift));
        }
    }
}
