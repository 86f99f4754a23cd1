using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>An edge as code: what is done on it, and how its state is gone to.</summary>
internal sealed class CodedEdge
{
    internal CodedEdge(Automaton automaton, CodeLayout layout, int number)
    {
        Number = number;
        Edge = automaton.Edges[number];
        TargetNumber = layout.Numbers[Edge.Target];
        bool isCoded = layout.Coded.Contains(Edge.Target);
        IsFinal = automaton.States[Edge.Target].IsFinal;
        Recorded = IsFinal ? null : EndedCapture(Edge);
        IsStopping = Recorded == null && Edge.Actions.Any(a => a.Kind == ActionKind.Close);
        IsStraight = isCoded && Recorded == null && !IsStopping;
        IsBare = IsStraight && Edge.Actions.Count == 0;
    }

    internal int Number { get; }

    internal AutomatonEdge Edge { get; }

    /// <summary>The number of the state it leads to.</summary>
    internal int TargetNumber { get; }

    internal bool IsFinal { get; }

    /// <summary>The one end of a capture that is noted behind all else that is done; null where there is none.</summary>
    internal ParserAction? Recorded { get; }

    /// <summary>Whether captures end on it that must be noted one by one: the list may be full, or a bound passed.</summary>
    internal bool IsStopping { get; }

    /// <summary>Whether it goes straight to the code of its state, not by its number.</summary>
    internal bool IsStraight { get; }

    /// <summary>Whether it does nothing but that.</summary>
    internal bool IsBare { get; }

    private static ParserAction? EndedCapture(AutomatonEdge edge)
    {
        if (edge.Actions.Count(a => a.Kind == ActionKind.Close) != 1)
        {
            return null;
        }

        ParserAction end = edge.Actions.First(a => a.Kind == ActionKind.Close);

        // Noted last: nothing that is done before may change what it needs.
        bool isAtHand = end == edge.Actions[edge.Actions.Count - 1]
            || !edge.Actions.Any(a => a.Kind == ActionKind.SetRegister || (a.Kind == ActionKind.Open && a.Index == end.Index));
        return isAtHand ? end : null;
    }
}
