using System.Globalization;

namespace SmtpEmbedded.Abnf;

/// <summary>One complaint about one place of a grammar file.</summary>
public sealed class Diagnostic
{
    /// <summary>Makes a complaint.</summary>
    public Diagnostic(DiagnosticDescriptor descriptor, SourceSpan span, params object[] arguments)
    {
        Descriptor = descriptor;
        Span = span;
        Message = string.Format(CultureInfo.InvariantCulture, descriptor.Message, arguments);
    }

    /// <summary>Its kind.</summary>
    public DiagnosticDescriptor Descriptor { get; }

    /// <summary>Its place.</summary>
    public SourceSpan Span { get; }

    /// <summary>The sentence.</summary>
    public string Message { get; }

    /// <summary>The complaint as compilers print it: file:line:column: severity id: sentence; line and column from 1.</summary>
    public override string ToString()
    {
        Span.File.GetLineAndColumn(Span.Start, out int line, out int column);
        string severity = Descriptor.Severity.ToString().ToLowerInvariant();
        return $"{Span.File.Path}:{line + 1}:{column + 1}: {severity} {Descriptor.Id}: {Message}";
    }
}
