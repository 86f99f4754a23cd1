namespace SmtpEmbedded.Abnf;

/// <summary>Where a rule stands in a file, from its name to the line behind it, whether it could be read or not.</summary>
internal sealed class RuleRegion
{
    internal RuleRegion(string name, SourceSpan span)
    {
        Name = name;
        Span = span;
    }

    internal string Name { get; }

    internal SourceSpan Span { get; }

    internal bool Contains(SourceSpan place) => place.File == Span.File && place.Start >= Span.Start && place.Start < System.Math.Max(Span.End, Span.Start + 1);
}
