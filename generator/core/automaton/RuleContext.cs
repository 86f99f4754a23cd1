using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Which rules a place in the automaton is inside of, from the root inwards: what "inside which rule" in an error speaks of.
/// Contexts form a tree; the same rule under the same parent is the same context.
/// </summary>
internal sealed class RuleContext
{
    private readonly Dictionary<Rule, RuleContext> _children = new();

    private RuleContext(RuleContext? parent, Rule rule)
    {
        Parent = parent;
        Rule = rule;
        Depth = parent == null ? 0 : parent.Depth + 1;
    }

    internal RuleContext? Parent { get; }

    internal Rule Rule { get; }

    internal int Depth { get; }

    internal static RuleContext ForRoot(Rule rule) => new(null, rule);

    internal RuleContext Enter(Rule rule)
    {
        if (!_children.TryGetValue(rule, out RuleContext? child))
        {
            child = new RuleContext(this, rule);
            _children.Add(rule, child);
        }

        return child;
    }

    internal bool Contains(Rule rule)
    {
        for (RuleContext? context = this; context != null; context = context.Parent)
        {
            if (context.Rule == rule)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The innermost context that both are in.</summary>
    internal static RuleContext Common(RuleContext a, RuleContext b)
    {
        while (a != b)
        {
            if (a.Depth >= b.Depth)
            {
                a = a.Parent!;
            }
            else
            {
                b = b.Parent!;
            }
        }

        return a;
    }

    /// <summary>The names from the innermost rule outwards.</summary>
    internal IEnumerable<string> Names()
    {
        for (RuleContext? context = this; context != null; context = context.Parent)
        {
            yield return context.Rule.Name;
        }
    }
}
