using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Finds for each state which places of the input so far a later capture can begin at: the octets that a stream must hold
/// back. Works from the actions backwards, as compilers find live variables: what a reading has in mind that can never be
/// chosen does not count. Where captures end does not matter, for they begin before.
/// </summary>
internal sealed class CaptureNeeds
{
    private readonly Automaton _automaton;
    private readonly Needs[] _needs;

    private CaptureNeeds(Automaton automaton)
    {
        _automaton = automaton;
        _needs = automaton.States.Select(_ => new Needs()).ToArray();
    }

    /// <summary>Notes them in the automaton's states.</summary>
    internal static void Describe(Automaton automaton)
    {
        if (automaton.Captures.Count == 0)
        {
            return;
        }

        var needs = new CaptureNeeds(automaton);
        while (needs.Spread())
        {
        }

        for (int i = 0; i < automaton.States.Count; i++)
        {
            automaton.States[i].UndecidedOctets = Math.Max(0, needs._needs[i].Octets);
            automaton.States[i].LiveRegisters = needs._needs[i].Registers.ToList();
            automaton.States[i].OpenCaptures = needs._needs[i].Starts.ToList();
        }
    }

    /// <summary>Carries needs one step against the direction of reading; false when nothing new is found.</summary>
    private bool Spread()
    {
        bool grew = false;
        for (int i = _automaton.States.Count - 1; i >= 0; i--)
        {
            AutomatonState state = _automaton.States[i];
            grew |= _needs[i].Add(Before(state.FinalActions, new Needs()), 0);
            foreach (int edgeNumber in state.Next.Where(e => e >= 0).Distinct())
            {
                AutomatonEdge edge = _automaton.Edges[edgeNumber];
                grew |= _needs[i].Add(Before(edge.Actions, _needs[edge.Target]), state.IsReturning ? 0 : 1);
            }
        }

        return grew;
    }

    /// <summary>What is needed before some actions are done, as counted behind the octet that is read.</summary>
    private Needs Before(IReadOnlyList<ParserAction> actions, Needs after)
    {
        var needs = new Needs();
        needs.Add(after, 0);
        foreach (ParserAction action in actions.Reverse())
        {
            switch (action.Kind)
            {
                case ActionKind.Open when IsNested(action.Index) || needs.Starts.Remove(action.Index):
                case ActionKind.SetRegister when needs.Registers.Remove(action.Index):
                    needs.Add(action.Place);
                    break;
                case ActionKind.Close when !IsNested(action.Index):
                    needs.Starts.Add(action.Index);
                    break;
            }
        }

        return needs;
    }

    /// <summary>Whether a capture's beginnings are on the parser's stack, which the parser looks into by itself.</summary>
    private bool IsNested(int capture) => _automaton.NestedCaptures.Count > 0 && _automaton.NestedCaptures[capture];

    private sealed class Needs
    {
        /// <summary>The longest ago of the needed places that lie a fixed number of octets back; -1 for none.</summary>
        internal int Octets { get; private set; } = -1;

        internal SortedSet<int> Registers { get; } = new();

        internal SortedSet<int> Starts { get; } = new();

        internal void Add(Place place)
        {
            if (place.IsRegister)
            {
                Registers.Add(place.Value);
            }
            else
            {
                Octets = Math.Max(Octets, place.Value);
            }
        }

        /// <summary>Adds needs that are known so many octets later.</summary>
        internal bool Add(Needs later, int octets)
        {
            int before = Octets + Registers.Count + Starts.Count;
            Octets = Math.Max(Octets, later.Octets - octets);
            Registers.UnionWith(later.Registers);
            Starts.UnionWith(later.Starts);
            return Octets + Registers.Count + Starts.Count != before;
        }
    }
}
