using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SmtpEmbedded.Abnf.Core.Tests.Generated;

/// <summary>Compiles emitted parsers in memory, several to an assembly, and makes one of each.</summary>
internal static class ParserCompiler
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll")
            .Append(typeof(IGeneratedParser).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A parser object for each automaton in each form, by form and then by automaton.</summary>
    /// <remarks>All that share a language are one compilation: to begin one costs more than most parsers do.</remarks>
    /// <param name="automata">What to make parsers of.</param>
    /// <param name="forms">What each is made as.</param>
    public static IReadOnlyList<IReadOnlyList<IGeneratedParser>> Compile(IReadOnlyList<Automaton> automata, params ParserForm[] forms)
    {
        var parsers = new IReadOnlyList<IGeneratedParser>[forms.Length];
        foreach (IGrouping<ParserTarget, int> places in Enumerable.Range(0, forms.Length).GroupBy(i => forms[i].Target))
        {
            var trees = new List<SyntaxTree>();
            foreach (int form in places)
            {
                for (int i = 0; i < automata.Count; i++)
                {
                    AddTrees(trees, automata[i], forms[form], form + "_" + i);
                }
            }

            Assembly assembly = Compile(trees);
            foreach (int form in places)
            {
                parsers[form] = [.. automata.Select((_, i) => (IGeneratedParser)Activator.CreateInstance(assembly.GetType($"Emitted.Adapter{form}_{i}")!)!)];
            }
        }

        return parsers;
    }

    private static void AddTrees(List<SyntaxTree> trees, Automaton automaton, ParserForm form, string name)
    {
        var request = new ParserRequest("Emitted", "Parser" + name)
        {
            Modifiers = "public sealed",
            MaximumCaptures = form.MaximumCaptures,
            Target = form.Target,
            MaximumBlocks = form.MaximumBlocks,
            PrefersSize = form.PrefersSize,
        };

        // In the oldest language it is meant for.
        var language = new CSharpParseOptions(form.Target == ParserTarget.Net ? LanguageVersion.CSharp8 : LanguageVersion.CSharp7_3, DocumentationMode.Diagnose);
        trees.Add(CSharpSyntaxTree.ParseText(ParserEmitter.Emit(automaton, request), language));
        trees.Add(CSharpSyntaxTree.ParseText(Adapter(name, automaton.Captures.Count > 0), language.WithDocumentationMode(DocumentationMode.None)));
    }

    private static Assembly Compile(List<SyntaxTree> trees)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
        var compilation = CSharpCompilation.Create("Emitted" + Guid.NewGuid().ToString("N"), trees, References, options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);

        // Parsers for .NET compile without a warning; the others switch warnings off.
        string complaints = string.Join("\n", result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        if (complaints.Length > 0)
        {
            throw new InvalidOperationException(complaints);
        }

        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }

    private static string Adapter(string name, bool hasCaptures) => $$"""
        namespace Emitted
        {
            public sealed class Adapter{{name}} : SmtpEmbedded.Abnf.Core.Tests.Generated.IGeneratedParser
            {
                private readonly Parser{{name}} p = new Parser{{name}}();
                public int State { get { return (int)p.State; } }
                public int Alternative { get { return (int)p.MatchedAlternative - 1; } }
                public int Position { get { return p.Position; } }
                public string FailedRule { get { return p.FailedRule; } }
                public string Expected { get { return p.Expected; } }
                public void Reset() { p.Reset(); }
                public int Feed(byte[] buffer, int offset, int count) { return p.Feed(buffer, offset, count); }
                public int Finish() { return (int)p.Finish(); }
                public int CaptureCount { get { return {{(hasCaptures ? "p.CaptureCount" : "0")}}; } }
                public int Undecided { get { return {{(hasCaptures ? "p.Undecided" : "0")}}; } }
                public int CaptureRule(int index) { return {{(hasCaptures ? "(int)p.CaptureRule(index)" : "-1")}}; }
                public int CaptureStart(int index) { return {{(hasCaptures ? "p.CaptureStart(index)" : "-1")}}; }
                public int CaptureEnd(int index) { return {{(hasCaptures ? "p.CaptureEnd(index)" : "-1")}}; }
                public int Find(int rule, int from) { return {{(hasCaptures ? $"p.Find((Parser{name}.Rule)rule, from)" : "-1")}}; }
                public void ClearCaptures() { {{(hasCaptures ? "p.ClearCaptures();" : "")}} }
            }
        }
        """;
}
