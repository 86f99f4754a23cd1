using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>A set of octets, as 256 bits.</summary>
public sealed class ByteSet : IEquatable<ByteSet>
{
    private readonly ulong[] _bits = new ulong[4];

    /// <summary>Whether no octet is in it.</summary>
    public bool IsEmpty => (_bits[0] | _bits[1] | _bits[2] | _bits[3]) == 0;

    /// <summary>How many octets are in it.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong bits in _bits)
            {
                for (ulong rest = bits; rest != 0; rest &= rest - 1)
                {
                    count++;
                }
            }

            return count;
        }
    }

    /// <summary>The octets that are in this set, in the other, or in both.</summary>
    public ByteSet Union(ByteSet other)
    {
        var union = new ByteSet();
        for (int i = 0; i < _bits.Length; i++)
        {
            union._bits[i] = _bits[i] | other._bits[i];
        }

        return union;
    }

    /// <summary>Whether an octet, 0 to 255, is in it.</summary>
    public bool Contains(int octet) => (_bits[octet >> 6] >> (octet & 63) & 1) != 0;

    /// <summary>Adds an octet, 0 to 255.</summary>
    public void Add(int octet) => _bits[octet >> 6] |= 1UL << (octet & 63);

    /// <summary>Adds the octets from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public void AddRange(int first, int last)
    {
        for (int octet = first; octet <= last; octet++)
        {
            Add(octet);
        }
    }

    /// <summary>Adds an ASCII character, in both cases unless case matters.</summary>
    public void AddCharacter(char c, bool isCaseSensitive)
    {
        Add(c);
        if (!isCaseSensitive && AbnfReader.IsLetter(c))
        {
            Add(c ^ 0x20);
        }
    }

    /// <summary>The runs of neighbouring octets in it, lowest first.</summary>
    public IEnumerable<(int First, int Last)> Ranges()
    {
        for (int octet = 0; octet < 256; octet++)
        {
            if (!Contains(octet))
            {
                continue;
            }

            int first = octet;
            while (octet < 255 && Contains(octet + 1))
            {
                octet++;
            }

            yield return (first, octet);
        }
    }

    /// <inheritdoc/>
    public bool Equals(ByteSet? other) =>
        other != null && _bits[0] == other._bits[0] && _bits[1] == other._bits[1] && _bits[2] == other._bits[2] && _bits[3] == other._bits[3];

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ByteSet);

    /// <inheritdoc/>
    public override int GetHashCode() => (_bits[0] ^ (_bits[1] * 31) ^ (_bits[2] * 961) ^ (_bits[3] * 29791)).GetHashCode();
}
