using System;
using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Bytes that are written at their end and taken from their start: what a session has to say and its driver has not yet sent.
/// Never more than the capacity: what does not fit is left out whole and <see cref="Overflowed"/> stays true until
/// <see cref="Clear"/>. The array grows to what has been needed and stays so; members that append allocate for nothing else.
/// One thread at a time.
/// </summary>
public sealed class ByteBuffer
{
    private static readonly byte[] s_none = new byte[0];
    private static readonly Encoding s_utf8 = Encoding.UTF8;

    private readonly int _capacity;
    private byte[] _bytes = s_none;
    private int _start;
    private int _end;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">How many bytes it can ever hold at once.</param>
    public ByteBuffer(int capacity)
    {
        _capacity = capacity;
    }

    /// <summary>The array itself, until something is appended; the content is <see cref="Count"/> bytes from <see cref="Start"/>.</summary>
    public byte[] Bytes => _bytes;

    /// <summary>The index of the first byte of the content.</summary>
    public int Start => _start;

    /// <summary>One past the index of the last byte of the content.</summary>
    public int End => _end;

    /// <summary>How many bytes the content has.</summary>
    public int Count => _end - _start;

    /// <summary>How many bytes it can hold at once.</summary>
    public int Capacity => _capacity;

    /// <summary>How many more bytes fit now.</summary>
    public int Free => _capacity - Count;

    /// <summary>Whether something did not fit since the last <see cref="Clear"/>.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Forgets the content.</summary>
    public void Clear()
    {
        _start = 0;
        _end = 0;
        Overflowed = false;
    }

    /// <summary>Takes bytes away from the start, at most all there are.</summary>
    public void Consume(int count)
    {
        if (count >= Count)
        {
            // Back to the front of the array for free, which is the usual case: everything was sent.
            _start = 0;
            _end = 0;
        }
        else if (count > 0)
        {
            _start += count;
        }
    }

    /// <summary>Takes bytes away from the end, so that <paramref name="count"/> are left: for one who began something that turned out not to fit.</summary>
    public void Truncate(int count)
    {
        if (count >= 0 && count < Count)
        {
            _end = _start + count;
        }
    }

    /// <summary>Appends one byte.</summary>
    public ByteBuffer Append(byte value)
    {
        if (MakeRoom(1))
        {
            _bytes[_end++] = value;
        }

        return this;
    }

    /// <summary>Appends a range of bytes.</summary>
    public ByteBuffer Append(byte[] bytes, int offset, int count)
    {
        if (MakeRoom(count))
        {
            Array.Copy(bytes, offset, _bytes, _end, count);
            _end += count;
        }

        return this;
    }

    /// <summary>Appends a text constant. ASCII only, for room is made by its number of characters.</summary>
    public ByteBuffer Append(string text)
    {
        int count = text.Length;
        if (MakeRoom(count))
        {
            _end += s_utf8.GetBytes(text, 0, count, _bytes, _end);
        }

        return this;
    }

    /// <summary>Appends CR LF.</summary>
    public ByteBuffer AppendLineEnd()
    {
        if (MakeRoom(2))
        {
            _bytes[_end++] = Ascii.Cr;
            _bytes[_end++] = Ascii.Lf;
        }

        return this;
    }

    /// <summary>Appends a number in decimal, with a minus sign if it is negative.</summary>
    public ByteBuffer AppendNumber(long value)
    {
        // Counted on the negative side, where long.MinValue has a place.
        long rest = value < 0 ? value : -value;
        int digits = 1;
        for (long r = rest / 10; r != 0; r /= 10)
        {
            digits++;
        }

        int count = value < 0 ? digits + 1 : digits;
        if (MakeRoom(count))
        {
            if (value < 0)
            {
                _bytes[_end] = (byte)'-';
            }

            for (int i = _end + count - 1; digits > 0; digits--, i--)
            {
                _bytes[i] = (byte)('0' - rest % 10);
                rest /= 10;
            }

            _end += count;
        }

        return this;
    }

    /// <summary>Appends the last <paramref name="digits"/> decimal digits of a number that is not negative, zeros in front: 7 as "07".</summary>
    public ByteBuffer AppendDigits(int value, int digits)
    {
        if (MakeRoom(digits))
        {
            for (int i = _end + digits - 1; i >= _end; i--)
            {
                _bytes[i] = (byte)('0' + value % 10);
                value /= 10;
            }

            _end += digits;
        }

        return this;
    }

    /// <summary>Appends a number from 0 to 65535 in lower-case hexadecimal without leading zeros, as IPv6 addresses are written (RFC 5952 section 4).</summary>
    public ByteBuffer AppendHexGroup(int value)
    {
        int digits = value > 0xFFF ? 4 : value > 0xFF ? 3 : value > 0xF ? 2 : 1;
        if (MakeRoom(digits))
        {
            for (int i = _end + digits - 1; i >= _end; i--)
            {
                int digit = value & 0xF;
                _bytes[i] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
                value >>= 4;
            }

            _end += digits;
        }

        return this;
    }

    private bool MakeRoom(int count)
    {
        if (count <= _bytes.Length - _end)
        {
            return true;
        }

        if (count > Free)
        {
            Overflowed = true;
            return false;
        }

        int length = Count;
        if (length + count > _bytes.Length)
        {
            _bytes = Growth.Of(_bytes, _start, length, length + count, _capacity);
        }
        else
        {
            // Room only at the front: move the content there. Array.Copy allows the ranges to overlap.
            Array.Copy(_bytes, _start, _bytes, 0, length);
        }

        _start = 0;
        _end = length;
        return true;
    }
}
