namespace SmtpEmbedded.Relay;

/// <summary>One segment of a <see cref="MemorySegmentStore"/>. May be called from any thread.</summary>
public sealed class MemorySegment : ISegment
{
    private readonly object _lock = new object();
    private byte[] _bytes = new byte[1024];
    private int _count;

    /// <summary>Creates an empty segment.</summary>
    public MemorySegment(int number)
    {
        Number = number;
    }

    /// <inheritdoc/>
    public int Number { get; }

    /// <inheritdoc/>
    public long Length => _count;

    /// <inheritdoc/>
    public string Error => "";

    /// <summary>The segment's bytes, for tests that damage them; the first <see cref="Length"/> count.</summary>
    public byte[] Bytes => _bytes;

    /// <inheritdoc/>
    public bool Append(byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            if (_count + count > _bytes.Length)
            {
                int size = _bytes.Length * 2;
                Grow(size < _count + count ? _count + count : size);
            }

            System.Array.Copy(buffer, offset, _bytes, _count, count);
            _count += count;
            return true;
        }
    }

    /// <summary>Cuts bytes off the end, for tests.</summary>
    public void Truncate(int length)
    {
        lock (_lock)
        {
            _count = length < _count ? length : _count;
        }
    }

    /// <summary>Makes room for more bytes, so that appending them allocates nothing.</summary>
    public void Reserve(int more)
    {
        lock (_lock)
        {
            Grow(_count + more);
        }
    }

    /// <inheritdoc/>
    public bool Sync() => true;

    /// <inheritdoc/>
    public int Read(long position, byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            if (position >= _count)
            {
                return 0;
            }

            int left = _count - (int)position;
            int read = count < left ? count : left;
            System.Array.Copy(_bytes, (int)position, buffer, offset, read);
            return read;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
    }

    private void Grow(int size)
    {
        byte[] larger = new byte[size];
        System.Array.Copy(_bytes, 0, larger, 0, _count);
        _bytes = larger;
    }
}
