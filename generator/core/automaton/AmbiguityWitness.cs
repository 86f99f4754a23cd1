using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Watches the subset construction for two readings that meet at one node with different captures behind them, and keeps the
/// shortest input that shows it. From such a meeting every continuation is read both ways, so one meeting proves that the
/// captures of the grammar have two readings.
/// </summary>
internal sealed class AmbiguityWitness
{
    private readonly NfaNode _start;
    private readonly ByteClasses _classes;
    private readonly int[] _pleasant;
    private readonly NfaDistances _distances;
    private readonly List<int> _length = new() { 0 };
    private readonly List<(int From, int Class)> _cameBy = new() { (-1, 0) };
    private (int State, int Class) _at;
    private readonly bool _hasCalls;
    private bool _paused;
    private int _best = int.MaxValue;
    private (int State, int Class) _bestAt;
    private NfaNode? _bestNode;

    internal AmbiguityWitness(Nfa nfa, ByteClasses classes)
    {
        _start = nfa.Start;
        _hasCalls = nfa.Calls.Count > 0;
        _classes = classes;
        _pleasant = PleasantOctets(classes);
        _distances = new NfaDistances(nfa);
    }

    /// <summary>Says which state and class of octets the construction is at; -1 before the first octet.</summary>
    internal void At(int state, int octetClass)
    {
        _at = (state, octetClass);
        _paused = false;
    }

    /// <summary>What follows is no part of the construction.</summary>
    internal void Pause() => _paused = true;

    /// <summary>A new state was found behind a known one.</summary>
    internal void Reached(int state, int from, int octetClass)
    {
        while (_length.Count <= state)
        {
            _length.Add(0);
            _cameBy.Add((-1, 0));
        }

        _length[state] = _length[from] + 1;
        _cameBy[state] = (from, octetClass);
    }

    /// <summary>A reading was dropped at a node because a preferred one with other captures is there already.</summary>
    internal void Dropped(NfaNode node)
    {
        // Where rules nest, the shortest input is not looked for.
        if (_paused || _hasCalls || !_distances.IsReachable(node))
        {
            return;
        }

        int length = (_at.State < 0 ? 0 : _length[_at.State] + 1) + _distances.ToEnd(node);
        if (length < _best)
        {
            _best = length;
            _bestAt = _at;
            _bestNode = node;
        }
    }

    /// <summary>Adds a diagnostic with the shortest input that has two readings, if there is one.</summary>
    internal void Tell(IReadOnlyList<Rule> captures, List<Diagnostic> diagnostics)
    {
        if (_bestNode == null)
        {
            return;
        }

        var input = new List<byte>();
        if (_bestAt.State >= 0)
        {
            input.Add((byte)_pleasant[_bestAt.Class]);
            for (int state = _bestAt.State; _cameBy[state].From >= 0; state = _cameBy[state].From)
            {
                input.Insert(0, (byte)_pleasant[_cameBy[state].Class]);
            }
        }

        input.AddRange(_distances.ShortestFrom(_bestNode).Select(octet => (byte)_pleasant[_classes.Map[octet]]));
        if (!ReadingSearch.TryFindTwo(_start, input.ToArray(), out List<CapturedPlace> kept, out List<CapturedPlace> dropped))
        {
            return;
        }

        CapturedPlace differing = ReadingSearch.Without(dropped, kept).Concat(ReadingSearch.Without(kept, dropped)).First();
        diagnostics.Add(new Diagnostic(
            Descriptors.AmbiguousCaptures, captures[differing.Capture].NameSpan, captures[differing.Capture].Name,
            Show(input), Describe(kept, dropped, captures), Describe(dropped, kept, captures)));
    }

    private static string Describe(List<CapturedPlace> reading, List<CapturedPlace> other, IReadOnlyList<Rule> captures)
    {
        List<string> own = ReadingSearch.Without(reading, other).Select(c => $"{captures[c.Capture].Name} at {c.Start}-{c.End}").ToList();
        return own.Count == 0 ? "nothing more" : string.Join(", ", own);
    }

    private static string Show(IEnumerable<byte> input) => "\"" + string.Concat(input.Select(octet => octet switch
    {
        (byte)'\r' => "\\r",
        (byte)'\n' => "\\n",
        (byte)'\t' => "\\t",
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        >= 0x20 and < 0x7F => ((char)octet).ToString(),
        _ => $"\\x{octet:x2}",
    })) + "\"";

    /// <summary>For each class an octet that people like to read.</summary>
    private static int[] PleasantOctets(ByteClasses classes)
    {
        var pleasant = classes.Representatives.ToArray();
        foreach (char c in "~}|{`_^]\\[@?>=<;:/.-,+*)('&%$#\"! ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcb9876543210a")
        {
            pleasant[classes.Map[c]] = c;
        }

        return pleasant;
    }
}
