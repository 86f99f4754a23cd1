using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>An event that has happened in one reading of the input but not in all, so that it is not acted on yet.</summary>
internal readonly record struct Pending(CaptureEvent Event, Place Place);

/// <summary>One reading of the input so far: where it is in the automaton, its alternative if that is not settled, and its pending events.</summary>
internal sealed class Reading
{
    internal Reading(NfaNode node, int alternative, IReadOnlyList<Pending> pending, CallStack stack, EmptyRounds? rounds = null)
    {
        Stack = stack;
        Rounds = rounds;
        Node = node;
        Alternative = alternative;
        Pending = pending;
    }

    internal NfaNode Node { get; }

    /// <summary>The top-level alternative, or -1 once all readings agree on it.</summary>
    internal int Alternative { get; set; }

    internal IReadOnlyList<Pending> Pending { get; set; }

    /// <summary>The calls it is inside of beyond those of the parser's own stack.</summary>
    internal CallStack Stack { get; set; }

    /// <summary>The rounds it has begun since it read an octet.</summary>
    internal EmptyRounds? Rounds { get; }

    /// <summary>Whether it has read a rule that nests to its end, and only the parser's own stack knows where it goes on.</summary>
    internal bool IsReturning => Node is ReturnNode;

    /// <summary>Whether this reading is inside a captured rule, or has yet to record its end, and the rule's beginning is already noted.</summary>
    internal bool IsWithin(int capture, Rule rule)
    {
        foreach (Pending pending in Pending)
        {
            if (pending.Event.Index == capture)
            {
                return pending.Event.Kind == CaptureEventKind.Close;
            }
        }

        return Node is ReadNode read && read.Context.Contains(rule);
    }
}
