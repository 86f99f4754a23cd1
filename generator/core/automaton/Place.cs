using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Where something happened, as a state of the automaton knows it: so many octets ago, or in a register because it is longer
/// ago than states tell apart.
/// </summary>
public readonly record struct Place(bool IsRegister, int Value)
{
    /// <summary>So many octets before the current place.</summary>
    public static Place Ago(int octets) => new(false, octets);

    /// <summary>The place a register holds.</summary>
    public static Place InRegister(int register) => new(true, register);
}

/// <summary>What a parser does when it enters a state.</summary>
public enum ActionKind
{
    /// <summary>Notes which top-level alternative it is: <see cref="ParserAction.Index"/>.</summary>
    SetAlternative,

    /// <summary>Notes where the captured rule <see cref="ParserAction.Index"/> begins.</summary>
    Open,

    /// <summary>Records a capture of the rule <see cref="ParserAction.Index"/> that ends at the place.</summary>
    Close,

    /// <summary>Sets the register <see cref="ParserAction.Index"/> to the place.</summary>
    SetRegister,
}

/// <summary>One thing a parser does when it enters a state.</summary>
public readonly record struct ParserAction(ActionKind Kind, int Index, Place Place);

/// <summary>An event that has happened in one reading of the input but not in all, so that it is not acted on yet.</summary>
internal readonly record struct Pending(CaptureEvent Event, Place Place);

/// <summary>One reading of the input so far: where it is in the automaton, its alternative if that is not settled, and its pending events.</summary>
internal sealed class Reading
{
    internal Reading(NfaNode node, int alternative, IReadOnlyList<Pending> pending)
    {
        Node = node;
        Alternative = alternative;
        Pending = pending;
    }

    internal NfaNode Node { get; }

    /// <summary>The top-level alternative, or -1 once all readings agree on it.</summary>
    internal int Alternative { get; set; }

    internal IReadOnlyList<Pending> Pending { get; set; }
}
