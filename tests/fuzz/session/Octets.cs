using System;

namespace SmtpEmbedded.Fuzz;

/// <summary>Octets that are gathered and compared; grows, and is used again.</summary>
internal sealed class Octets
{
    private byte[] _bytes = new byte[256];

    public int Count { get; private set; }

    public Span<byte> Span => _bytes.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Append(ReadOnlySpan<byte> more)
    {
        if (Count + more.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Count + more.Length));
        }

        more.CopyTo(_bytes.AsSpan(Count));
        Count += more.Length;
    }
}
