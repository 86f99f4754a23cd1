using System;

namespace SmtpEmbedded.Abnf.Core.Tests.Sentences;

/// <summary>Damages sentences a little, so that they are nearly right: the same way for the same seed.</summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>One or two random changes to a sentence.</summary>
    /// <param name="sentence">What is changed; stays as it is.</param>
    /// <param name="other">Another sentence, for the change that joins two.</param>
    public byte[] Mutate(byte[] sentence, byte[] other)
    {
        byte[] changed = Change(sentence, other);
        return _random.Next(3) == 0 ? Change(changed, other) : changed;
    }

    private byte[] Change(byte[] s, byte[] other)
    {
        int at = _random.Next(s.Length + 1);
        int to = _random.Next(at, Math.Min(s.Length, at + 8) + 1);
        switch (_random.Next(7))
        {
            case 0 when at < s.Length:
                byte[] flipped = (byte[])s.Clone();
                flipped[at] ^= (byte)(1 << _random.Next(8));
                return flipped;
            case 1 when s.Length > 0:
                // An octet that occurs in the sentence is more often nearly right than any octet.
                return [.. s[..at], s[_random.Next(s.Length)], .. s[at..]];
            case 2:
                return [.. s[..at], (byte)_random.Next(256), .. s[at..]];
            case 3:
                return [.. s[..at], .. s[to..]];
            case 4:
                return [.. s[..to], .. s[at..]];
            case 5:
                return s[..at];
            default:
                return [.. s[..at], .. other[_random.Next(other.Length + 1)..]];
        }
    }
}
