namespace SmtpEmbedded.Relay;

/// <summary>What <see cref="SegmentScanner.Next"/> came upon.</summary>
internal enum ScanOutcome
{
    /// <summary>A record; if its payload was checked, that is valid.</summary>
    Record,

    /// <summary>A record whose head is valid and whose payload is not.</summary>
    BadPayload,

    /// <summary>Bytes that are no record; the scan goes on behind them.</summary>
    Gap,

    /// <summary>The end of the segment, right behind a record.</summary>
    End,

    /// <summary>The end of what was written before a crash: the rest of the segment is a record cut short, or was never written.</summary>
    Torn,

    /// <summary>The rest of the segment is complete and wrong.</summary>
    Ruined,

    /// <summary>The disk cannot read the segment.</summary>
    Unreadable,
}

/// <summary>
/// Walks through a segment's records from first to last with one bounded buffer, and over damaged places to the next valid
/// record. One thread at a time.
/// </summary>
internal sealed class SegmentScanner
{
    private readonly byte[] _buffer;
    private ISegment? _segment;
    private int _seed;
    private bool _verifyBodies;
    private long _next;
    private long _bufferStart;
    private int _bufferCount;
    private bool _failed;

    public SegmentScanner(int bufferBytes)
    {
        _buffer = new byte[bufferBytes < 256 ? 256 : bufferBytes];
    }

    /// <summary>Where the record, or the damaged place, begins.</summary>
    public long Position { get; private set; }

    /// <summary>How many bytes the damaged place or the torn end has.</summary>
    public long GapBytes { get; private set; }

    public byte Type { get; private set; }

    public long Id { get; private set; }

    public int PayloadLength { get; private set; }

    /// <summary>Reads the head of the segment.</summary>
    /// <param name="segment">Open for reading.</param>
    /// <param name="salt">What its head says, or what it was when the head is lost.</param>
    /// <param name="nextId">The lowest id no message before the segment had; 0 when the head is lost.</param>
    public static bool ReadSegmentHead(ISegment segment, out int salt, out long nextId)
    {
        byte[] head = new byte[RecordFormat.SegmentHeadBytes];
        int count = 0;
        int read;
        while (count < head.Length && (read = segment.Read(count, head, count, head.Length - count)) > 0)
        {
            count += read;
        }

        int place = RecordFormat.FindSegmentHead(head, count, segment.Number);
        salt = place < 0 ? 0 : RecordFormat.SegmentSalt(head, place);
        nextId = place < 0 ? 0 : RecordFormat.SegmentNextId(head, place);
        return place >= 0;
    }

    /// <summary>Begins at the first record.</summary>
    public void Start(ISegment segment, int seed, bool verifyBodies)
    {
        _segment = segment;
        _seed = seed;
        _verifyBodies = verifyBodies;
        _next = RecordFormat.SegmentHeadBytes;
        _bufferStart = 0;
        _bufferCount = 0;
        _failed = false;
    }

    /// <summary>Goes to the next record or damaged place.</summary>
    public ScanOutcome Next()
    {
        Position = _next;
        if (!Fill(_next, RecordFormat.HeadBytes))
        {
            GapBytes = _failed ? 0 : _bufferCount - (int)(_next - _bufferStart);
            return _failed ? ScanOutcome.Unreadable : GapBytes <= 0 ? ScanOutcome.End : ScanOutcome.Torn;
        }

        int head = (int)(_next - _bufferStart);
        if (!RecordFormat.IsHead(_buffer, head, _seed))
        {
            return Resume();
        }

        Type = RecordFormat.Type(_buffer, head);
        Id = RecordFormat.Id(_buffer, head);
        PayloadLength = RecordFormat.Length(_buffer, head);
        int crc = RecordFormat.PayloadCrc(_buffer, head);
        long end = _next + RecordFormat.HeadBytes + PayloadLength;
        if (end > _segment!.Length)
        {
            GapBytes = _segment.Length - _next;
            return ScanOutcome.Torn;
        }

        _next = end;
        if (Type == RecordType.Body && !_verifyBodies)
        {
            return ScanOutcome.Record;
        }

        bool valid = CheckPayload(crc);
        return _failed ? ScanOutcome.Unreadable : valid ? ScanOutcome.Record : ScanOutcome.BadPayload;
    }

    /// <summary>Reads from the payload of the record.</summary>
    /// <returns>How many bytes were read; fewer than asked for at its end.</returns>
    public int ReadPayload(byte[] target, int count)
    {
        count = count > PayloadLength ? PayloadLength : count;
        int done = 0;
        long place = Position + RecordFormat.HeadBytes;
        while (done < count)
        {
            int some = count - done > _buffer.Length ? _buffer.Length : count - done;
            if (!Fill(place + done, some))
            {
                break;
            }

            System.Array.Copy(_buffer, (int)(place + done - _bufferStart), target, done, some);
            done += some;
        }

        return done;
    }

    /// <summary>Lends its buffer to whoever does something else before the next call of <see cref="Next"/>, which reads anew.</summary>
    public byte[] Lend()
    {
        _bufferCount = 0;
        return _buffer;
    }

    private bool CheckPayload(int expected)
    {
        long place = Position + RecordFormat.HeadBytes;
        int left = PayloadLength;
        int crc = 0;
        while (left > 0)
        {
            int some = left > _buffer.Length ? _buffer.Length : left;
            if (!Fill(place, some))
            {
                return false;
            }

            crc = Crc32C.Append(crc, _buffer, (int)(place - _bufferStart), some);
            place += some;
            left -= some;
        }

        return crc == expected;
    }

    // Something that is no record stands at _next: look for the next one.
    private ScanOutcome Resume()
    {
        int head = (int)(_next - _bufferStart);
        bool neverWritten = true;
        for (int i = 0; i < RecordFormat.HeadBytes; i++)
        {
            neverWritten &= _buffer[head + i] == 0;
        }

        long place = _next + 1;
        while (Fill(place, RecordFormat.HeadBytes))
        {
            int from = (int)(place - _bufferStart);
            int last = _bufferCount - RecordFormat.HeadBytes;
            for (; from <= last; from++)
            {
                if (RecordFormat.IsHead(_buffer, from, _seed))
                {
                    GapBytes = _bufferStart + from - _next;
                    _next = _bufferStart + from;
                    return ScanOutcome.Gap;
                }
            }

            place = _bufferStart + from;
        }

        if (_failed)
        {
            return ScanOutcome.Unreadable;
        }

        GapBytes = _segment!.Length - _next;
        _next = _segment.Length;
        return neverWritten ? ScanOutcome.Torn : ScanOutcome.Ruined;
    }

    // Sees to it that the bytes are in the buffer; false when the segment ends before, or cannot be read.
    private bool Fill(long position, int count)
    {
        if (position >= _bufferStart && position + count <= _bufferStart + _bufferCount)
        {
            return true;
        }

        int kept = 0;
        if (position >= _bufferStart && position < _bufferStart + _bufferCount)
        {
            int from = (int)(position - _bufferStart);
            kept = _bufferCount - from;
            System.Array.Copy(_buffer, from, _buffer, 0, kept);
        }

        _bufferStart = position;
        _bufferCount = kept;
        while (_bufferCount < count)
        {
            int read = _segment!.Read(_bufferStart + _bufferCount, _buffer, _bufferCount, _buffer.Length - _bufferCount);
            if (read <= 0)
            {
                _failed |= read < 0;
                return false;
            }

            _bufferCount += read;
        }

        return true;
    }
}
