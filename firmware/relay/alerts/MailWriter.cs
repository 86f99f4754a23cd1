using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes mail composed here into the spool, line by line. After a write the spool refused, everything that follows is
/// ignored and <see cref="IsGood"/> stays false. What comes from elsewhere goes through one of the methods called Clean or through an encoding, so
/// that no text can end a line and begin a header field of its own. Reusable; one thread at a time.
/// </summary>
internal sealed class MailWriter
{
    private const int Capacity = 512;

    private readonly ByteBuffer _buffer = new ByteBuffer(Capacity);
    private IMessageWriter? _writer;

    /// <summary>Whether everything so far was taken.</summary>
    public bool IsGood { get; private set; }

    /// <summary>Starts a message.</summary>
    public void Start(IMessageWriter writer)
    {
        _writer = writer;
        _buffer.Clear();
        IsGood = true;
    }

    /// <summary>Writes a text constant: ASCII, at most 512 characters.</summary>
    public MailWriter Text(string text)
    {
        MakeRoom(text.Length);
        _buffer.Append(text);
        return this;
    }

    /// <summary>Writes one byte.</summary>
    public MailWriter Byte(byte value)
    {
        MakeRoom(1);
        _buffer.Append(value);
        return this;
    }

    /// <summary>Writes a number in decimal.</summary>
    public MailWriter Number(long value)
    {
        MakeRoom(20);
        _buffer.AppendNumber(value);
        return this;
    }

    /// <summary>Writes a time as header fields have it (RFC 5322 section 3.3).</summary>
    public MailWriter Date(long utcMilliseconds)
    {
        MakeRoom(MailDate.Length);
        MailDate.Append(_buffer, utcMilliseconds);
        return this;
    }

    /// <summary>Writes bytes as they are: only such as were made or checked here.</summary>
    public MailWriter Bytes(byte[] bytes, int offset, int count)
    {
        int done = 0;
        while (done < count)
        {
            MakeRoom(1);
            int part = count - done < _buffer.Free ? count - done : _buffer.Free;
            _buffer.Append(bytes, offset + done, part);
            done += part;
        }

        return this;
    }

    /// <summary>Writes bytes from elsewhere: what is not printing ASCII becomes "?".</summary>
    public MailWriter Clean(byte[] bytes, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
        {
            byte value = bytes[i];
            Byte(Ascii.IsControl(value) || value >= 0x80 ? (byte)'?' : value);
        }

        return this;
    }

    /// <summary>Writes text from elsewhere: what is not printing ASCII becomes "?".</summary>
    public MailWriter Clean(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Clean(bytes, 0, bytes.Length);
    }

    /// <summary>Ends a line.</summary>
    public MailWriter LineEnd()
    {
        MakeRoom(2);
        _buffer.AppendLineEnd();
        return this;
    }

    /// <summary>Hands what is left to the spool and ends the message.</summary>
    /// <returns>Whether the spool took all of it; if not, the message is abandoned.</returns>
    public bool End()
    {
        Flush();
        IMessageWriter? writer = _writer;
        _writer = null;
        if (writer == null)
        {
            return false;
        }

        if (!IsGood)
        {
            writer.Abandon();
            return false;
        }

        return writer.End();
    }

    private void MakeRoom(int count)
    {
        if (_buffer.Free < count)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (IsGood && _writer != null && _buffer.Count > 0)
        {
            IsGood = _writer.Append(_buffer.Bytes, _buffer.Start, _buffer.Count);
        }

        _buffer.Clear();
    }
}
