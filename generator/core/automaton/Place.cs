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

/// <summary>What a parser does on an edge, before the first octet, or at the end.</summary>
public enum ActionKind
{
    /// <summary>Notes which top-level alternative it is: <see cref="ParserAction.Index"/>.</summary>
    SetAlternative,

    /// <summary>Notes where the captured rule <see cref="ParserAction.Index"/> begins.</summary>
    Open,

    /// <summary>Records a capture of the rule <see cref="ParserAction.Index"/> that ends at the place.</summary>
    Close,

    /// <summary>Enters a rule that nests: puts the symbol <see cref="ParserAction.Index"/> on the stack.</summary>
    Push,

    /// <summary>Sets the register <see cref="ParserAction.Index"/> to the place.</summary>
    SetRegister,
}

/// <summary>One thing a parser does.</summary>
public readonly record struct ParserAction(ActionKind Kind, int Index, Place Place);
