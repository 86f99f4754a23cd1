using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>
/// The incremental source generator. Its pipeline: grammar files and attributed classes are read into values; each class is
/// joined with just the files it names; each such pair is compiled; sources and complaints go out apart from each other.
/// A step runs again only when its own values changed.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class AbnfGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<EquatableArray<GrammarText>> files = context.AdditionalTextsProvider
            .Where(text => text.Path.EndsWith(".abnf", StringComparison.OrdinalIgnoreCase))
            .Select((text, cancellation) => new GrammarText(text.Path, text.GetText(cancellation)?.ToString() ?? ""))
            .WithTrackingName(AbnfGeneratorSteps.GrammarFile)
            .Collect()
            .Select((texts, _) => new EquatableArray<GrammarText>(texts.OrderBy(t => t.Path, StringComparer.Ordinal)))
            .WithTrackingName(AbnfGeneratorSteps.GrammarFiles);

        IncrementalValuesProvider<ParserModel> parsers = context.SyntaxProvider
            .ForAttributeWithMetadataName(ParserReader.AttributeName, (node, _) => node is ClassDeclarationSyntax, ParserReader.Read)
            .WithTrackingName(AbnfGeneratorSteps.Parser);

        IncrementalValuesProvider<ParserOutput> outputs = parsers
            .Combine(files)
            .Select((pair, _) => new ParserInput(pair.Left, FilesOf(pair.Left, pair.Right)))
            .WithTrackingName(AbnfGeneratorSteps.ParserInput)
            .Select((input, _) => ParserWriter.Write(input))
            .WithTrackingName(AbnfGeneratorSteps.ParserOutput);

        context.RegisterSourceOutput(
            outputs.Select((output, _) => (output.HintName, output.Source)).WithTrackingName(AbnfGeneratorSteps.Source),
            (production, output) =>
            {
                if (output.Source.Length > 0)
                {
                    production.AddSource(output.HintName, SourceText.From(output.Source, Encoding.UTF8));
                }
            });

        IncrementalValueProvider<string> pages = context.AnalyzerConfigOptionsProvider
            .Select((options, _) => options.GlobalOptions.TryGetValue("build_property.AbnfDiagnosticPages", out string? folder) ? folder : "")
            .WithTrackingName(AbnfGeneratorSteps.Pages);

        // Classes made from the same file would repeat its complaints.
        context.RegisterSourceOutput(
            outputs.SelectMany((output, _) => output.Complaints.ToImmutableArray())
                .Collect()
                .Select((complaints, _) => new EquatableArray<Complaint>(complaints.Distinct()))
                .WithTrackingName(AbnfGeneratorSteps.Complaints)
                .Combine(pages),
            (production, complaintsAndPages) =>
            {
                foreach (Complaint complaint in complaintsAndPages.Left)
                {
                    production.ReportDiagnostic(RoslynDiagnostics.Create(complaint, complaintsAndPages.Right));
                }
            });
    }

    private static EquatableArray<GrammarText> FilesOf(ParserModel model, EquatableArray<GrammarText> files) =>
        model.Files.Count == 0 ? files : new EquatableArray<GrammarText>(files.Where(file => model.Files.Contains(file.Name)));
}
