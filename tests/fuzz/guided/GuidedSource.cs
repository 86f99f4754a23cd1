using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Fuzz;

/// <summary>Inputs bred from those that went somewhere new, beginning with the dialogues of the repository.</summary>
internal sealed class GuidedSource(DialogueMaker maker, int seed)
{
    // A new input made by the grammar joins now and then, so that the breed does not narrow.
    private const int MadeEvery = 16;

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _kept = [];
    private readonly Queue<byte[]> _seeds = new(maker.Seeds());

    public int Kept => _kept.Count;

    public byte[] Next()
    {
        if (_seeds.TryDequeue(out byte[]? first))
        {
            return first;
        }

        if (_kept.Count == 0 || _random.Next(MadeEvery) == 0)
        {
            return maker.Next();
        }

        byte[] input = _kept[_random.Next(_kept.Count)];
        for (int n = 1 << _random.Next(4); n > 0; n--)
        {
            input = maker.Mutate(input, _kept[_random.Next(_kept.Count)]);
        }

        return input.Length <= DialogueMaker.Longest ? input : input.AsSpan(0, DialogueMaker.Longest).ToArray();
    }

    public void Keep(byte[] input) => _kept.Add(input);
}
