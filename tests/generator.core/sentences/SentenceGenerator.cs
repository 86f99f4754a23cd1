using System;
using System.Collections.Generic;
using System.Text;
using SmtpEmbedded.Abnf.Core.Tests.Oracle;

namespace SmtpEmbedded.Abnf.Core.Tests.Sentences;

/// <summary>Makes random sentences of a rule: the same ones for the same seed.</summary>
internal sealed class SentenceGenerator(OracleRule root, int seed)
{
    /// <summary>Past this many octets optional repetitions end as soon as they may.</summary>
    private const int LongEnough = 120;

    private readonly Random _random = new(seed);
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
                Write(choice.Ways[_random.Next(choice.Ways.Count)]);
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
            if (made >= repeat.Minimum && (_octets.Count > LongEnough || _random.Next(100) >= chance))
            {
                return;
            }

            Write(repeat.Body);
        }
    }

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
