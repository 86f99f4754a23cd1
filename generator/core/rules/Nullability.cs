using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Which rules and elements of a grammar may read nothing.</summary>
internal sealed class Nullability
{
    private readonly Grammar _grammar;
    private readonly HashSet<Rule> _nullable = new();

    internal Nullability(Grammar grammar)
    {
        _grammar = grammar;
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (Rule rule in grammar.AllRules)
            {
                grew |= !_nullable.Contains(rule) && rule.Alternatives.Any(MayReadNothing) && _nullable.Add(rule);
            }
        }
    }

    /// <summary>Whether an element may read nothing.</summary>
    internal bool MayReadNothing(Element element) => element switch
    {
        Alternation a => a.Alternatives.Any(MayReadNothing),
        Concatenation c => c.Parts.All(MayReadNothing),
        Repetition r => r.Minimum == 0 || MayReadNothing(r.Element),
        Literal l => l.Text.Length == 0,
        RuleReference r => _grammar.Find(r.Name) is { } rule && _nullable.Contains(rule),
        _ => false,
    };
}
