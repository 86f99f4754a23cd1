using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// States in a row that each accept one octet, or one letter in both cases: a word of the grammar. Where enough input is at
/// hand it is compared eight octets at a time.
/// </summary>
internal sealed class LiteralRun
{
    private const int Longest = 16;
    private const int Shortest = 4;

    private readonly List<OctetRange> _octets = new();

    private LiteralRun()
    {
    }

    /// <summary>How many octets it has.</summary>
    internal int Length => _octets.Count;

    /// <summary>The edge taken by its last octet; no edge before does anything.</summary>
    internal int LastEdge { get; private set; } = -1;

    /// <summary>Finds the words of an automaton and notes each at the state it begins at.</summary>
    internal static void NoteAll(Automaton automaton, IReadOnlyList<DirectState> states)
    {
        bool[] isInside = FindInside(automaton, states);
        foreach (DirectState start in states.Where(s => !isInside[s.Index]))
        {
            for (DirectState? state = start; state != null;)
            {
                LiteralRun run = From(state, automaton, states);
                state.Word = run.Length >= Shortest ? run : null;

                // A word too long for two comparisons goes on behind them.
                state = run.Length == Longest ? states[automaton.Edges[run.LastEdge].Target] : null;
                if (state?.Word != null)
                {
                    break;
                }
            }
        }
    }

    /// <summary>The states that are entered from one place only, and that in the middle of a word: where that begins they are read along.</summary>
    private static bool[] FindInside(Automaton automaton, IReadOnlyList<DirectState> states)
    {
        var entries = new int[states.Count];
        var isInside = new bool[states.Count];
        foreach (DirectState state in states)
        {
            bool isLiteral = TryLiteral(state, out OctetRange _);
            foreach (DirectTest test in state.Tests)
            {
                AutomatonEdge edge = automaton.Edges[test.Edge];
                entries[edge.Target]++;
                isInside[edge.Target] |= isLiteral && edge.Actions.Count == 0;
            }
        }

        return isInside.Select((inside, state) => inside && entries[state] == 1 && state != 0).ToArray();
    }

    private static LiteralRun From(DirectState start, Automaton automaton, IReadOnlyList<DirectState> states)
    {
        var run = new LiteralRun();
        var seen = new HashSet<int>();
        DirectState state = start;
        while (run.Length < Longest && seen.Add(state.Index) && TryLiteral(state, out OctetRange octet))
        {
            run._octets.Add(octet);
            run.LastEdge = state.Tests[0].Edge;
            AutomatonEdge edge = automaton.Edges[run.LastEdge];
            if (edge.Actions.Count > 0)
            {
                break;
            }

            state = states[edge.Target];
        }

        return run;
    }

    private static bool TryLiteral(DirectState state, out OctetRange octet)
    {
        octet = default;
        return state.Tests.Count == 1 && state.Tests[0].Test.IsLiteral(out octet);
    }

    /// <summary>The word, small where case does not matter.</summary>
    internal string Text()
    {
        var text = new StringBuilder();
        foreach (OctetRange octet in _octets)
        {
            text.Append(octet.First is >= 0x20 and < 0x7F ? ((char)octet.First).ToString() : $"<{octet.First:X2}>");
        }

        return text.ToString();
    }

    /// <summary>The condition under which the word is next in the input, from index i.</summary>
    internal string Condition()
    {
        int width = Length >= 8 ? 8 : 4;
        string condition = $"input.Length - i >= {Length} && {Comparison(0, width)}";
        return Length > width ? $"{condition} && {Comparison(Length - width, width)}" : condition;
    }

    private string Comparison(int at, int width)
    {
        ulong mask = 0;
        ulong octets = 0;
        for (int i = 0; i < width; i++)
        {
            mask |= (ulong)_octets[at + i].Mask << (8 * i);
            octets |= (ulong)_octets[at + i].First << (8 * i);
        }

        string place = at == 0 ? "i" : $"i + {at}";
        string digits = width == 8 ? "X16" : "X8";
        string suffix = width == 8 ? "UL" : "U";
        string method = width == 8 ? "ReadUInt64LittleEndian" : "ReadUInt32LittleEndian";
        string read = $"BinaryPrimitives.{method}(input.Slice({place}))";
        return mask == 0
            ? $"{read} == 0x{octets.ToString(digits)}{suffix}"
            : $"({read} | 0x{mask.ToString(digits)}{suffix}) == 0x{octets.ToString(digits)}{suffix}";
    }
}
