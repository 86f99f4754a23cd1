using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>One state of a minimal automaton.</summary>
public sealed class AutomatonState
{
    internal AutomatonState(int[] next)
    {
        Next = next;
    }

    /// <summary>The state after an octet of each class, or -1 where none is acceptable.</summary>
    public int[] Next { get; internal set; }

    /// <summary>What is done on entering the state.</summary>
    public IReadOnlyList<ParserAction> EntryActions { get; internal set; } = new ParserAction[0];

    /// <summary>Whether the input may end here.</summary>
    public bool IsAccepting { get; internal set; }

    /// <summary>What is done when the input ends here.</summary>
    public IReadOnlyList<ParserAction> FinalActions { get; internal set; } = new ParserAction[0];

    /// <summary>Whether nothing can follow: the input is matched on entering.</summary>
    public bool IsFinal { get; internal set; }

    /// <summary>The innermost rule that every reading is in.</summary>
    public string RuleName { get; internal set; } = "";

    /// <summary>What is acceptable here, each as an error names it.</summary>
    public IReadOnlyList<string> Expected { get; internal set; } = new string[0];

    /// <summary>How many of the last octets may belong to a pending event.</summary>
    public int UndecidedOctets { get; internal set; }

    /// <summary>The registers that hold places of pending events.</summary>
    public IReadOnlyList<int> LiveRegisters { get; internal set; } = new int[0];

    /// <summary>The captured rules that have begun and not ended.</summary>
    public IReadOnlyList<int> OpenCaptures { get; internal set; } = new int[0];
}

/// <summary>
/// The minimal deterministic automaton of a root rule, as the emitters take it: actions belong to states, octets fall into
/// classes, state 0 is where reading begins.
/// </summary>
public sealed class Automaton
{
    internal Automaton(Rule root, IReadOnlyList<Rule> captures, IReadOnlyList<string> alternatives)
    {
        Root = root;
        Captures = captures;
        Alternatives = alternatives;
    }

    /// <summary>The rule it reads.</summary>
    public Rule Root { get; }

    /// <summary>The rules whose places it notes; actions speak of them by index.</summary>
    public IReadOnlyList<Rule> Captures { get; }

    /// <summary>The names of the root's top-level alternatives, in order.</summary>
    public IReadOnlyList<string> Alternatives { get; }

    /// <summary>The states; reading begins in the first.</summary>
    public IReadOnlyList<AutomatonState> States { get; internal set; } = new AutomatonState[0];

    /// <summary>The class of each of the 256 octets.</summary>
    public byte[] Classes { get; internal set; } = new byte[256];

    /// <summary>How many classes there are.</summary>
    public int ClassCount { get; internal set; }

    /// <summary>What is done before the first octet.</summary>
    public IReadOnlyList<ParserAction> InitialActions { get; internal set; } = new ParserAction[0];

    /// <summary>How many registers its parser needs.</summary>
    public int RegisterCount { get; internal set; }
}
