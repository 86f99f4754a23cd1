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

    /// <summary>A parser object for each automaton.</summary>
    /// <param name="automata">What to make parsers of.</param>
    /// <param name="maximumCaptures">How many captures each holds.</param>
    /// <param name="target">What they are to run on.</param>
    /// <param name="maximumBlocks">How large a method may be; a small one makes many methods of a parser.</param>
    /// <param name="prefersSize">Whether parsers for nanoFramework are tables where they would be code.</param>
    public static IReadOnlyList<IGeneratedParser> Compile(
        IReadOnlyList<Automaton> automata, int maximumCaptures = 4096, ParserTarget target = ParserTarget.NanoFramework, int maximumBlocks = 1800,
        bool prefersSize = false)
    {
        var trees = new List<SyntaxTree>();
        for (int i = 0; i < automata.Count; i++)
        {
            var request = new ParserRequest("Emitted", "Parser" + i)
            {
                Modifiers = "public sealed",
                MaximumCaptures = maximumCaptures,
                Target = target,
                MaximumBlocks = maximumBlocks,
                PrefersSize = prefersSize,
            };

            // In the oldest language it is meant for.
            var language = new CSharpParseOptions(target == ParserTarget.Net ? LanguageVersion.CSharp8 : LanguageVersion.CSharp7_3, DocumentationMode.Diagnose);
            trees.Add(CSharpSyntaxTree.ParseText(ParserEmitter.Emit(automata[i], request), language));
            trees.Add(CSharpSyntaxTree.ParseText(Adapter(i, automata[i].Captures.Count > 0), language.WithDocumentationMode(DocumentationMode.None)));
        }

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
        Assembly assembly = AssemblyLoadContext.Default.LoadFromStream(image);
        return [.. automata.Select((_, i) => (IGeneratedParser)Activator.CreateInstance(assembly.GetType("Emitted.Adapter" + i)!)!)];
    }

    private static string Adapter(int i, bool hasCaptures) => $$"""
        namespace Emitted
        {
            public sealed class Adapter{{i}} : SmtpEmbedded.Abnf.Core.Tests.Generated.IGeneratedParser
            {
                private readonly Parser{{i}} p = new Parser{{i}}();
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
                public int Find(int rule, int from) { return {{(hasCaptures ? $"p.Find((Parser{i}.Rule)rule, from)" : "-1")}}; }
                public void ClearCaptures() { {{(hasCaptures ? "p.ClearCaptures();" : "")}} }
            }
        }
        """;
}
