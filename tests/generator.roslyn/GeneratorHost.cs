using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace SmtpEmbedded.Abnf.Roslyn.Tests;

/// <summary>Runs the generator in a compilation in memory, with the attribute in an assembly of its own as a build has it.</summary>
internal static class GeneratorHost
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp10);

    private static readonly ImmutableArray<MetadataReference> Framework =
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) is "System.Runtime.dll" or "System.Private.CoreLib.dll" or "System.Memory.dll" or "System.Collections.dll")
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToImmutableArray();

    private static readonly Lazy<MetadataReference> Attribute = new(CompileAttribute);

    internal static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Program",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Source{i}.cs")),
        Framework.Add(Attribute.Value),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, warningLevel: 9999));

    internal static GeneratorDriver Driver(params (string Path, string Text)[] files) => CSharpGeneratorDriver.Create(
        [new AbnfGenerator().AsSourceGenerator()],
        files.Select(file => (AdditionalText)new GrammarFile(file.Path, file.Text)),
        ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    internal static AdditionalText File(string path, string text) => new GrammarFile(path, text);

    private static MetadataReference CompileAttribute()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "SmtpEmbedded.sln")))
        {
            folder = folder.Parent;
        }

        string source = System.IO.File.ReadAllText(Path.Combine(folder.FullName, "generator", "roslyn", "build", "AbnfParserAttribute.cs"));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "SmtpEmbedded.Abnf.Attributes",
            [CSharpSyntaxTree.ParseText(source)],
            Framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        if (!compilation.Emit(image).Success)
        {
            throw new InvalidOperationException("The attribute does not compile.");
        }

        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private sealed class GrammarFile(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
