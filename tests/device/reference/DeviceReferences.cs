using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace SmtpEmbedded.Device.Tests.Reference;

/// <summary>
/// The reference assemblies of the device, compiled in memory from <c>api/</c>: nothing else is referenced, so what compiles
/// against them names only what the device has.
/// </summary>
internal static class DeviceReferences
{
    /// <summary>The metadata version written into every assembly; mscorlib has no reference to take it from.</summary>
    public const string RuntimeMetadataVersion = "v4.0.30319";

    private static readonly Lazy<IReadOnlyDictionary<string, Reference>> All = new(CompileAll);

    /// <summary>Every assembly by name, each after those it references.</summary>
    public static IEnumerable<Reference> Assemblies => All.Value.Values;

    /// <summary>The references of the named assemblies, and of nothing else.</summary>
    public static IReadOnlyList<MetadataReference> Of(params IEnumerable<string> names) => [.. names.Select(name => All.Value[name].Metadata)];

    private static Dictionary<string, Reference> CompileAll()
    {
        var compiled = new Dictionary<string, Reference>();
        foreach (var api in ApiCatalogue.Load(Path.Combine(RepositoryFiles.Root, "tests", "device", "api")))
        {
            compiled.Add(api.Name, Compile(api, compiled));
        }

        return compiled;
    }

    private static Reference Compile(ApiAssembly api, Dictionary<string, Reference> earlier)
    {
        var tree = CSharpSyntaxTree.ParseText(
            DeclarationWriter.Write(api), new CSharpParseOptions(LanguageVersion.CSharp10), api.Name + ".cs");
        var compilation = CSharpCompilation.Create(
            api.Name,
            [tree],
            api.References.Select(name => earlier[name].Metadata),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, deterministic: true));

        using var image = new MemoryStream();
        var result = compilation.Emit(image, options: new EmitOptions(runtimeMetadataVersion: RuntimeMetadataVersion));
        return new Reference(
            api,
            image.ToArray(),
            MetadataReference.CreateFromImage(image.ToArray(), filePath: api.Name + ".dll"),
            [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString())]);
    }

    /// <summary>One compiled reference assembly.</summary>
    /// <param name="Api">The data it was made from.</param>
    /// <param name="Image">The assembly.</param>
    /// <param name="Metadata">What a compilation takes.</param>
    /// <param name="Errors">What the compiler could not read; empty when the data is sound.</param>
    internal sealed record Reference(ApiAssembly Api, byte[] Image, MetadataReference Metadata, IReadOnlyList<string> Errors);
}
