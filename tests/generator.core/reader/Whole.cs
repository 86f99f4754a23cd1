using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf.Core.Tests.Reader;

/// <summary>All that happens to a grammar, from its text to the source of its parsers.</summary>
internal static class Whole
{
    /// <summary>Reads a text, checks it, and makes parsers of its rule r, or of the first one, for both targets.</summary>
    public static (IReadOnlyList<Diagnostic> Diagnostics, bool HasParser) Compile(string text, int mostStates = int.MaxValue)
    {
        var file = new SourceFile("odd.abnf", text);
        Grammar grammar = Grammar.Read([file]);
        var diagnostics = new List<Diagnostic>(grammar.Diagnostics);
        AlternativeChecks.Run(grammar, diagnostics);
        UnusedRules.Run(grammar, [], diagnostics);
        string root = grammar.Find("r") != null || grammar.Rules.Count == 0 ? "r" : grammar.Rules[0].Name;
        Automaton? automaton = grammar.HasErrors ? null : Compilation.Compile(grammar, root, [], new SourceSpan(file, 0, 0), diagnostics);
        bool isJudged = automaton != null && automaton.States.Count <= mostStates;
        foreach (ParserTarget target in isJudged ? new[] { ParserTarget.Net, ParserTarget.NanoFramework } : [])
        {
            ParserEmitter.Emit(automaton!, new ParserRequest("", "Parser") { Target = target });
        }

        // Whatever is told is told of a place that exists.
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Xunit.Assert.InRange(diagnostic.Span.Start, 0, diagnostic.Span.File.Text.Length);
            Xunit.Assert.InRange(diagnostic.Span.Start + diagnostic.Span.Length, 0, diagnostic.Span.File.Text.Length);
            diagnostic.Span.File.GetLineAndColumn(diagnostic.Span.Start, out _, out _);
            Xunit.Assert.NotEmpty(diagnostic.ToString());
        }

        return (diagnostics, automaton != null);
    }
}
