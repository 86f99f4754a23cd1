using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Which rules contain themselves, and which of those are entered by a call so that all others can be written out in place.</summary>
internal sealed class Nesting
{
    private readonly Grammar _grammar;
    private readonly Dictionary<Rule, List<Rule>> _references = new();
    private readonly HashSet<Rule> _called = new();
    private readonly Dictionary<Rule, HashSet<Rule>> _cycles = new();

    internal Nesting(Grammar grammar, Rule root)
    {
        _grammar = grammar;
        FindCalled(root);
    }

    /// <summary>Whether references to a rule are calls.</summary>
    internal bool IsCalled(Rule rule) => _called.Contains(rule);

    /// <summary>Whether a rule can contain itself.</summary>
    internal bool Nests(Rule rule) => Reached(rule).Contains(rule);

    /// <summary>
    /// Whether a rule and those it shares a cycle with speak of each other only as the last thing they read, and none of them is
    /// captured: then it is a loop.
    /// </summary>
    internal bool IsRightLinear(Rule rule, IEnumerable<Rule> captured)
    {
        HashSet<Rule> cycle = CycleOf(rule);
        return !captured.Any(cycle.Contains) && cycle.All(r => r.Alternatives.All(a => SpeaksLast(a, cycle, isLast: true)));
    }

    /// <summary>The rules that a rule reaches and that reach it.</summary>
    private HashSet<Rule> CycleOf(Rule rule)
    {
        if (!_cycles.TryGetValue(rule, out HashSet<Rule>? cycle))
        {
            cycle = new HashSet<Rule>(Reached(rule).Where(other => Reached(other).Contains(rule)));
            _cycles.Add(rule, cycle);
        }

        return cycle;
    }

    private HashSet<Rule> Reached(Rule rule)
    {
        var reached = new HashSet<Rule>();
        var open = new Stack<Rule>(References(rule));
        while (open.Count > 0)
        {
            Rule next = open.Pop();
            if (reached.Add(next))
            {
                References(next).ForEach(open.Push);
            }
        }

        return reached;
    }

    private bool SpeaksLast(Element element, HashSet<Rule> cycle, bool isLast)
    {
        switch (element)
        {
            case Alternation alternation:
                return alternation.Alternatives.All(a => SpeaksLast(a, cycle, isLast));
            case Concatenation concatenation:
                int last = concatenation.Parts.Count - 1;
                return concatenation.Parts.Take(last).All(p => SpeaksLast(p, cycle, false)) && SpeaksLast(concatenation.Parts[last], cycle, isLast);
            case Repetition repetition:
                // Where a round may be empty its end is watched: that comes behind the rule.
                bool isPlainOption = repetition.Maximum == 1 && !_grammar.Nullability.MayReadNothing(repetition.Element);
                return SpeaksLast(repetition.Element, cycle, isLast && isPlainOption);
            case RuleReference reference:
                return isLast || _grammar.Find(reference.Name) is not { } rule || !cycle.Contains(rule);
            default:
                return true;
        }
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
            references = rule.Alternatives.SelectMany(NamesIn).Select(_grammar.Find).OfType<Rule>().Distinct().ToList();
            _references.Add(rule, references);
        }

        return references;
    }

    internal static IEnumerable<string> NamesIn(Element element) => element switch
    {
        Alternation a => a.Alternatives.SelectMany(NamesIn),
        Concatenation c => c.Parts.SelectMany(NamesIn),
        Repetition r => NamesIn(r.Element),
        RuleReference r => new[] { r.Name },
        _ => Enumerable.Empty<string>(),
    };
}
