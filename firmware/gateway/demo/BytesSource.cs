using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>A message that is in memory already, for <see cref="MessageReader"/>.</summary>
public sealed class BytesSource : IMessageSource
{
    private readonly byte[] _content;
    private int _position;

    /// <summary>Reads from an array, which is not copied.</summary>
    public BytesSource(byte[] content) => _content = content;

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count)
    {
        int read = Math.Min(count, _content.Length - _position);
        Array.Copy(_content, _position, buffer, offset, read);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public void Rewind() => _position = 0;

    /// <inheritdoc/>
    public void Close()
    {
    }
}
