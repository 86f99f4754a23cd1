using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>A state of the automaton before it is minimised: its readings, and its ways out with what each does.</summary>
internal sealed class TransducerState
{
    internal TransducerState(int id, IReadOnlyList<Reading> readings, int wayCount)
    {
        Id = id;
        Readings = readings;
        Targets = new int[wayCount];
        Actions = new int[wayCount];
        if (IsReturning)
        {
            Forbid(0);
        }
    }

    internal int Id { get; }

    internal IReadOnlyList<Reading> Readings { get; }

    /// <summary>Whether it is left at once, by what is on top of the parser's stack, instead of by an octet.</summary>
    internal bool IsReturning => Readings.Any(r => r.IsReturning);

    /// <summary>The state after an octet of each class, or behind each symbol of the stack for a returning state; or -1.</summary>
    internal int[] Targets { get; private set; }

    /// <summary>What is done on the way, as an index into <see cref="Transducer.ActionLists"/>.</summary>
    internal int[] Actions { get; private set; }

    internal bool IsAccepting { get; set; }

    internal int FinalActions { get; set; }

    /// <summary>Makes room for symbols of the stack that were not known when this returning state was made.</summary>
    internal void WidenTo(int symbolCount)
    {
        int known = Targets.Length;
        int[] targets = Targets;
        int[] actions = Actions;
        Array.Resize(ref targets, symbolCount);
        Array.Resize(ref actions, symbolCount);
        Targets = targets;
        Actions = actions;
        Forbid(known);
    }

    private void Forbid(int from)
    {
        for (int way = from; way < Targets.Length; way++)
        {
            Targets[way] = -1;
        }
    }
}

/// <summary>The deterministic automaton as it comes out of the subset construction, with actions on its transitions.</summary>
internal sealed class Transducer
{
    private readonly Dictionary<string, int> _actionIds = new();
    private readonly List<IReadOnlyList<ParserAction>> _actionLists = new();

    internal Transducer(ByteClasses classes, StackSymbols stackSymbols)
    {
        Classes = classes;
        StackSymbols = stackSymbols;
        Intern(new ParserAction[0]);
    }

    internal ByteClasses Classes { get; }

    internal List<TransducerState> States { get; } = new();

    internal int InitialActions { get; set; }

    internal int RegisterCount { get; set; }

    /// <summary>What may be on the parser's stack.</summary>
    internal StackSymbols StackSymbols { get; }

    /// <summary>Every distinct list of actions; the first is empty.</summary>
    internal IReadOnlyList<IReadOnlyList<ParserAction>> ActionLists => _actionLists;

    /// <summary>Takes out the beginnings of captures that no input ever ends.</summary>
    internal void RemoveIdleOpenings()
    {
        var closed = new HashSet<int>(_actionLists.SelectMany(list => list).Where(a => a.Kind == ActionKind.Close).Select(a => a.Index));
        int[] renumbered = _actionLists.ToArray()
            .Select(list => Intern(list.Where(a => a.Kind != ActionKind.Open || closed.Contains(a.Index)).ToList()))
            .ToArray();
        InitialActions = renumbered[InitialActions];
        foreach (TransducerState state in States)
        {
            state.FinalActions = renumbered[state.FinalActions];
            for (int i = 0; i < state.Actions.Length; i++)
            {
                state.Actions[i] = renumbered[state.Actions[i]];
            }
        }
    }

    internal int Intern(IReadOnlyList<ParserAction> actions)
    {
        if (actions.Count == 0 && _actionLists.Count > 0)
        {
            return 0;
        }

        string key = string.Join(";", actions);
        if (!_actionIds.TryGetValue(key, out int id))
        {
            id = _actionLists.Count;
            _actionIds.Add(key, id);
            _actionLists.Add(actions);
        }

        return id;
    }
}
