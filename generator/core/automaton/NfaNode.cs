using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>A node of the nondeterministic automaton: it reads an octet, or chooses, or marks where a capture begins or ends, or accepts.</summary>
internal abstract class NfaNode
{
    /// <summary>Its place among all nodes, for sets of nodes.</summary>
    internal int Id { get; set; }
}

/// <summary>Reads one octet of a set.</summary>
internal sealed class ReadNode : NfaNode
{
    internal ReadNode(ByteSet set, string label, RuleContext context, NfaNode next)
    {
        Set = set;
        Label = label;
        Context = context;
        Next = next;
    }

    internal ByteSet Set { get; }

    /// <summary>How an error names what is read here: a core rule's name, a string, a range.</summary>
    internal string Label { get; }

    internal RuleContext Context { get; }

    internal NfaNode Next { get; }
}

/// <summary>Goes on in several ways, the preferred first, without reading.</summary>
internal sealed class ChoiceNode : NfaNode
{
    internal List<NfaNode> Ways { get; } = new();
}

/// <summary>Notes an event at the current place without reading.</summary>
internal sealed class EventNode : NfaNode
{
    internal EventNode(CaptureEvent captureEvent, NfaNode next)
    {
        Event = captureEvent;
        Next = next;
    }

    internal CaptureEvent Event { get; }

    internal NfaNode Next { get; }
}

/// <summary>
/// Begins or ends a round that its repetition could do without and in which nothing may be read: a round that has read
/// nothing when it ends is not made.
/// </summary>
internal sealed class RoundNode : NfaNode
{
    internal RoundNode(int round, bool isEnd, NfaNode next)
    {
        Round = round;
        IsEnd = isEnd;
        Next = next;
    }

    /// <summary>Which round it is; its beginning and its end say the same.</summary>
    internal int Round { get; }

    internal bool IsEnd { get; }

    internal NfaNode Next { get; }
}

/// <summary>The end of the root rule.</summary>
internal sealed class AcceptNode : NfaNode
{
}

/// <summary>Enters a rule that nests, to come back to <see cref="Next"/> where the rule ends.</summary>
internal sealed class CallNode : NfaNode
{
    internal CallNode(Rule rule, NfaNode entry, int symbol, NfaNode next)
    {
        Rule = rule;
        Entry = entry;
        Symbol = symbol;
        Next = next;
    }

    internal Rule Rule { get; }

    internal NfaNode Entry { get; }

    /// <summary>What the stack holds while the rule is read: each call of the grammar has its own.</summary>
    internal int Symbol { get; }

    internal NfaNode Next { get; }
}

/// <summary>The end of a rule that nests: reading goes on behind the call that entered it.</summary>
internal sealed class ReturnNode : NfaNode
{
    internal ReturnNode(Rule rule) => Rule = rule;

    internal Rule Rule { get; }
}
