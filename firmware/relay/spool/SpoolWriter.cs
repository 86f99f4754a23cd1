namespace SmtpEmbedded.Relay;

/// <summary>
/// Takes one message into the spool. Its records gather in a buffer of its own, so that a message of a few kilobytes is
/// handed to the segment in one piece and one that is large in few.
/// </summary>
internal sealed class SpoolWriter : IMessageWriter
{
    private readonly Spool _spool;
    private byte[]? _buffer;
    private int _count;
    private int _openHead = -1;

    public SpoolWriter(Spool spool, QueuedMessage message, byte[] buffer, bool isCopy)
    {
        _spool = spool;
        _buffer = buffer;
        Message = message;
        IsCopy = isCopy;
    }

    public long Id => Message.Id;

    public QueuedMessage Message { get; }

    /// <summary>Whether a message that exists already is being carried to another segment.</summary>
    public bool IsCopy { get; }

    // ---- Guarded by the spool's lock. ------------------------------------------------------------------------------

    /// <summary>The segment it goes to, from the first bytes on.</summary>
    public SpoolSegment? Segment { get; set; }

    public long Offset { get; set; }

    public long StoredBytes { get; set; }

    /// <summary>Neither ended nor abandoned.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>For a copy: the End record's place among all records.</summary>
    public long EndSequence { get; set; }

    public SpoolWriter? Next { get; set; }

    /// <summary>For a copy: the disk refused it.</summary>
    public bool IsLost { get; set; }

    // ---- The writer's own. -----------------------------------------------------------------------------------------

    public long Size { get; private set; }

    public int BodyRecords { get; private set; }

    public byte[] Buffer => _buffer!;

    public int Count => _count;

    public bool IsDurable => _spool.IsDurable(Message);

    /// <summary>Puts the envelope in; the first of all records.</summary>
    public bool WriteEnvelope(Envelope envelope)
    {
        int crc = Crc32C.Append(0, envelope.Bytes, 0, envelope.Count);
        RecordFormat.WriteHead(_buffer!, 0, RecordType.Envelope, envelope.Count, crc, Id);
        _count = RecordFormat.HeadBytes;
        if (_count + envelope.Count <= _buffer!.Length)
        {
            System.Array.Copy(envelope.Bytes, 0, _buffer, _count, envelope.Count);
            _count += envelope.Count;
            return true;
        }

        bool written = _spool.Write(this, envelope.Bytes, envelope.Count);
        _count = 0;
        return written;
    }

    public bool Append(byte[] buffer, int offset, int count)
    {
        if (_buffer == null)
        {
            return false;
        }

        Size += count;
        while (count > 0)
        {
            if (_openHead < 0 && _buffer.Length - _count > RecordFormat.HeadBytes)
            {
                _openHead = _count;
                _count += RecordFormat.HeadBytes;
            }

            int room = _openHead < 0 ? 0 : _buffer.Length - _count;
            if (room == 0)
            {
                if (!Flush())
                {
                    Abandon();
                    return false;
                }

                continue;
            }

            int some = count < room ? count : room;
            System.Array.Copy(buffer, offset, _buffer, _count, some);
            _count += some;
            offset += some;
            count -= some;
        }

        return true;
    }

    public bool End()
    {
        if (_buffer == null)
        {
            return false;
        }

        CloseRecord();
        int needed = RecordFormat.HeadBytes + RecordFormat.EndPayloadBytes;
        if (_buffer.Length - _count < needed && !Flush())
        {
            Abandon();
            return false;
        }

        int payload = _count + RecordFormat.HeadBytes;
        LittleEndian.WriteLong(_buffer, payload, Size);
        LittleEndian.WriteLong(_buffer, payload + 8, Message.AcceptedUtc);
        LittleEndian.WriteInt(_buffer, payload + 16, BodyRecords);
        LittleEndian.WriteInt(_buffer, payload + 20, Message.RecipientCount | (Message.IsAlert ? 0x1000000 : 0));
        int crc = Crc32C.Append(0, _buffer, payload, RecordFormat.EndPayloadBytes);
        RecordFormat.WriteHead(_buffer, _count, RecordType.End, RecordFormat.EndPayloadBytes, crc, Id);
        _count += needed;
        bool ended = IsCopy ? _spool.EndCopy(this) : _spool.EndMessage(this);
        if (!ended)
        {
            Abandon();
            return false;
        }

        _spool.ReturnBuffer(_buffer);
        _buffer = null;
        return true;
    }

    public void Abandon()
    {
        if (_buffer == null)
        {
            return;
        }

        _spool.AbandonMessage(this);
        _spool.ReturnBuffer(_buffer);
        _buffer = null;
    }

    /// <summary>Makes the heads of the buffered records valid in the segment.</summary>
    public void Seal(int seed)
    {
        for (int place = 0; place < _count; place += RecordFormat.HeadBytes + RecordFormat.Length(_buffer!, place))
        {
            RecordFormat.Seal(_buffer!, place, seed);
        }
    }

    private bool Flush()
    {
        CloseRecord();
        bool written = _count == 0 || _spool.Write(this, _buffer!, 0);
        _count = 0;
        return written;
    }

    private void CloseRecord()
    {
        if (_openHead < 0)
        {
            return;
        }

        int payload = _openHead + RecordFormat.HeadBytes;
        int length = _count - payload;
        if (length == 0)
        {
            _count = _openHead;
        }
        else
        {
            RecordFormat.WriteHead(_buffer!, _openHead, RecordType.Body, length, Crc32C.Append(0, _buffer!, payload, length), Id);
            BodyRecords++;
        }

        _openHead = -1;
    }
}
