using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Tells whether a grammar's own definition of a core rule says what RFC 5234 says. Both are flattened to sets of octets where
/// they are sets (all core rules but CRLF and LWSP), and to the same tree of elements otherwise.
/// </summary>
internal static class CoreComparison
{
    /// <summary>More references within references than core rules need; a rule that speaks of itself is no core rule.</summary>
    private const int MostReferences = 8;

    internal static bool ReadTheSame(Rule core, Rule redefinition, Func<string, Rule?> find)
    {
        ByteSet coreSet = new();
        ByteSet otherSet = new();
        bool coreIsSet = core.Alternatives.All(e => AddTo(coreSet, e, find, 0));
        bool otherIsSet = redefinition.Alternatives.All(e => AddTo(otherSet, e, find, 0));
        return coreIsSet && otherIsSet
            ? coreSet.Equals(otherSet)
            : Shape(core.Alternatives) == Shape(redefinition.Alternatives);
    }

    /// <summary>Adds what an element reads to a set; false where it can read anything but exactly one octet.</summary>
    private static bool AddTo(ByteSet set, Element element, Func<string, Rule?> find, int depth)
    {
        switch (element)
        {
            case Alternation alternation:
                return alternation.Alternatives.All(a => AddTo(set, a, find, depth));
            case NumericRange range when range.Last <= 0xFF:
                set.AddRange(range.First, range.Last);
                return true;
            case NumericSequence sequence when sequence.Values.Count == 1 && sequence.Values[0] <= 0xFF:
                set.Add(sequence.Values[0]);
                return true;
            case Literal literal when literal.Text.Length == 1:
                set.AddCharacter(literal.Text[0], literal.IsCaseSensitive);
                return true;
            case RuleReference reference when depth < MostReferences && find(reference.Name) is { } rule:
                return rule.Alternatives.All(a => AddTo(set, a, find, depth + 1));
            default:
                return false;
        }
    }

    private static string Shape(IReadOnlyList<Element> alternatives) => string.Join("/", alternatives.Select(Shape));

    private static string Shape(Element element) => element switch
    {
        Alternation a => "(" + Shape(a.Alternatives) + ")",
        Concatenation c => string.Join(" ", c.Parts.Select(Shape)),
        Repetition r => $"{r.Minimum}*{r.Maximum}({Shape(r.Element).Trim('(', ')')})",
        RuleReference r => r.Name.ToUpperInvariant(),
        NumericSequence n => string.Join(" ", n.Values.Select(v => v switch { 0x0D => "CR", 0x0A => "LF", _ => "%" + v })),
        _ => element.Span.Text,
    };
}
