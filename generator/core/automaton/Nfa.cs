using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>A nondeterministic automaton: where it starts, how many nodes it has, and the calls of rules that nest.</summary>
internal sealed class Nfa
{
    internal Nfa(NfaNode start, int nodeCount, IReadOnlyList<CallSite> calls)
    {
        Start = start;
        NodeCount = nodeCount;
        Calls = calls;
    }

    internal NfaNode Start { get; }

    internal int NodeCount { get; }

    /// <summary>Every call, by its symbol.</summary>
    internal IReadOnlyList<CallSite> Calls { get; }
}

/// <summary>A call of a rule that nests: which rule, and where reading goes on behind it.</summary>
internal sealed class CallSite
{
    internal CallSite(Rule rule, NfaNode next)
    {
        Rule = rule;
        Next = next;
    }

    internal Rule Rule { get; }

    internal NfaNode Next { get; }
}
