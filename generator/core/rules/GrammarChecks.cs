using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// What can be told of a grammar from its rules alone: which may read nothing, which can never end, which begin with
/// themselves, which nobody uses.
/// </summary>
internal sealed class GrammarChecks
{
    private readonly Grammar _grammar;
    private readonly Nullability _nullability;
    private readonly HashSet<Rule> _finite;

    internal GrammarChecks(Grammar grammar)
    {
        _grammar = grammar;
        _nullability = grammar.Nullability;
        _finite = LeastFixpoint((element, known) => CanEnd(element, known));
    }

    /// <summary>Adds what is wrong with the rules; of rules that are not defined it assumes the best.</summary>
    internal void Run(List<Diagnostic> diagnostics)
    {
        foreach (Rule rule in _grammar.Rules)
        {
            List<Rule>? cycle = FindLeftRecursion(rule);
            if (cycle != null)
            {
                // Each cycle is told once, at the rule of it that stands first.
                if (_grammar.Rules.First(cycle.Contains) == rule)
                {
                    string names = string.Join(" > ", cycle.Select(r => r.Name).Append(rule.Name));
                    diagnostics.Add(new Diagnostic(Descriptors.LeftRecursion, rule.NameSpan, rule.Name, names));
                }
            }
            else if (!_finite.Contains(rule))
            {
                diagnostics.Add(new Diagnostic(Descriptors.MatchesNothing, rule.NameSpan, rule.Name));
            }

            foreach (Element alternative in rule.Alternatives)
            {
                CheckRepetitions(alternative, diagnostics);
            }
        }
    }

    private HashSet<Rule> LeastFixpoint(System.Func<Element, HashSet<Rule>, bool> holds)
    {
        var known = new HashSet<Rule>();
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (Rule rule in _grammar.AllRules)
            {
                if (!known.Contains(rule) && rule.Alternatives.Any(e => holds(e, known)))
                {
                    known.Add(rule);
                    grew = true;
                }
            }
        }

        return known;
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
    private List<Rule>? FindLeftRecursion(Rule start)
    {
        var cameFrom = new Dictionary<Rule, Rule>();
        var open = new Queue<Rule>();
        open.Enqueue(start);
        while (open.Count > 0)
        {
            Rule rule = open.Dequeue();
            foreach (Rule next in rule.Alternatives.SelectMany(LeftCorners))
            {
                if (next == start)
                {
                    var cycle = new List<Rule> { rule };
                    while (cycle[0] != start)
                    {
                        cycle.Insert(0, cameFrom[cycle[0]]);
                    }

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
