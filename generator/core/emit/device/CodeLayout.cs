using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Parts an automaton for a device: what becomes data, and what becomes code.
///
/// Most states of a protocol's automaton read the next letter of a keyword, or one more octet of a UTF-8 form: they accept one
/// range of octets, go one way, and nothing else is done. Such a state is simple: three octets of data, in memory and in flash.
/// All others become code, which takes flash alone, or lists in a table. Both ask for the class of an octet, a number; the classes are numbered so that
/// the octets of a run have the lowest and octets that are often treated alike are neighbours: then few comparisons do.
/// </summary>
internal sealed class CodeLayout
{
    /// <summary>The span of a simple state that reads a letter in both cases.</summary>
    internal const int BothCases = 255;

    /// <summary>Comparisons of columns' cells that are worth while; past it only runs decide the order.</summary>
    private const int LargestOrder = 20_000_000;

    private readonly Automaton _automaton;
    private readonly bool _hasRuns;
    private readonly List<int> _coded = new();
    private readonly List<SimpleState> _simple;

    /// <summary>Lays an automaton out.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="hasRuns">Whether runs are to have the lowest classes; if not, the classes most alike are neighbours, which makes the fewest ranges.</param>
    internal CodeLayout(Automaton automaton, bool hasRuns)
    {
        _automaton = automaton;
        _hasRuns = hasRuns;
        Numbers = new int[automaton.States.Count];
        _simple = Sort();
        Number();
        Classes = FindClasses(out int[][] columns);
        ClassCount = columns.Length;
        Columns = columns;
    }

    /// <summary>The number of each state: first the simple ones, then the coded ones, then the final ones, then the returning ones.</summary>
    internal int[] Numbers { get; }

    /// <summary>The simple states, in the order of their numbers.</summary>
    internal IReadOnlyList<SimpleState> Simple => _simple;

    /// <summary>The states that become code, in the order of their numbers.</summary>
    internal IReadOnlyList<int> Coded => _coded;

    /// <summary>The number of the first final state.</summary>
    internal int FirstFinal => _simple.Count + _coded.Count;

    /// <summary>The class of each octet.</summary>
    internal byte[] Classes { get; }

    /// <summary>How many classes there are.</summary>
    internal int ClassCount { get; }

    /// <summary>For each class the edge of each coded state, in the order of <see cref="Coded"/>; -1 where nothing is acceptable.</summary>
    internal int[][] Columns { get; }

    /// <summary>Whether numbers of states need two octets.</summary>
    internal bool IsWide => Numbers.Length > 256;

    /// <summary>How many octets the data takes in memory, what the arrays themselves take left out.</summary>
    internal int Size => (_coded.Count > 0 ? 256 : 0) + (_simple.Count * (IsWide ? 4 : 3));

    /// <summary>The edge of a state for an octet, or -1.</summary>
    internal int Edge(int state, int octet) => _automaton.States[state].Next[_automaton.Classes[octet]];

    /// <summary>Finds the states that become code, and returns the simple ones in order.</summary>
    private List<SimpleState> Sort()
    {
        var simple = new List<SimpleState>();
        for (int state = 0; state < _automaton.States.Count; state++)
        {
            if (_automaton.States[state].IsFinal || _automaton.States[state].IsReturning)
            {
                continue;
            }

            int current = state;
            var accepted = Enumerable.Range(0, 256).Where(octet => Edge(current, octet) >= 0).ToList();
            if (!_automaton.States[state].IsAccepting && OctetRange.TryCover(accepted, out OctetRange range) && range.Last - range.First < BothCases
                && accepted.All(octet => Edge(current, octet) == Edge(current, accepted[0]))
                && _automaton.Edges[Edge(state, accepted[0])].Actions.Count == 0)
            {
                simple.Add(new SimpleState(state, range, _automaton.Edges[Edge(state, accepted[0])].Target));
            }
            else
            {
                _coded.Add(state);
            }
        }

        // Those that code goes to come first: a number below 128 takes three octets less there.
        var goals = new HashSet<int>(_coded.SelectMany(s => _automaton.States[s].Next).Where(e => e >= 0).Select(e => _automaton.Edges[e].Target));
        return simple.OrderBy(s => goals.Contains(s.State) ? 0 : 1).ToList();
    }

    private void Number()
    {
        int number = 0;
        IEnumerable<int> all = Enumerable.Range(0, Numbers.Length);
        foreach (int state in _simple.Select(s => s.State).Concat(_coded)
            .Concat(all.Where(s => _automaton.States[s].IsFinal)).Concat(all.Where(s => _automaton.States[s].IsReturning)))
        {
            Numbers[state] = number++;
        }
    }

    private byte[] FindClasses(out int[][] columns)
    {
        var found = new List<int[]>();
        var known = new Dictionary<string, int>();
        var preliminary = new int[256];
        for (int octet = 0; octet < 256; octet++)
        {
            int[] column = _coded.Select(s => Edge(s, octet)).ToArray();
            string key = string.Join(",", column);
            if (!known.TryGetValue(key, out int number))
            {
                number = found.Count;
                known.Add(key, number);
                found.Add(column);
            }

            preliminary[octet] = number;
        }

        List<int> order = Order(found);
        columns = order.Select(o => found[o]).ToArray();
        return preliminary.Select(p => (byte)order.IndexOf(p)).ToArray();
    }

    /// <summary>Orders classes: always the one that differs least from the one before; where that is asked for, of those that most runs consist of.</summary>
    private List<int> Order(List<int[]> columns)
    {
        bool isLarge = (long)columns.Count * columns.Count * _coded.Count > LargestOrder;
        int[] runs = columns.Select(column => !_hasRuns ? 0 : column.Where((edge, i) => edge >= 0 && _automaton.Edges[edge].Target == _coded[i]).Count()).ToArray();
        var left = new List<int>(Enumerable.Range(0, columns.Count));
        var ordered = new List<int>();
        while (left.Count > 0)
        {
            int most = left.Max(c => runs[c]);
            int best = left.Where(c => runs[c] == most)
                .OrderBy(c => ordered.Count == 0 || isLarge ? 0 : columns[c].Where((edge, i) => edge != columns[ordered[ordered.Count - 1]][i]).Count())
                .ThenBy(c => c).First();
            ordered.Add(best);
            left.Remove(best);
        }

        return ordered;
    }
}

/// <summary>A state that reads one range of octets, goes one way, and on which nothing else is done.</summary>
internal sealed class SimpleState
{
    internal SimpleState(int state, OctetRange range, int target)
    {
        State = state;
        Range = range;
        Target = target;
    }

    /// <summary>The state of the automaton.</summary>
    internal int State { get; }

    /// <summary>The octets it reads.</summary>
    internal OctetRange Range { get; }

    /// <summary>The state of the automaton it leads to.</summary>
    internal int Target { get; }

    /// <summary>The lowest octet; a letter in both cases is kept as the capital.</summary>
    internal int Lowest => Range.Mask == 0 ? Range.First : Range.First & 0xDF;

    /// <summary>How many more octets there are, or <see cref="CodeLayout.BothCases"/>.</summary>
    internal int Span => Range.Mask == 0 ? Range.Last - Range.First : CodeLayout.BothCases;
}
