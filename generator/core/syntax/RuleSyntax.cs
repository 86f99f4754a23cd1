using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>One rule as it stands in a file: name, "=" or "=/", right side, and the comments around it.</summary>
public sealed class RuleSyntax
{
    internal RuleSyntax(string name, SourceSpan nameSpan, bool isIncremental, Element body, IReadOnlyList<string> comments)
    {
        Name = name;
        NameSpan = nameSpan;
        IsIncremental = isIncremental;
        Body = body;
        Comments = comments;
    }

    /// <summary>The name as written.</summary>
    public string Name { get; }

    /// <summary>Where the name stands.</summary>
    public SourceSpan NameSpan { get; }

    /// <summary>Whether it was written with "=/".</summary>
    public bool IsIncremental { get; }

    /// <summary>The right side.</summary>
    public Element Body { get; }

    /// <summary>The comment lines directly above it, without semicolons.</summary>
    public IReadOnlyList<string> Comments { get; }
}
