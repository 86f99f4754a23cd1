using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>One state of a minimal automaton.</summary>
public sealed class AutomatonState
{
    internal AutomatonState(int[] next)
    {
        Next = next;
    }

    /// <summary>The edge taken by an octet of each class, as an index into <see cref="Automaton.Edges"/>, or -1 where none is acceptable.</summary>
    public int[] Next { get; internal set; }

    /// <summary>
    /// Whether the state is left at once: the parser takes the top off its stack, and <see cref="Next"/> holds the edge for each
    /// symbol instead of each class of octets.
    /// </summary>
    public bool IsReturning { get; internal set; }

    /// <summary>Whether the input may end here.</summary>
    public bool IsAccepting { get; internal set; }

    /// <summary>What is done when the input ends here.</summary>
    public IReadOnlyList<ParserAction> FinalActions { get; internal set; } = new ParserAction[0];

    /// <summary>Whether nothing can follow: the input is matched on reaching it.</summary>
    public bool IsFinal { get; internal set; }

    /// <summary>The innermost rule that every reading is in.</summary>
    public string RuleName { get; internal set; } = "";

    /// <summary>What is acceptable here, each as an error names it.</summary>
    public IReadOnlyList<string> Expected { get; internal set; } = new string[0];

    /// <summary>How many of the last octets a later capture may begin with.</summary>
    public int UndecidedOctets { get; internal set; }

    /// <summary>The registers that hold places where a later capture may begin.</summary>
    public IReadOnlyList<int> LiveRegisters { get; internal set; } = new int[0];

    /// <summary>The captured rules whose noted beginning a later capture may have.</summary>
    public IReadOnlyList<int> OpenCaptures { get; internal set; } = new int[0];
}

/// <summary>A way from one state to another: where it leads and what is done on it. States share edges that are alike.</summary>
public sealed class AutomatonEdge
{
    internal AutomatonEdge(int target, IReadOnlyList<ParserAction> actions)
    {
        Target = target;
        Actions = actions;
    }

    /// <summary>The state it leads to, as an index into <see cref="Automaton.States"/>.</summary>
    public int Target { get; }

    /// <summary>What is done on the way; places are counted from behind the octet that is read.</summary>
    public IReadOnlyList<ParserAction> Actions { get; }
}

/// <summary>
/// The minimal deterministic automaton of a root rule, as the emitters take it: octets fall into classes, actions belong to
/// edges, state 0 is where reading begins.
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

    /// <summary>What the grammar's author says of each alternative that is a rule.</summary>
    public IReadOnlyList<IReadOnlyList<string>> AlternativeComments { get; internal set; } = new string[0][];

    /// <summary>The states; reading begins in the first.</summary>
    public IReadOnlyList<AutomatonState> States { get; internal set; } = new AutomatonState[0];

    /// <summary>Every distinct edge.</summary>
    public IReadOnlyList<AutomatonEdge> Edges { get; internal set; } = new AutomatonEdge[0];

    /// <summary>The class of each of the 256 octets.</summary>
    public byte[] Classes { get; internal set; } = new byte[256];

    /// <summary>How many classes there are.</summary>
    public int ClassCount { get; internal set; }

    /// <summary>What is done before the first octet.</summary>
    public IReadOnlyList<ParserAction> InitialActions { get; internal set; } = new ParserAction[0];

    /// <summary>How many symbols its parser's stack tells apart; 0 where no rule nests.</summary>
    public int CallCount { get; internal set; }

    /// <summary>For each captured rule whether it can contain itself, so that its beginnings must be kept on a stack.</summary>
    public IReadOnlyList<bool> NestedCaptures { get; internal set; } = new bool[0];

    /// <summary>How many registers its parser needs.</summary>
    public int RegisterCount { get; internal set; }
}
