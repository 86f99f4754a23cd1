namespace SmtpEmbedded.Abnf;

/// <summary>A state that differs from a row, or from accepting nothing, by one range of octets.</summary>
internal sealed class CompactState
{
    internal CompactState(int state, OctetRange range, int edge, int rowState)
    {
        State = state;
        Range = range;
        Edge = edge;
        RowState = rowState;
    }

    /// <summary>The state of the automaton.</summary>
    internal int State { get; }

    /// <summary>The octets that are the exception.</summary>
    internal OctetRange Range { get; }

    /// <summary>The edge they take.</summary>
    internal int Edge { get; }

    /// <summary>The state of the automaton whose row holds for all other octets, or -1 where they are not acceptable.</summary>
    internal int RowState { get; }
}
