using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>What the compiler made of some source.</summary>
/// <param name="Name">The assembly's name.</param>
/// <param name="Diagnostics">Errors and warnings that count, of the compiler and of the generator.</param>
/// <param name="Image">The assembly, or null when there are errors.</param>
internal sealed record DeviceCompilation(string Name, IReadOnlyList<Diagnostic> Diagnostics, byte[]? Image)
{
    /// <summary>Whether there is neither error nor warning.</summary>
    public bool IsClean => Image is not null && Diagnostics.Count == 0;

    /// <summary>One line a diagnostic, with file and line, each once.</summary>
    public string Report() => string.Join("\n", Diagnostics.Select(Line).Distinct());

    private static string Line(Diagnostic diagnostic)
    {
        var position = diagnostic.Location.GetLineSpan();
        var place = position.Path is { Length: > 0 } path ? $"{path}:{position.StartLinePosition.Line + 1}: " : "";
        return $"{place}{diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
