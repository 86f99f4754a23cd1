using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Puts the states in the order in which they are written, and shares them out to methods. Behind each state comes the one its
/// last test leads to, where that has no place yet, so that the code runs on without a jump.
/// </summary>
internal static class DirectLayout
{
    /// <summary>Numbers the states; those that read nothing, the final and the returning ones, come last.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="states">Its states in its order.</param>
    /// <param name="maximumBlocks">
    /// How many basic blocks a method may have, as estimated here. The runtime stops optimising a method at 2,000 blocks, 20,000
    /// instructions or 60,000 octets of code; it was seen to do so where the estimate is between 3,000 and 3,900.
    /// </param>
    /// <returns>The states that are written, in order.</returns>
    internal static IReadOnlyList<DirectState> Arrange(Automaton automaton, IReadOnlyList<DirectState> states, int maximumBlocks)
    {
        List<DirectState> ordered = Order(automaton, states);
        int part = 0;
        int blocks = 0;
        for (int number = 0; number < ordered.Count; number++)
        {
            DirectState state = ordered[number];
            int own = Blocks(automaton, state);
            if (blocks + own > maximumBlocks && blocks > 0)
            {
                part++;
                blocks = 0;
            }

            blocks += own;
            state.Number = number;
            state.Part = part;
        }

        int final = ordered.Count;
        foreach (DirectState state in states.Where(s => s.State.IsFinal).Concat(states.Where(s => s.State.IsReturning)))
        {
            state.Number = final++;
            state.Part = -1;
        }

        return ordered;
    }

    private static List<DirectState> Order(Automaton automaton, IReadOnlyList<DirectState> states)
    {
        var ordered = new List<DirectState>();
        var placed = new bool[states.Count];
        var open = new Stack<int>(Enumerable.Range(0, states.Count).Reverse());
        while (open.Count > 0)
        {
            int index = open.Pop();
            if (placed[index] || !states[index].Reads)
            {
                continue;
            }

            placed[index] = true;
            ordered.Add(states[index]);
            foreach (DirectTest test in states[index].Tests)
            {
                open.Push(automaton.Edges[test.Edge].Target);
            }
        }

        return ordered;
    }

    private static int Blocks(Automaton automaton, DirectState state) =>
        3 + state.Tests.Count + (state.Word == null ? 0 : 4) + (state.Skip < 0 ? 0 : 4) + (2 * state.Tests.Count(t => automaton.Edges[t.Edge].Actions.Count > 0));
}
