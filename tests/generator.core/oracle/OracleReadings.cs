using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf.Core.Tests.Oracle;

/// <summary>
/// Finds out by all parses whether an input has two readings with different captures. Of each piece and place it keeps two kinds of
/// captures at most: two that differ within a parse make the whole parse differ, and more are no news.
/// </summary>
internal sealed class OracleReadings
{
    private readonly OracleRule _root;
    private readonly HashSet<string> _captured;
    private readonly Dictionary<(Piece Piece, int Start), Ends> _known = [];
    private byte[] _input = [];

    public OracleReadings(OracleGrammar grammar, string root, IEnumerable<string> captured)
    {
        _root = grammar.Find(root);
        _captured = [.. captured.Select(name => name.ToLowerInvariant())];
    }

    /// <summary>The captures of up to two readings that differ in them; none if the input is no sentence.</summary>
    public IReadOnlyList<string> Read(byte[] input)
    {
        _input = input;
        _known.Clear();
        return Find(new RulePiece(_root), 0).At(input.Length);
    }

    private Ends Find(Piece piece, int start)
    {
        if (!_known.TryGetValue((piece, start), out Ends? ends))
        {
            ends = Read(piece, start);
            _known.Add((piece, start), ends);
        }

        return ends;
    }

    private Ends Read(Piece piece, int start)
    {
        var ends = new Ends();
        switch (piece)
        {
            case OctetsPiece octets:
                int length = octets.Sets.Count;
                if (start + length <= _input.Length && Enumerable.Range(0, length).All(i => octets.Sets[i][_input[start + i]]))
                {
                    ends.Add(start + length, "");
                }

                break;
            case ChoicePiece choice:
                foreach (Piece way in choice.Ways)
                {
                    ends.AddAll(Find(way, start));
                }

                break;
            case SequencePiece sequence:
                ends.Add(start, "");
                foreach (Piece part in sequence.Parts)
                {
                    ends = Then(ends, part, mustRead: false);
                }

                break;
            case RepeatPiece repeat:
                var made = new Ends();
                made.Add(start, "");
                for (int rounds = 0; rounds <= repeat.Maximum && !made.IsEmpty; rounds++)
                {
                    if (rounds >= repeat.Minimum)
                    {
                        ends.AddAll(made);
                    }

                    made = Then(made, repeat.Body, mustRead: rounds >= repeat.Minimum);
                }

                break;
            case RulePiece rule:
                foreach ((int end, string captures) in Find(rule.Rule.Body, start).All())
                {
                    ends.Add(end, _captured.Contains(rule.Rule.Name) ? Join(captures, new Found(rule.Rule.Name, start, end).ToString()) : captures);
                }

                break;
        }

        return ends;
    }

    private Ends Then(Ends before, Piece piece, bool mustRead)
    {
        var ends = new Ends();
        foreach ((int place, string captures) in before.All())
        {
            foreach ((int end, string more) in Find(piece, place).All().Where(e => !mustRead || e.End > place))
            {
                ends.Add(end, Join(captures, more));
            }
        }

        return ends;
    }

    private static string Join(string a, string b) => a.Length == 0 ? b : b.Length == 0 ? a : string.Join(' ', (a + ' ' + b).Split(' ').Order(System.StringComparer.Ordinal));

    /// <summary>For each end of a piece the captures it can have, two kinds at most.</summary>
    private sealed class Ends
    {
        private readonly SortedDictionary<int, List<string>> _at = [];

        public bool IsEmpty => _at.Count == 0;

        public IReadOnlyList<string> At(int end) => _at.TryGetValue(end, out List<string>? kinds) ? kinds : [];

        public IEnumerable<(int End, string Captures)> All() => _at.SelectMany(e => e.Value.Select(captures => (e.Key, captures)));

        public void Add(int end, string captures)
        {
            if (!_at.TryGetValue(end, out List<string>? kinds))
            {
                _at.Add(end, kinds = []);
            }

            if (kinds.Count < 2 && !kinds.Contains(captures))
            {
                kinds.Add(captures);
            }
        }

        public void AddAll(Ends other)
        {
            foreach ((int end, string captures) in other.All())
            {
                Add(end, captures);
            }
        }
    }
}
