using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>From a grammar and what a parser asks of it to the minimal automaton.</summary>
public static class Compilation
{
    /// <summary>Builds the automaton of a root rule.</summary>
    /// <param name="grammar">A grammar without errors.</param>
    /// <param name="root">The root rule's name, in any case.</param>
    /// <param name="captures">The names of the rules to capture, in any case.</param>
    /// <param name="requestSpan">Where complaints about the names point to when the rules have no place of their own.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <returns>The automaton, or null when a complaint was an error.</returns>
    public static Automaton? Compile(Grammar grammar, string root, IReadOnlyList<string> captures, SourceSpan requestSpan, List<Diagnostic> diagnostics) =>
        Compile(grammar, root, captures, requestSpan, diagnostics, Determinizer.MaximumReadings);

    /// <summary>The same, refused past so many readings: a test of refusal need not wait for as many as a user's grammar may take.</summary>
    internal static Automaton? Compile(Grammar grammar, string root, IReadOnlyList<string> captures, SourceSpan requestSpan, List<Diagnostic> diagnostics, int mostReadings)
    {
        Rule? rootRule = FindRequested(grammar, "root rule", root, requestSpan, diagnostics);
        var captured = new List<Rule>();
        foreach (string name in captures)
        {
            Rule? rule = FindRequested(grammar, "captured rule", name, requestSpan, diagnostics);
            if (rule != null && !captured.Contains(rule))
            {
                captured.Add(rule);
            }
        }

        if (rootRule == null || diagnostics.Any(d => d.Descriptor.Severity == Severity.Error))
        {
            return null;
        }

        Nfa? nfa = NfaBuilder.Build(grammar, rootRule, captured, diagnostics);
        Transducer? transducer = nfa == null ? null : Determinizer.Run(rootRule, captured, nfa, diagnostics, mostReadings);
        if (transducer == null)
        {
            return null;
        }

        Automaton automaton = Minimizer.Run(transducer, rootRule, captured, NamesOf(rootRule.Alternatives));
        automaton.AlternativeComments = rootRule.Alternatives
            .Select(a => a is RuleReference reference ? grammar.Find(reference.Name)!.Comments : new string[0]).ToList();
        var nesting = new Nesting(grammar, rootRule);

        // A rule that speaks of itself may still nest in no input: in a part repeated no times, or where the root does not come to it.
        automaton.NestedCaptures = captured.Select(rule => automaton.CallCount > 0 && nesting.Nests(rule)).ToList();
        CaptureNeeds.Describe(automaton);
        return automaton;
    }

    /// <summary>Makes a matcher that needs no automaton, for grammars that have none.</summary>
    /// <param name="grammar">A grammar whose root and all rules it uses are without errors.</param>
    /// <param name="root">The root rule's name, in any case.</param>
    /// <param name="captures">The names of the rules to capture, in any case.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <returns>The matcher, or null when a complaint was an error.</returns>
    public static GrammarMatcher? CompileMatcher(Grammar grammar, string root, IReadOnlyList<string> captures, List<Diagnostic> diagnostics)
    {
        Rule? rootRule = grammar.Find(root);
        List<Rule> captured = captures.Select(grammar.Find).OfType<Rule>().Distinct().ToList();
        return rootRule == null ? null : GrammarMatcher.Create(grammar, rootRule, captured, diagnostics);
    }

    private static Rule? FindRequested(Grammar grammar, string what, string name, SourceSpan span, List<Diagnostic> diagnostics)
    {
        Rule? rule = grammar.Find(name);
        if (rule == null)
        {
            diagnostics.Add(new Diagnostic(Descriptors.UnknownRequestedRule, span, what, name, grammar.SuggestFor(name)));
        }

        return rule;
    }

    /// <summary>An alternative that is a rule is called by its name, any other by its place.</summary>
    internal static IReadOnlyList<string> NamesOf(IReadOnlyList<Element> alternatives)
    {
        var names = new List<string>();
        for (int i = 0; i < alternatives.Count; i++)
        {
            string name = alternatives[i] is RuleReference reference ? reference.Name : $"alternative-{i + 1}";
            names.Add(names.Contains(name) ? $"{name}-{i + 1}" : name);
        }

        return names;
    }
}
