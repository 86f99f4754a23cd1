using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>The compiler's complaints as the host shows them.</summary>
internal static class RoslynDiagnostics
{
    private static readonly Dictionary<string, DiagnosticDescriptor> ById = Descriptors.All.ToDictionary(d => d.Id);

    /// <summary>A complaint, with a link to its page where the folder of the pages is known.</summary>
    internal static Microsoft.CodeAnalysis.Diagnostic Create(Complaint complaint, string pages)
    {
        AttributePlace place = complaint.Place;
        Location location = Location.Create(
            place.Path,
            new TextSpan(place.Start, place.Length),
            new LinePositionSpan(new LinePosition(place.StartLine, place.StartColumn), new LinePosition(place.EndLine, place.EndColumn)));
        return Microsoft.CodeAnalysis.Diagnostic.Create(Translate(ById[complaint.Id], pages), location, complaint.Message);
    }

    private static Microsoft.CodeAnalysis.DiagnosticDescriptor Translate(DiagnosticDescriptor descriptor, string pages) => new(
        descriptor.Id,
        descriptor.Title,
        "{0}",
        "Abnf",
        descriptor.Severity switch
        {
            Severity.Error => DiagnosticSeverity.Error,
            Severity.Warning => DiagnosticSeverity.Warning,
            _ => DiagnosticSeverity.Info,
        },
        isEnabledByDefault: true,
        helpLinkUri: Uri.TryCreate(pages + descriptor.Id + ".md", UriKind.Absolute, out Uri page) ? page.AbsoluteUri : null);
}
