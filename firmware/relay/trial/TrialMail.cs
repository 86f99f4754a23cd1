using System;

namespace SmtpEmbedded.Relay;

/// <summary>A mail in memory, written once and then read: it goes past the spool. One thread at a time.</summary>
internal sealed class TrialMail : IMessageWriter, IMessageSource
{
    private readonly byte[] _bytes = new byte[2048];
    private int _count;
    private int _read;

    public long Id => 0;

    public bool IsDurable => false;

    public int Count => _count;

    public bool Append(byte[] buffer, int offset, int count)
    {
        if (_count + count > _bytes.Length)
        {
            return false;
        }

        Array.Copy(buffer, offset, _bytes, _count, count);
        _count += count;
        return true;
    }

    public bool End() => true;

    public void Abandon()
    {
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        int part = count < _count - _read ? count : _count - _read;
        Array.Copy(_bytes, _read, buffer, offset, part);
        _read += part;
        return part;
    }

    public void Rewind()
    {
        _read = 0;
    }

    public void Close()
    {
    }
}
