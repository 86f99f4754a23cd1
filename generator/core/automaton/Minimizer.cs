using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Merges the states of a <see cref="Transducer"/> that no input tells apart (Moore's partition refinement, transitions
/// compared with their actions).
/// </summary>
internal static class Minimizer
{
    internal static Automaton Run(Transducer transducer, Rule root, IReadOnlyList<Rule> captures, IReadOnlyList<string> alternatives)
    {
        int[] groups = Partition(transducer);
        var automaton = new Automaton(root, captures, alternatives)
        {
            InitialActions = transducer.ActionLists[transducer.InitialActions],
            RegisterCount = transducer.RegisterCount,
            CallCount = transducer.StackSymbols.Count,
        };
        MakeStates(transducer, groups, automaton);
        MergeClasses(transducer.Classes, automaton);
        return automaton;
    }

    /// <summary>The group of each state: two states of one group have the same future.</summary>
    private static int[] Partition(Transducer transducer)
    {
        List<TransducerState> states = transducer.States;
        var groups = states.Select(s => s.IsReturning ? -1 : s.IsAccepting ? s.FinalActions + 1 : 0).ToArray();
        int count = groups.Distinct().Count();
        while (true)
        {
            var signatures = new Dictionary<Signature, int>();
            var refined = new int[groups.Length];
            foreach (TransducerState state in states)
            {
                var signature = new Signature(state, groups);
                if (!signatures.TryGetValue(signature, out int group))
                {
                    group = signatures.Count;
                    signatures.Add(signature, group);
                }

                refined[state.Id] = group;
            }

            groups = refined;
            if (signatures.Count == count)
            {
                return groups;
            }

            count = signatures.Count;
        }
    }

    /// <summary>Makes one state of each group, numbered as they are reached, and one edge of all that lead to a group with the same actions.</summary>
    private static void MakeStates(Transducer transducer, int[] groups, Automaton automaton)
    {
        ILookup<int, TransducerState> members = transducer.States.ToLookup(s => groups[s.Id]);
        var numbers = new Dictionary<int, int>();
        var reached = new List<int>();
        var edgeNumbers = new Dictionary<(int Target, int Actions), int>();
        var states = new List<AutomatonState>();
        var edges = new List<AutomatonEdge>();

        int NumberOf(int group)
        {
            if (!numbers.TryGetValue(group, out int number))
            {
                number = reached.Count;
                numbers.Add(group, number);
                reached.Add(group);
            }

            return number;
        }

        int EdgeOf(int target, int actions)
        {
            if (!edgeNumbers.TryGetValue((target, actions), out int edge))
            {
                edge = edges.Count;
                edgeNumbers.Add((target, actions), edge);
                edges.Add(new AutomatonEdge(target, transducer.ActionLists[actions]));
            }

            return edge;
        }

        NumberOf(groups[0]);
        for (int i = 0; i < reached.Count; i++)
        {
            TransducerState source = members[reached[i]].First();
            var state = new AutomatonState(new int[source.Targets.Length])
            {
                IsReturning = source.IsReturning,
                IsAccepting = source.IsAccepting,
                FinalActions = transducer.ActionLists[source.FinalActions],
            };
            for (int c = 0; c < state.Next.Length; c++)
            {
                state.Next[c] = source.Targets[c] < 0 ? -1 : EdgeOf(NumberOf(groups[source.Targets[c]]), source.Actions[c]);
            }

            state.IsFinal = source.IsAccepting && state.Next.All(n => n < 0);
            Explanation.Describe(members[reached[i]], state);
            states.Add(state);
        }

        automaton.States = states;
        automaton.Edges = edges;
    }

    /// <summary>Joins classes that every state treats alike.</summary>
    private static void MergeClasses(ByteClasses classes, Automaton automaton)
    {
        List<AutomatonState> reading = automaton.States.Where(s => !s.IsReturning).ToList();
        var merged = new int[classes.Count];
        var kept = new List<int>();
        for (int c = 0; c < classes.Count; c++)
        {
            int same = kept.FindIndex(k => reading.All(s => s.Next[k] == s.Next[c]));
            if (same < 0)
            {
                same = kept.Count;
                kept.Add(c);
            }

            merged[c] = same;
        }

        automaton.ClassCount = kept.Count;
        automaton.Classes = classes.Map.Select(c => (byte)merged[c]).ToArray();
        foreach (AutomatonState state in reading)
        {
            state.Next = kept.Select(c => state.Next[c]).ToArray();
        }
    }

    /// <summary>What tells a state from another in one round of refinement: its group, and the group and actions of each way out.</summary>
    private readonly struct Signature : IEquatable<Signature>
    {
        private readonly TransducerState _state;
        private readonly int[] _groups;
        private readonly int _hash;

        internal Signature(TransducerState state, int[] groups)
        {
            _state = state;
            _groups = groups;
            int hash = groups[state.Id];
            for (int i = 0; i < state.Targets.Length; i++)
            {
                int target = state.Targets[i];
                hash = (hash * 31) + (target < 0 ? -1 : (groups[target] * 7) + state.Actions[i]);
            }

            _hash = hash;
        }

        public bool Equals(Signature other)
        {
            if (_groups[_state.Id] != _groups[other._state.Id])
            {
                return false;
            }

            for (int i = 0; i < _state.Targets.Length; i++)
            {
                int a = _state.Targets[i];
                int b = other._state.Targets[i];
                if ((a < 0) != (b < 0) || (a >= 0 && (_groups[a] != _groups[b] || _state.Actions[i] != other._state.Actions[i])))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is Signature other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
