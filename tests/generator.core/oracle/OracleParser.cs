using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Abnf.Core.Tests.Oracle;

/// <summary>
/// Finds every parse of an input by exhaustive search with memory, and of them the preferred one: the parse whose choices
/// come first, decided from left to right: the earlier alternative, one more repetition. An iteration that its repetition
/// does not need is not made where it would read nothing.
///
/// Slow and plain on purpose: it searches all ends of every piece, and knows no automaton.
/// </summary>
internal sealed class OracleParser
{
    private readonly OracleRule _root;
    private readonly HashSet<string> _captured;
    private readonly Dictionary<(Piece Piece, int Start), int[]> _ends = [];
    private readonly List<Found> _captures = [];
    private byte[] _input = [];
    private int _furthest;

    public OracleParser(OracleGrammar grammar, string root, IEnumerable<string> captured)
    {
        _root = grammar.Find(root);
        _captured = [.. captured.Select(name => name.ToLowerInvariant())];
    }

    /// <summary>How far the input is the beginning of a sentence: the offset of the first octet that fits nowhere, or the input's length.</summary>
    public int FailedAt { get; private set; }

    /// <summary>The captures of the preferred parse, sorted; empty without a match.</summary>
    public IReadOnlyList<Found> Captures => _captures;

    /// <summary>Which of the root's alternatives the preferred parse took; -1 without a match.</summary>
    public int Alternative { get; private set; }

    /// <summary>Whether the whole input is a sentence.</summary>
    public bool Match(byte[] input)
    {
        _input = input;
        _ends.Clear();
        _captures.Clear();
        _furthest = 0;
        Alternative = -1;
        List<int[]> endsOfAlternatives = [.. _root.Alternatives.Select(a => Ends(a, 0))];

        // The search has read every octet that some beginning of a parse can read.
        FailedAt = _furthest;
        Alternative = endsOfAlternatives.FindIndex(ends => ends.Contains(input.Length));
        if (Alternative < 0)
        {
            return false;
        }

        var whole = new bool[input.Length + 1];
        whole[input.Length] = true;
        Take(_root.Alternatives[Alternative], 0, whole);
        Note(_root, 0, input.Length);
        _captures.Sort();
        return true;
    }

    /// <summary>Every place where a piece that begins at <paramref name="start"/> can end.</summary>
    private int[] Ends(Piece piece, int start)
    {
        if (!_ends.TryGetValue((piece, start), out int[]? ends))
        {
            ends = piece switch
            {
                OctetsPiece octets => EndsOfOctets(octets, start),
                CharacterPiece character => EndsOfCharacter(character, start),
                SequencePiece sequence => Reach(sequence, start)[^1],
                ChoicePiece choice => Join(choice.Ways.Select(way => Ends(way, start))),
                RepeatPiece repeat => Join(Levels(repeat, start).Skip(repeat.Minimum)),
                RulePiece rule => Ends(rule.Rule.Body, start),
                _ => throw new InvalidOperationException(),
            };
            _ends.Add((piece, start), ends);
        }

        return ends;
    }

    /// <summary>All places of several lists, each once.</summary>
    private static int[] Join(IEnumerable<int[]> lists)
    {
        int[] joined = [];
        foreach (int[] list in lists)
        {
            joined = joined.Length == 0 ? list : list.Length == 0 ? joined : [.. joined.Union(list)];
        }

        return joined;
    }

    private int[] EndsOfOctets(OctetsPiece octets, int start)
    {
        for (int i = 0; i < octets.Sets.Count; i++)
        {
            if (start + i >= _input.Length || !octets.Sets[i][_input[start + i]])
            {
                return [];
            }

            _furthest = Math.Max(_furthest, start + i + 1);
        }

        return [start + octets.Sets.Count];
    }

    private int[] EndsOfCharacter(CharacterPiece character, int start)
    {
        // Even a part of a character may be the beginning of a sentence.
        for (int length = 1; length <= 4 && start + length <= _input.Length; length++)
        {
            if (!character.CanBeginWith(_input.AsSpan(start, length)))
            {
                return [];
            }

            _furthest = Math.Max(_furthest, start + length);
            if (Rune.DecodeFromUtf8(_input.AsSpan(start, length), out _, out int read) == System.Buffers.OperationStatus.Done && read == length)
            {
                return [start + length];
            }
        }

        return [];
    }

    /// <summary>The places before the first part, after it, after the second, and so on.</summary>
    private List<int[]> Reach(SequencePiece sequence, int start)
    {
        var reach = new List<int[]> { new[] { start } };
        foreach (Piece part in sequence.Parts)
        {
            reach.Add(Join(reach[^1].Select(place => Ends(part, place))));
        }

        return reach;
    }

    /// <summary>The places before the first iteration, after it, after the second, and so on until none is new.</summary>
    private List<int[]> Levels(RepeatPiece repeat, int start)
    {
        var levels = new List<int[]> { new[] { start } };
        while (levels.Count <= repeat.Maximum && levels[^1].Length > 0)
        {
            bool isNeeded = levels.Count <= repeat.Minimum;
            levels.Add(Join(levels[^1].Select(place => isNeeded ? Ends(repeat.Body, place) : [.. Ends(repeat.Body, place).Where(end => end > place)])));
        }

        return levels;
    }

    /// <summary>Follows the preferred parse of a piece among those that end where it is allowed; returns where that is.</summary>
    private int Take(Piece piece, int start, bool[] allowed)
    {
        switch (piece)
        {
            case OctetsPiece or CharacterPiece:
                return Ends(piece, start)[0];
            case ChoicePiece choice:
                return Take(choice.Ways.First(way => Ends(way, start).Any(end => allowed[end])), start, allowed);
            case RulePiece rule:
                int ruleEnd = Take(rule.Rule.Body, start, allowed);
                Note(rule.Rule, start, ruleEnd);
                return ruleEnd;
            case SequencePiece sequence:
                return TakeSequence(sequence, start, allowed);
            case RepeatPiece repeat:
                return TakeRepeat(repeat, start, allowed);
            default:
                throw new InvalidOperationException();
        }
    }

    private int TakeSequence(SequencePiece sequence, int start, bool[] allowed)
    {
        // From the end backwards: after which places the rest can still come to an allowed end.
        List<int[]> reach = Reach(sequence, start);
        var good = new bool[sequence.Parts.Count + 1][];
        good[^1] = allowed;
        for (int i = sequence.Parts.Count - 1; i > 0; i--)
        {
            good[i] = new bool[_input.Length + 1];
            foreach (int place in reach[i])
            {
                good[i][place] = Ends(sequence.Parts[i], place).Any(end => good[i + 1][end]);
            }
        }

        int at = start;
        for (int i = 0; i < sequence.Parts.Count; i++)
        {
            at = Take(sequence.Parts[i], at, good[i + 1]);
        }

        return at;
    }

    private int TakeRepeat(RepeatPiece repeat, int start, bool[] allowed)
    {
        List<int[]> levels = Levels(repeat, start);
        var good = new bool[levels.Count][];
        for (int made = levels.Count - 1; made >= 0; made--)
        {
            good[made] = new bool[_input.Length + 1];
            foreach (int place in levels[made])
            {
                good[made][place] = (made >= repeat.Minimum && allowed[place]) || (made + 1 < levels.Count && GoodEnds(made, place).Contains(true));
            }
        }

        // The ends of one more iteration from which the repetition can come to an allowed end.
        bool[] GoodEnds(int made, int place)
        {
            var ends = new bool[_input.Length + 1];
            foreach (int end in Ends(repeat.Body, place))
            {
                ends[end] = (made < repeat.Minimum || end > place) && good[made + 1][end];
            }

            return ends;
        }

        int at = start;
        for (int made = 0; ; made++)
        {
            bool[] ends = made + 1 < levels.Count ? GoodEnds(made, at) : [];
            if (!ends.Contains(true))
            {
                return at;
            }

            at = Take(repeat.Body, at, ends);
        }
    }

    private void Note(OracleRule rule, int start, int end)
    {
        if (_captured.Contains(rule.Name))
        {
            _captures.Add(new Found(rule.Name, start, end));
        }
    }
}
