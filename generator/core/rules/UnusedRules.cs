using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Finds rules that no parser reaches.</summary>
public static class UnusedRules
{
    /// <summary>Adds a note for each rule that none of the roots uses.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="roots">The rules that parsers begin with; none where they are not known: then each rule that another one speaks of counts as used, and the first of the others as the root.</param>
    /// <param name="diagnostics">Takes the notes.</param>
    public static void Run(Grammar grammar, IReadOnlyList<Rule> roots, List<Diagnostic> diagnostics)
    {
        HashSet<string> used = roots.Count > 0
            ? new HashSet<string>(roots.SelectMany(grammar.Reach), StringComparer.OrdinalIgnoreCase)
            : new HashSet<string>(
                grammar.AllRules.SelectMany(rule => rule.Alternatives.SelectMany(Nesting.NamesIn).Where(name => !Same(name, rule.Name))),
                StringComparer.OrdinalIgnoreCase);
        IEnumerable<Rule> unused = grammar.Rules.Where(rule => !used.Contains(rule.Name));
        foreach (Rule rule in roots.Count > 0 ? unused : unused.Skip(1))
        {
            diagnostics.Add(new Diagnostic(Descriptors.UnusedRule, rule.NameSpan, rule.Name));
        }
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
