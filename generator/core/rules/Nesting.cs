using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Which rules contain themselves, and which of those are entered by a call so that all others can be written out in place.</summary>
internal sealed class Nesting
{
    private readonly Grammar _grammar;
    private readonly Dictionary<Rule, List<Rule>> _references = new();
    private readonly HashSet<Rule> _called = new();

    internal Nesting(Grammar grammar, Rule root)
    {
        _grammar = grammar;
        FindCalled(root);
    }

    /// <summary>Whether references to a rule are calls.</summary>
    internal bool IsCalled(Rule rule) => _called.Contains(rule);

    /// <summary>Whether a rule can contain itself.</summary>
    internal bool Nests(Rule rule)
    {
        var seen = new HashSet<Rule>();
        var open = new Stack<Rule>(References(rule));
        while (open.Count > 0)
        {
            Rule next = open.Pop();
            if (next == rule)
            {
                return true;
            }

            if (seen.Add(next))
            {
                References(next).ForEach(open.Push);
            }
        }

        return false;
    }

    /// <summary>Walks the references from the root; a rule met again on its own way closes a cycle and is called.</summary>
    private void FindCalled(Rule root)
    {
        var done = new HashSet<Rule>();
        var way = new HashSet<Rule>();
        var open = new Stack<(Rule Rule, int Next)>();
        open.Push((root, 0));
        way.Add(root);
        while (open.Count > 0)
        {
            (Rule rule, int next) = open.Pop();
            List<Rule> references = References(rule);
            if (next == references.Count)
            {
                way.Remove(rule);
                done.Add(rule);
                continue;
            }

            open.Push((rule, next + 1));
            Rule target = references[next];
            if (way.Contains(target))
            {
                _called.Add(target);
            }
            else if (!done.Contains(target))
            {
                way.Add(target);
                open.Push((target, 0));
            }
        }
    }

    private List<Rule> References(Rule rule)
    {
        if (!_references.TryGetValue(rule, out List<Rule>? references))
        {
            references = rule.Alternatives.SelectMany(NamesIn).Select(name => _grammar.Find(name)!).Distinct().ToList();
            _references.Add(rule, references);
        }

        return references;
    }

    private static IEnumerable<string> NamesIn(Element element) => element switch
    {
        Alternation a => a.Alternatives.SelectMany(NamesIn),
        Concatenation c => c.Parts.SelectMany(NamesIn),
        Repetition r => NamesIn(r.Element),
        RuleReference r => new[] { r.Name },
        _ => Enumerable.Empty<string>(),
    };
}
