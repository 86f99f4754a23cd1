using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>Runs the ABNF source generator over a compilation, with the files of <c>grammar/</c> that are for a device: those in a folder below are not, but for <c>operator</c>, where the operator's page is.</summary>
internal static class AbnfGenerator
{
    private const string AssemblyName = "SmtpEmbedded.Abnf.Roslyn";

    /// <summary>Adds the generated sources.</summary>
    /// <returns>The compilation with them, and what the generator had to say.</returns>
    public static (Compilation Compilation, ImmutableArray<Diagnostic> Diagnostics) Run(CSharpCompilation compilation, CSharpParseOptions parseOptions)
    {
        var generators = Find();
        if (generators.Count == 0)
        {
            return (compilation, []);
        }

        bool hasPage = parseOptions.PreprocessorSymbolNames.Contains("OPERATOR");
        var grammar = RepositoryFiles.Find("grammar", "*.abnf").Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is "grammar" || (hasPage && Path.GetFileName(Path.GetDirectoryName(file)) == "operator")).Select(file => (AdditionalText)new GrammarText(file));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(generators, grammar, parseOptions, new GrammarOptions());
        driver.RunGeneratorsAndUpdateCompilation(compilation, out var result, out var diagnostics);
        return (result, diagnostics);
    }

    /// <summary>The generators of the assembly, whatever they are called; none before the assembly has one.</summary>
    private static List<ISourceGenerator> Find()
    {
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, AssemblyName + ".dll")))
        {
            return [];
        }

        return
        [
            .. Assembly.Load(AssemblyName).GetTypes()
                .Where(type => !type.IsAbstract && typeof(IIncrementalGenerator).IsAssignableFrom(type))
                .Select(type => ((IIncrementalGenerator)Activator.CreateInstance(type, nonPublic: true)!).AsSourceGenerator()),
        ];
    }

    private sealed class GrammarText(string file) : AdditionalText
    {
        public override string Path => file;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(File.ReadAllText(file));
    }

    /// <summary>What the build tells the generator of each file: that it is an <c>AbnfGrammar</c> item.</summary>
    private sealed class GrammarOptions : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options([]);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Options(new() { ["build_metadata.AdditionalFiles.SourceItemType"] = "AbnfGrammar" });
    }

    private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
