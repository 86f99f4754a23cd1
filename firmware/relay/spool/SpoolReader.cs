namespace SmtpEmbedded.Relay;

/// <summary>Reads the records of one message out of its segment, passing over those of others. One thread at a time.</summary>
internal sealed class SpoolReader : IMessageSource
{
    // How far to read ahead behind the records of others: enough for a head, and for a small record after it.
    private const int HeadAhead = 512;

    private readonly Spool _spool;
    private readonly byte[] _buffer;
    private SpoolSegment? _segment;
    private ISegment? _input;
    private long _id;
    private int _seed;
    private long _bodyStart;
    private long _bufferStart;
    private int _bufferCount;
    private long _position;
    private int _left;
    private int _crc;
    private int _expectedCrc;
    private long _size;
    private bool _ended;
    private bool _damaged;

    public SpoolReader(Spool spool, int bufferBytes)
    {
        _spool = spool;
        _buffer = new byte[bufferBytes < 256 ? 256 : bufferBytes];
    }

    public bool IsOf(Spool spool) => _spool == spool;

    /// <summary>Begins with a message whose segment the spool holds open for it.</summary>
    public bool Start(SpoolSegment segment, ISegment input, long id, long offset, long storedBytes, Envelope envelope)
    {
        _segment = segment;
        _input = input;
        _id = id;
        _seed = segment.Seed;
        _bufferStart = 0;
        _bufferCount = 0;
        _position = offset;
        if (!Fill(RecordFormat.HeadBytes, storedBytes < _buffer.Length ? (int)storedBytes : _buffer.Length))
        {
            return false;
        }

        int head = FindHead();
        if (head < 0 || RecordFormat.Type(_buffer, head) != RecordType.Envelope)
        {
            return false;
        }

        int length = RecordFormat.Length(_buffer, head);
        int crc = RecordFormat.PayloadCrc(_buffer, head);
        _position += RecordFormat.HeadBytes;
        if (!envelope.PrepareLoad(length) || !ReadExactly(envelope.Bytes, length) || Crc32C.Append(0, envelope.Bytes, 0, length) != crc)
        {
            envelope.Clear();
            return false;
        }

        _bodyStart = _position;
        Rewind();
        return envelope.FinishLoad(length);
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        if (_damaged || _input == null)
        {
            return -1;
        }

        while (_left == 0)
        {
            if (_ended)
            {
                return 0;
            }

            if (!NextBody())
            {
                _damaged = true;
                return -1;
            }
        }

        int some = ReadSome(buffer, offset, count < _left ? count : _left);
        if (some <= 0)
        {
            _damaged = count > 0;
            return _damaged ? -1 : 0;
        }

        _crc = Crc32C.Append(_crc, buffer, offset, some);
        _left -= some;
        _size += some;
        if (_left == 0 && _crc != _expectedCrc)
        {
            _damaged = true;
            return -1;
        }

        return some;
    }

    public void Rewind()
    {
        _position = _bodyStart;
        _left = 0;
        _size = 0;
        _ended = false;
        _damaged = false;
    }

    public void Close()
    {
        if (_segment != null)
        {
            SpoolSegment segment = _segment;
            _segment = null;
            _input = null;
            _spool.CloseInput(segment);
        }
    }

    private bool NextBody()
    {
        int head = FindHead();
        if (head < 0)
        {
            return false;
        }

        int length = RecordFormat.Length(_buffer, head);
        _position += RecordFormat.HeadBytes;
        switch (RecordFormat.Type(_buffer, head))
        {
            case RecordType.Body:
                _left = length;
                _crc = 0;
                _expectedCrc = RecordFormat.PayloadCrc(_buffer, head);
                return true;
            case RecordType.End:
                _ended = Fill(length, 0) && length >= RecordFormat.EndPayloadBytes
                    && LittleEndian.ReadLong(_buffer, (int)(_position - _bufferStart)) == _size;
                return _ended;
            default:
                return false;
        }
    }

    // Goes to the next record of the message; where its head stands in the buffer, or -1.
    private int FindHead()
    {
        while (Fill(RecordFormat.HeadBytes, HeadAhead))
        {
            int head = (int)(_position - _bufferStart);
            if (!RecordFormat.IsHead(_buffer, head, _seed))
            {
                // Something is damaged here, not necessarily of this message: its records vouch for themselves, its end for their number.
                _position++;
                continue;
            }

            if (RecordFormat.Id(_buffer, head) == _id)
            {
                return head;
            }

            _position += RecordFormat.HeadBytes + RecordFormat.Length(_buffer, head);
        }

        return -1;
    }

    private bool ReadExactly(byte[] target, int count)
    {
        int done = 0;
        while (done < count)
        {
            int some = ReadSome(target, done, count - done);
            if (some <= 0)
            {
                return false;
            }

            done += some;
        }

        return true;
    }

    private int ReadSome(byte[] target, int offset, int count)
    {
        int buffered = (int)(_bufferStart + _bufferCount - _position);
        if (buffered <= 0 || _position < _bufferStart)
        {
            if (count >= _buffer.Length)
            {
                int read = _input!.Read(_position, target, offset, count);
                _position += read > 0 ? read : 0;
                return read;
            }

            if (!Fill(1, count + HeadAhead))
            {
                return -1;
            }

            buffered = (int)(_bufferStart + _bufferCount - _position);
        }

        int some = count < buffered ? count : buffered;
        System.Array.Copy(_buffer, (int)(_position - _bufferStart), target, offset, some);
        _position += some;
        return some;
    }

    // Sees to it that the bytes at the position are in the buffer, and some behind them when it has to read anyway.
    private bool Fill(int count, int ahead)
    {
        if (_position >= _bufferStart && _position + count <= _bufferStart + _bufferCount)
        {
            return true;
        }

        int kept = 0;
        if (_position >= _bufferStart && _position < _bufferStart + _bufferCount)
        {
            int from = (int)(_position - _bufferStart);
            kept = _bufferCount - from;
            System.Array.Copy(_buffer, from, _buffer, 0, kept);
        }

        int wanted = count > ahead ? count : ahead > _buffer.Length ? _buffer.Length : ahead;
        _bufferStart = _position;
        _bufferCount = kept;
        while (_bufferCount < count)
        {
            int read = _input!.Read(_bufferStart + _bufferCount, _buffer, _bufferCount, wanted - _bufferCount);
            if (read <= 0)
            {
                return false;
            }

            _bufferCount += read;
        }

        return true;
    }
}
