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
        RuleFixpoint.Run(grammar, _nullable, rule => rule.Alternatives.Any(MayReadNothing));
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
