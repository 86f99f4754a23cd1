using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>Damages sentences a little: most of what comes out is no sentence, but nearly one. The same seed gives the same damage.</summary>
public sealed class SentenceMutator
{
    private readonly Random _random;

    /// <summary>Makes a mutator.</summary>
    public SentenceMutator(int seed) => _random = new Random(seed);

    /// <summary>A damaged copy of a sentence.</summary>
    public byte[] Mutate(byte[] sentence)
    {
        var damaged = new List<byte>(sentence);
        for (int wounds = 1 + _random.Next(3); wounds > 0; wounds--)
        {
            Wound(damaged);
        }

        return damaged.ToArray();
    }

    private void Wound(List<byte> sentence)
    {
        int at = _random.Next(sentence.Count + 1);
        if (sentence.Count == 0 || _random.Next(6) == 0)
        {
            sentence.Insert(at, (byte)_random.Next(256));
            return;
        }

        at = Math.Min(at, sentence.Count - 1);
        switch (_random.Next(5))
        {
            case 0:
                sentence.RemoveAt(at);
                break;
            case 1:
                sentence[at] = (byte)_random.Next(256);
                break;
            case 2:
                sentence[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 3:
                sentence.RemoveRange(at, sentence.Count - at);
                break;
            default:
                sentence.InsertRange(at, sentence.GetRange(at, Math.Min(1 + _random.Next(8), sentence.Count - at)));
                break;
        }
    }
}
