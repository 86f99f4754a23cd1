using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>Makes a parser's source of the files it is asked from: the step in which the compiler proper runs.</summary>
internal static class ParserWriter
{
    internal static ParserOutput Write(ParserInput input)
    {
        ParserModel model = input.Model;
        var diagnostics = new List<Diagnostic>();
        var request = new SourceSpan(new SourceFile("", ""), 0, 0);
        foreach (string name in model.Files.Where(name => input.Files.All(file => file.Name != name)))
        {
            diagnostics.Add(new Diagnostic(Descriptors.UnknownFile, request, name));
        }

        if (!TargetChoice.TryParse(model.Target, out ParserTarget target))
        {
            diagnostics.Add(new Diagnostic(Descriptors.UnknownTarget, request, model.Target));
        }

        Grammar grammar = Grammar.Read(input.Files.Select(file => new SourceFile(file.Path, file.Text)).ToList());
        diagnostics.AddRange(grammar.Diagnostics);
        Automaton? automaton = Compilation.Compile(grammar, model.Root, model.Captures, request, diagnostics);
        if (automaton != null)
        {
            RuleCosts.CheckBudget(automaton, target, model.MaximumTableBytes, request, diagnostics);
        }

        Automaton? written = automaton ?? StandIn(grammar, model);
        string source = written == null ? "" : ParserEmitter.Emit(written, new ParserRequest(model.Namespace, model.ClassName)
        {
            Containers = model.Containers,
            Target = target,
            MaximumCaptures = model.MaximumCaptures,
            MaximumDepth = model.MaximumDepth,
            Explains = model.Explains,
            IsTerseOnDevice = model.IsTerseOnDevice,
            TellsUndecided = model.TellsUndecided,
            PrefersSize = model.PrefersSize,
            HasOwnTables = model.HasOwnTables,
        });
        return new ParserOutput(
            model.HintName, source, new EquatableArray<Complaint>(diagnostics.Select(d => ComplaintOf(d, request.File, model.Place))));
    }

    /// <summary>
    /// Something with the members that the parser would have: the mistake in the grammar is told by itself then, and not among the
    /// compiler's complaints about everything that is missing. It is never run, for the mistake is an error.
    /// </summary>
    private static Automaton? StandIn(Grammar grammar, ParserModel model)
    {
        List<string> rules = (grammar.Find(model.Root)?.Alternatives ?? new Element[0])
            .Select((alternative, i) => alternative is RuleReference reference ? reference.Name : $"alternative-{i + 1}")
            .Concat(model.Captures).Where(name => !name.Equals(model.Root, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        string text = $"{model.Root} = {string.Join(" / ", rules.DefaultIfEmpty("OCTET"))}\n" + string.Concat(rules.Select((rule, i) => $"{rule} = {i + 1}OCTET\n"));
        Grammar standIn = Grammar.Read(new[] { new SourceFile("", text) });
        var unheard = new List<Diagnostic>();
        return standIn.HasErrors ? null : Compilation.Compile(standIn, model.Root, model.Captures.Where(c => standIn.Find(c) != null).ToList(), new SourceSpan(new SourceFile("", ""), 0, 0), unheard);
    }

    private static Complaint ComplaintOf(Diagnostic diagnostic, SourceFile request, AttributePlace attribute)
    {
        SourceSpan span = diagnostic.Span;
        if (span.File == request)
        {
            return new Complaint(diagnostic.Descriptor.Id, diagnostic.Message, attribute);
        }

        span.File.GetLineAndColumn(span.Start, out int startLine, out int startColumn);
        span.File.GetLineAndColumn(span.End, out int endLine, out int endColumn);
        return new Complaint(
            diagnostic.Descriptor.Id, diagnostic.Message,
            new AttributePlace(span.File.Path, span.Start, span.Length, startLine, startColumn, endLine, endColumn));
    }
}
