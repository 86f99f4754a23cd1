using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Numbers an automaton's states so that one comparison in the parser's loop finds all that need more than a table look-up:
/// first the plain states, the start among them, then those with entry actions, then the final ones; "no state" is last.
/// </summary>
internal sealed class StateNumbers
{
    internal StateNumbers(Automaton automaton)
    {
        List<int> order = Enumerable.Range(0, automaton.States.Count)
            .OrderBy(i => Group(automaton.States[i])).ThenBy(i => i).ToList();
        Ordered = order.Select(i => automaton.States[i]).ToList();
        NumberOf = new int[order.Count];
        for (int number = 0; number < order.Count; number++)
        {
            NumberOf[order[number]] = number;
        }

        FirstActing = Ordered.TakeWhile(s => Group(s) == 0).Count();
        FirstFinal = Ordered.TakeWhile(s => Group(s) <= 1).Count();
        IsWide = order.Count > 255;
        Dead = IsWide ? 0xFFFF : 0xFF;
    }

    /// <summary>The states in the order of their numbers.</summary>
    internal IReadOnlyList<AutomatonState> Ordered { get; }

    /// <summary>The number of each state by its place in the automaton.</summary>
    internal int[] NumberOf { get; }

    internal int FirstActing { get; }

    internal int FirstFinal { get; }

    /// <summary>Whether numbers need two bytes.</summary>
    internal bool IsWide { get; }

    /// <summary>The number in the table where no state follows.</summary>
    internal int Dead { get; }

    private static int Group(AutomatonState state) => state.IsFinal ? 2 : state.EntryActions.Count > 0 ? 1 : 0;
}
