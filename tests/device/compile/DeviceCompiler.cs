using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using SmtpEmbedded.Device.Tests.Reference;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>Compiles C# the way the firmware's own build does: language version 10, optimised, against the device's API and nothing else.</summary>
internal static class DeviceCompiler
{
    /// <summary>What is compiled against unless a test says otherwise: what relay may use.</summary>
    public static readonly IReadOnlyList<string> RelayReferences =
    [
        "mscorlib", "nanoFramework.Runtime.Native", "nanoFramework.System.Text", "System.Threading", "System.IO.Streams", "nanoFramework.System.Collections",
        "System.Net", "System.IO.FileSystem",
    ];

    /// <summary>The diagnostics that say nothing about the device.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> Suppressed = new()
    {
        // "?" on a reference type: the net10.0 build of the same files checks nullability, this one does not.
        ["CS8632"] = ReportDiagnostic.Suppress,
    };

    private static readonly CSharpParseOptions ParseOptions = new(
        LanguageVersion.CSharp10, DocumentationMode.None, preprocessorSymbols: ["NANOFRAMEWORK_1_0", "NETNANO1_0"]);

    /// <summary>Compiles some text against what relay may use.</summary>
    public static DeviceCompilation Compile(string name, string source) =>
        Emit(Create(name, [Parse(source, name + ".cs")], DeviceReferences.Of(RelayReferences)), []);

    /// <summary>
    /// Compiles text that may use pointers, against given references: only for sources the IL check must refuse, which
    /// <see cref="Compile(string, string)"/> would not let through.
    /// </summary>
    public static DeviceCompilation CompileUnchecked(string name, string source, IReadOnlyList<MetadataReference> references)
    {
        var compilation = Create(name, [Parse(source, name + ".cs")], references);
        return Emit(compilation.WithOptions(compilation.Options.WithAllowUnsafe(true)), []);
    }

    /// <summary>Compiles source files, with the parsers the generator adds to them.</summary>
    /// <param name="name">The assembly's name.</param>
    /// <param name="files">Full paths of C# files.</param>
    /// <param name="references">What they may use.</param>
    /// <param name="symbol">A symbol to define besides the device's; empty for none.</param>
    public static DeviceCompilation CompileFiles(string name, IReadOnlyList<string> files, IReadOnlyList<MetadataReference> references, string symbol = "")
    {
        var options = symbol.Length == 0 ? ParseOptions : ParseOptions.WithPreprocessorSymbols(ParseOptions.PreprocessorSymbolNames.Append(symbol).ToArray());
        return CompileWithParsers(name, files.Select(file => Parse(File.ReadAllText(file), RepositoryFiles.Relative(file), options)), references, options);
    }

    /// <summary>Compiles sources as they are.</summary>
    public static DeviceCompilation CompileSources(string name, IEnumerable<SyntaxTree> trees, IReadOnlyList<MetadataReference> references) =>
        Emit(Create(name, trees, references), []);

    /// <summary>Compiles sources, with the parsers the generator adds to them.</summary>
    public static DeviceCompilation CompileWithParsers(string name, IEnumerable<SyntaxTree> trees, IReadOnlyList<MetadataReference> references, CSharpParseOptions? options = null)
    {
        var compilation = Create(name, trees, references);
        if (MarkerAttribute.Compile(name) is { } marker)
        {
            compilation = compilation.AddReferences(marker);
        }

        var (generated, diagnostics) = AbnfGenerator.Run(compilation, options ?? ParseOptions);
        return Emit(generated, diagnostics);
    }

    /// <summary>Reads C# as the device's build reads it.</summary>
    public static SyntaxTree Parse(string source, string path, CSharpParseOptions? options = null) =>
        CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), options ?? ParseOptions, path);

    /// <summary>A compilation with the device's options.</summary>
    public static CSharpCompilation Create(string name, IEnumerable<SyntaxTree> trees, IEnumerable<MetadataReference> references) =>
        CSharpCompilation.Create(
            name,
            trees,
            references,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                deterministic: true,
                warningLevel: 9999,
                nullableContextOptions: NullableContextOptions.Disable,
                specificDiagnosticOptions: Suppressed));

    private static DeviceCompilation Emit(Compilation compilation, IEnumerable<Diagnostic> earlier)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        var diagnostics = earlier.Concat(result.Diagnostics)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !diagnostic.IsSuppressed)
            .ToList();
        return new DeviceCompilation(compilation.AssemblyName ?? "", diagnostics, result.Success ? image.ToArray() : null);
    }
}
