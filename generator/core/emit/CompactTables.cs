using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Lays an automaton out in small tables: on a device they are in memory, not in flash.
///
/// Most states of a protocol's automaton read the next letter of a keyword, or one more octet of a UTF-8 form: they accept one
/// range of octets and go one way. Such a state is a <see cref="CompactState"/> without a row: an exception alone, six octets.
/// A state that treats all octets as another one does, but for one range, is that one's row and an exception. All others have
/// a row with a cell for each class of octets. A cell holds a code: the number of a state that has a row of its own, where
/// nothing else is to be done; the number of a special edge; or "nothing acceptable".
/// </summary>
internal sealed class CompactTables
{
    private readonly Automaton _automaton;
    private readonly List<int> _rowStates = new();
    private readonly List<CompactState> _exceptional = new();
    private readonly List<int> _specialEdges = new();
    private readonly Dictionary<AutomatonEdge, int> _specialCodes = new();
    private readonly List<AutomatonEdge> _special = new();

    internal CompactTables(Automaton automaton)
    {
        _automaton = automaton;
        Numbers = new int[automaton.States.Count];
        Sort();
        Number();
        Ordered = Enumerable.Range(0, Numbers.Length).OrderBy(s => Numbers[s]).Select(s => automaton.States[s]).ToList();
        Classes = FindClasses();
        AssignCodes();
    }

    /// <summary>The states in the order of their numbers.</summary>
    internal IReadOnlyList<AutomatonState> Ordered { get; }

    /// <summary>The number of each state of the automaton: first those with a row of their own, then those with an exception, then the final ones, then the returning ones.</summary>
    internal int[] Numbers { get; }

    /// <summary>How many states have a row of their own.</summary>
    internal int RowCount => _rowStates.Count;

    /// <summary>The states with an exception, by number from <see cref="RowCount"/>.</summary>
    internal IReadOnlyList<CompactState> Exceptional => _exceptional;

    /// <summary>The number of the first final state.</summary>
    internal int FirstFinal => RowCount + _exceptional.Count;

    /// <summary>The edges that need more than a step to a row, by code from <see cref="RowCount"/>: first those that only lead elsewhere.</summary>
    internal IReadOnlyList<AutomatonEdge> Special => _special;

    /// <summary>The code of the first edge on which something is done.</summary>
    internal int FirstActing { get; private set; }

    /// <summary>The code of the first edge behind which reading may stop: a capture ends there, or the input, or a nested rule begins or ends.</summary>
    internal int FirstStopping { get; private set; }

    /// <summary>For a state with an exception, how many states from it on read one character each, one after the other, and nothing else.</summary>
    internal int RunOf(int exceptional)
    {
        int run = 0;
        while (exceptional + run < _exceptional.Count && run < 255
            && _exceptional[exceptional + run] is { RowState: < 0 } state && state.Range.First == state.Range.Last && LeadsToFollowing(state))
        {
            run++;
        }

        return run;
    }

    /// <summary>The class of each octet, as far as rows tell octets apart.</summary>
    internal byte[] Classes { get; }

    /// <summary>How many classes there are.</summary>
    internal int ClassCount { get; private set; }

    /// <summary>The rows, one after the other: a code for each class.</summary>
    internal int[] Rows { get; private set; } = new int[0];

    /// <summary>Whether codes need two octets.</summary>
    internal bool IsWide { get; private set; }

    /// <summary>The code where nothing is acceptable.</summary>
    internal int Dead => IsWide ? 0xFFFF : 0xFF;

    /// <summary>The code of an exception that leads, with nothing else to do, to the state with the following number.</summary>
    internal int Following => Dead - 1;

    /// <summary>How many octets the tables take in memory.</summary>
    internal int Size => 256 + (Rows.Length * (IsWide ? 2 : 1)) + (_exceptional.Count * (IsWide ? 8 : 6)) + (_special.Count * 2);

    /// <summary>Decides which states have rows and which are exceptions.</summary>
    private void Sort()
    {
        var bases = new List<int>();
        var undecided = new List<int>();
        for (int state = 0; state < _automaton.States.Count; state++)
        {
            if (_automaton.States[state].IsFinal || _automaton.States[state].IsReturning)
            {
                continue;
            }

            if (OctetRange.TryCover(Accepted(state), out OctetRange only) && OneEdge(state, only, out int edge))
            {
                _exceptional.Add(new CompactState(state, only, edge, -1));
            }
            else if (LoopsOnItself(state))
            {
                bases.Add(state);
            }
            else
            {
                undecided.Add(state);
            }
        }

        foreach (int state in undecided)
        {
            if (FindBase(state, bases, out CompactState? exceptional))
            {
                _exceptional.Add(exceptional!);
            }
            else
            {
                bases.Add(state);
            }
        }

        _rowStates.AddRange(bases.OrderBy(s => s));
    }

    /// <summary>A state that can stay where it is reads long runs: it keeps a row of its own, which is the fastest.</summary>
    private bool LoopsOnItself(int state) =>
        _automaton.States[state].Next.Any(edge => edge >= 0 && _automaton.Edges[edge].Target == state);

    private List<int> Accepted(int state) =>
        Enumerable.Range(0, 256).Where(octet => Edge(state, octet) >= 0).ToList();

    private int Edge(int state, int octet) => _automaton.States[state].Next[_automaton.Classes[octet]];

    private bool OneEdge(int state, OctetRange range, out int edge)
    {
        edge = Edge(state, range.First);
        for (int octet = 0; octet < 256; octet++)
        {
            if (range.Contains(octet) && Edge(state, octet) != edge)
            {
                return false;
            }
        }

        return true;
    }

    private bool FindBase(int state, List<int> bases, out CompactState? exceptional)
    {
        foreach (int candidate in bases)
        {
            var different = Enumerable.Range(0, 256).Where(octet => Edge(state, octet) != Edge(candidate, octet)).ToList();
            if (different.Count > 0 && OctetRange.TryCover(different, out OctetRange range) && OneEdge(state, range, out int edge) && edge >= 0)
            {
                exceptional = new CompactState(state, range, edge, candidate);
                return true;
            }
        }

        exceptional = null;
        return false;
    }

    /// <summary>Numbers the states, a keyword's letters one after the other so that most exceptions lead to the following state.</summary>
    private void Number()
    {
        for (int i = 0; i < _rowStates.Count; i++)
        {
            Numbers[_rowStates[i]] = i;
        }

        var byState = _exceptional.ToDictionary(e => e.State);
        var followed = new HashSet<int>(_exceptional.Select(FollowerOf).Where(s => s >= 0));
        var ordered = new List<CompactState>();
        var placed = new HashSet<int>();
        foreach (CompactState head in _exceptional.Where(e => !followed.Contains(e.State)).Concat(_exceptional))
        {
            for (CompactState? state = head; state != null && placed.Add(state.State);)
            {
                ordered.Add(state);
                int follower = FollowerOf(state);
                state = follower >= 0 && byState.TryGetValue(follower, out CompactState? next) ? next : null;
            }
        }

        _exceptional.Clear();
        _exceptional.AddRange(ordered);
        for (int i = 0; i < ordered.Count; i++)
        {
            Numbers[ordered[i].State] = RowCount + i;
        }

        int number = FirstFinal;
        foreach (int state in Enumerable.Range(0, Numbers.Length).Where(s => _automaton.States[s].IsFinal)
            .Concat(Enumerable.Range(0, Numbers.Length).Where(s => _automaton.States[s].IsReturning)))
        {
            Numbers[state] = number++;
        }
    }

    /// <summary>The state an exception leads to with nothing else to do, or -1.</summary>
    private int FollowerOf(CompactState state)
    {
        AutomatonEdge edge = _automaton.Edges[state.Edge];
        return edge.Actions.Count == 0 ? edge.Target : -1;
    }

    private byte[] FindClasses()
    {
        var classes = new byte[256];
        var known = new Dictionary<string, int>();
        for (int octet = 0; octet < 256; octet++)
        {
            string column = string.Join(",", _rowStates.Select(s => Edge(s, octet)));
            if (!known.TryGetValue(column, out int number))
            {
                number = known.Count;
                known.Add(column, number);
            }

            classes[octet] = (byte)number;
        }

        ClassCount = known.Count;
        return classes;
    }

    private void AssignCodes()
    {
        foreach (int state in _rowStates)
        {
            for (int octet = 0; octet < 256; octet++)
            {
                Intern(Edge(state, octet));
            }
        }

        foreach (CompactState state in _exceptional.Where(s => !LeadsToFollowing(s)))
        {
            Intern(state.Edge);
        }

        _special.AddRange(_specialEdges.OrderBy(e => Group(_automaton.Edges[e])).Select(e => _automaton.Edges[e]));
        for (int i = 0; i < _special.Count; i++)
        {
            _specialCodes.Add(_special[i], RowCount + i);
        }

        FirstActing = RowCount + _special.TakeWhile(e => Group(e) < 1).Count();
        FirstStopping = RowCount + _special.TakeWhile(e => Group(e) < 2).Count();
        IsWide = RowCount + _special.Count > 254;
        Rows = new int[RowCount * ClassCount];
        for (int i = 0; i < RowCount; i++)
        {
            for (int octet = 0; octet < 256; octet++)
            {
                Rows[(i * ClassCount) + Classes[octet]] = CodeOf(Edge(_rowStates[i], octet));
            }
        }
    }

    private void Intern(int edge)
    {
        if (edge >= 0 && !IsPlain(edge) && !_specialEdges.Contains(edge))
        {
            _specialEdges.Add(edge);
        }
    }

    /// <summary>0 for an edge that only leads elsewhere, 1 for one on which something is noted, 2 for one behind which reading may stop.</summary>
    private int Group(AutomatonEdge edge)
    {
        if (_automaton.States[edge.Target].IsFinal || _automaton.States[edge.Target].IsReturning
            || edge.Actions.Any(a => a.Kind is ActionKind.Close or ActionKind.Push || (a.Kind == ActionKind.Open && _automaton.NestedCaptures[a.Index])))
        {
            return 2;
        }

        return edge.Actions.Count > 0 ? 1 : 0;
    }

    private bool IsPlain(int edge) => _automaton.Edges[edge].Actions.Count == 0 && Numbers[_automaton.Edges[edge].Target] < RowCount;

    /// <summary>The code of an edge, or of none for -1.</summary>
    private int CodeOf(int edge) => edge < 0 ? Dead : IsPlain(edge) ? Numbers[_automaton.Edges[edge].Target] : _specialCodes[_automaton.Edges[edge]];

    /// <summary>The code an exception holds.</summary>
    internal int CodeOf(CompactState state) => LeadsToFollowing(state) ? Following : CodeOf(state.Edge);

    // A final state ends the input, which is more than a step: it is never merely followed.
    private bool LeadsToFollowing(CompactState state) =>
        FollowerOf(state) is int follower && follower >= 0 && Numbers[follower] == Numbers[state.State] + 1
        && Numbers[follower] > RowCount && Numbers[follower] < FirstFinal;
}
