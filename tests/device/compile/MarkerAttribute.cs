using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using SmtpEmbedded.Device.Tests.Reference;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>
/// The attribute that asks for a parser. It is compiled into an assembly of its own: if the firmware kept any trace of it, the
/// firmware's assembly would show a reference to this one.
/// </summary>
internal static class MarkerAttribute
{
    /// <summary>The attribute's simple name.</summary>
    public const string Name = "AbnfParserAttribute";

    /// <summary>The name of the assembly it is compiled into.</summary>
    public const string AssemblyName = "SmtpEmbedded.Abnf.Attributes";

    private static readonly string Source = Path.Combine(RepositoryFiles.Root, "generator", "roslyn", "build", Name + ".cs");

    /// <summary>Compiles the attribute, visible to one assembly even if it is internal; null when its source is not there.</summary>
    public static MetadataReference? Compile(string user)
    {
        if (!File.Exists(Source))
        {
            return null;
        }

        var compilation = DeviceCompiler.Create(
            AssemblyName,
            [
                DeviceCompiler.Parse(File.ReadAllText(Source), RepositoryFiles.Relative(Source)),
                DeviceCompiler.Parse($"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{user}\")]", "Visible.cs"),
            ],
            DeviceReferences.Of("mscorlib"));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success
            ? MetadataReference.CreateFromImage(image.ToArray())
            : throw new InvalidOperationException(string.Join("\n", result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)));
    }
}
