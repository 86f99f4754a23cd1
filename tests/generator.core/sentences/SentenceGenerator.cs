using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmtpEmbedded.Abnf.Core.Tests.Oracle;

namespace SmtpEmbedded.Abnf.Core.Tests.Sentences;

/// <summary>Makes random sentences of a rule: the same ones for the same seed.</summary>
/// <param name="root">The rule.</param>
/// <param name="seed">The seed.</param>
/// <param name="longEnough">Past this many octets repetitions end as soon as they may, and what nests no more is chosen.</param>
internal sealed class SentenceGenerator(OracleRule root, int seed, int longEnough = 120)
{
    private const int Endless = int.MaxValue / 2;

    private readonly Random _random = new(seed);
    private readonly Dictionary<OracleRule, int> _heights = Heights(root);
    private readonly List<byte> _octets = [];

    public byte[] Next()
    {
        _octets.Clear();
        Write(root.Body);
        return [.. _octets];
    }

    private void Write(Piece piece)
    {
        switch (piece)
        {
            case OctetsPiece octets:
                foreach (bool[] set in octets.Sets)
                {
                    _octets.Add(OneOf(set));
                }

                break;
            case CharacterPiece character:
                WriteCharacter(character);
                break;
            case SequencePiece sequence:
                foreach (Piece part in sequence.Parts)
                {
                    Write(part);
                }

                break;
            case ChoicePiece choice:
                IReadOnlyList<Piece> ways = _octets.Count > longEnough ? LowestWays(choice) : choice.Ways;
                Write(ways[_random.Next(ways.Count)]);
                break;
            case RepeatPiece repeat:
                WriteRepeat(repeat);
                break;
            case RulePiece rule:
                Write(rule.Rule.Body);
                break;
        }
    }

    private void WriteRepeat(RepeatPiece repeat)
    {
        // Mostly few, now and then up to the bound or many.
        int chance = _random.Next(8) == 0 ? 90 : 55;
        for (int made = 0; made < repeat.Maximum; made++)
        {
            if (made >= repeat.Minimum && (_octets.Count > longEnough || _random.Next(100) >= chance))
            {
                return;
            }

            Write(repeat.Body);
        }
    }

    /// <summary>How many rules within each other a sentence of each rule takes at least.</summary>
    private static Dictionary<OracleRule, int> Heights(OracleRule root)
    {
        var heights = new Dictionary<OracleRule, int> { [root] = Endless };
        for (bool isChanged = true; isChanged;)
        {
            int known = heights.Count;
            isChanged = false;
            foreach (OracleRule rule in heights.Keys.ToList())
            {
                int height = Math.Min(Endless, 1 + HeightOf(rule.Body, heights));
                isChanged |= height < heights[rule];
                heights[rule] = height;
            }

            isChanged |= heights.Count > known;
        }

        return heights;
    }

    private List<Piece> LowestWays(ChoicePiece choice)
    {
        int lowest = HeightOf(choice, _heights);
        return [.. choice.Ways.Where(way => HeightOf(way, _heights) == lowest)];
    }

    private static int HeightOf(Piece piece, Dictionary<OracleRule, int> heights) => piece switch
    {
        SequencePiece sequence => sequence.Parts.Select(part => HeightOf(part, heights)).DefaultIfEmpty().Max(),
        ChoicePiece choice => choice.Ways.Select(way => HeightOf(way, heights)).Min(),
        RepeatPiece repeat => HeightOf(repeat.Body, heights) is int height && repeat.Minimum > 0 ? height : 0,
        RulePiece rule => heights.TryGetValue(rule.Rule, out int height) ? height : heights[rule.Rule] = Endless,
        _ => 0,
    };

    private void WriteCharacter(CharacterPiece character)
    {
        int value;
        do
        {
            value = _random.Next(4) switch
            {
                0 => character.First,
                1 => character.Last,
                _ => _random.Next(character.First, character.Last + 1),
            };
        }
        while (!Rune.IsValid(value));
        Span<byte> form = stackalloc byte[4];
        _octets.AddRange(form[..new Rune(value).EncodeToUtf8(form)]);
    }

    /// <summary>A member of a set; half of the time one at the edge of a run, where mistakes are, and otherwise any.</summary>
    private byte OneOf(bool[] set)
    {
        int at = _random.Next(256);
        bool wantsEdge = _random.Next(2) == 0;
        for (int tried = 0; tried < 512; tried++, at = (at + 1) & 0xFF)
        {
            bool isEdge = at == 0 || at == 255 || !set[at - 1] || !set[at + 1];
            if (set[at] && (isEdge || !wantsEdge))
            {
                return (byte)at;
            }
        }

        throw new InvalidOperationException("No octet is in the set.");
    }
}
