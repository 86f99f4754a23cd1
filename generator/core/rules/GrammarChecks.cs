using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// What can be told of a grammar from its rules alone: which may read nothing, which can never end, which begin with
/// themselves, which nobody uses.
/// </summary>
internal sealed class GrammarChecks
{
    /// <summary>Among rules that all begin with one another, for so many a cycle is looked for.</summary>
    private const int MostCycles = 50;

    /// <summary>Of a longer cycle the first rules are named.</summary>
    private const int MostNames = 12;

    private readonly Grammar _grammar;
    private readonly Nullability _nullability;
    private readonly HashSet<Rule> _finite;
    private readonly LeftCycles _cycles;
    private readonly Dictionary<Rule, int> _order = new();

    internal GrammarChecks(Grammar grammar)
    {
        _grammar = grammar;
        _nullability = grammar.Nullability;
        _finite = new HashSet<Rule>();
        _cycles = new LeftCycles(grammar.AllRules, rule => rule.Alternatives.SelectMany(LeftCorners).Distinct());
        RuleFixpoint.Run(grammar, _finite, rule => rule.Alternatives.Any(element => CanEnd(element, _finite)));
    }

    /// <summary>Adds what is wrong with the rules; of rules that are not defined it assumes the best.</summary>
    internal void Run(List<Diagnostic> diagnostics)
    {
        var looked = new Dictionary<HashSet<Rule>, int>();
        foreach (Rule rule in _grammar.Rules)
        {
            HashSet<Rule>? component = _cycles.ComponentOf(rule);
            if (component != null)
            {
                // Each cycle is told once, at the rule of it that stands first; of cycles in a large tangle some are told.
                looked.TryGetValue(component, out int times);
                looked[component] = times + 1;
                List<Rule>? cycle = times < MostCycles ? FindLeftRecursion(rule, component) : null;
                if (cycle != null && IsFirst(rule, cycle))
                {
                    IEnumerable<string> cut = cycle.Count <= MostNames
                        ? cycle.Select(r => r.Name)
                        : cycle.Take(MostNames - 1).Select(r => r.Name).Append("...");
                    string names = string.Join(" > ", cut.Append(rule.Name));
                    diagnostics.Add(new Diagnostic(Descriptors.LeftRecursion, rule.NameSpan, rule.Name, names));
                }
            }
            else if (!_finite.Contains(rule))
            {
                diagnostics.Add(new Diagnostic(Descriptors.MatchesNothing, rule.NameSpan, rule.Name));
            }

            OctetsAmongCharacters.Check(rule.Alternatives, diagnostics);
            foreach (Element alternative in rule.Alternatives)
            {
                CheckRepetitions(alternative, diagnostics);
            }
        }
    }

    /// <summary>Whether some input is read to its end by an element.</summary>
    private bool CanEnd(Element element, HashSet<Rule> known) => element switch
    {
        Alternation a => a.Alternatives.Any(e => CanEnd(e, known)),
        Concatenation c => c.Parts.All(e => CanEnd(e, known)),
        Repetition r => r.Minimum == 0 || CanEnd(r.Element, known),
        RuleReference r => _grammar.Find(r.Name) is not { } rule || known.Contains(rule),
        _ => true,
    };

    private bool IsFirst(Rule rule, List<Rule> cycle)
    {
        if (_order.Count == 0)
        {
            foreach (Rule known in _grammar.Rules)
            {
                _order.Add(known, _order.Count);
            }
        }

        return cycle.TrueForAll(other => !_order.TryGetValue(other, out int place) || place >= _order[rule]);
    }

    private void CheckRepetitions(Element element, List<Diagnostic> diagnostics)
    {
        switch (element)
        {
            case Alternation alternation:
                foreach (Element alternative in alternation.Alternatives)
                {
                    CheckRepetitions(alternative, diagnostics);
                }

                break;
            case Concatenation concatenation:
                foreach (Element part in concatenation.Parts)
                {
                    CheckRepetitions(part, diagnostics);
                }

                break;
            case Repetition repetition:
                CheckRepetitions(repetition.Element, diagnostics);
                if (repetition.Maximum == Repetition.Unbounded && _nullability.MayReadNothing(repetition.Element))
                {
                    diagnostics.Add(new Diagnostic(Descriptors.RepeatsNothing, repetition.Span, repetition.Element.Span.Text));
                }

                break;
        }
    }

    /// <summary>The rules on a way from a rule to itself on which nothing is read, or null.</summary>
    private List<Rule>? FindLeftRecursion(Rule start, HashSet<Rule> component)
    {
        var cameFrom = new Dictionary<Rule, Rule>();
        var open = new Queue<Rule>();
        open.Enqueue(start);
        while (open.Count > 0)
        {
            Rule rule = open.Dequeue();
            foreach (Rule next in rule.Alternatives.SelectMany(LeftCorners).Where(component.Contains))
            {
                if (next == start)
                {
                    var cycle = new List<Rule> { rule };
                    while (cycle[cycle.Count - 1] != start)
                    {
                        cycle.Add(cameFrom[cycle[cycle.Count - 1]]);
                    }

                    cycle.Reverse();
                    return cycle;
                }

                if (!cameFrom.ContainsKey(next))
                {
                    cameFrom.Add(next, rule);
                    open.Enqueue(next);
                }
            }
        }

        return null;
    }

    /// <summary>The rules an element may enter before anything is read.</summary>
    private IEnumerable<Rule> LeftCorners(Element element)
    {
        switch (element)
        {
            case Alternation alternation:
                return alternation.Alternatives.SelectMany(LeftCorners);
            case Repetition repetition:
                return LeftCorners(repetition.Element);
            case RuleReference reference:
                return _grammar.Find(reference.Name) is { } rule ? new[] { rule } : Enumerable.Empty<Rule>();
            case Concatenation concatenation:
                int first = 0;
                while (first < concatenation.Parts.Count - 1 && _nullability.MayReadNothing(concatenation.Parts[first]))
                {
                    first++;
                }

                return concatenation.Parts.Take(first + 1).SelectMany(LeftCorners);
            default:
                return Enumerable.Empty<Rule>();
        }
    }
}
