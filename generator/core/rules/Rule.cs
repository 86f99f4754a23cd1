using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>A rule of the whole grammar: its definition and what other files added to it with "=/".</summary>
public sealed class Rule
{
    private readonly List<Element> _alternatives = new();
    private readonly List<string> _comments = new();

    internal Rule(string name, SourceSpan nameSpan, bool isCore)
    {
        Name = name;
        NameSpan = nameSpan;
        IsCore = isCore;
    }

    /// <summary>The name as first defined.</summary>
    public string Name { get; }

    /// <summary>Where it is defined.</summary>
    public SourceSpan NameSpan { get; }

    /// <summary>Whether it is one of RFC 5234 appendix B.1, built in.</summary>
    public bool IsCore { get; }

    /// <summary>Its top-level alternatives in order, those of "=/" last.</summary>
    public IReadOnlyList<Element> Alternatives => _alternatives;

    /// <summary>The comment lines over it, without semicolons.</summary>
    public IReadOnlyList<string> Comments => _comments;

    /// <summary>A rule of the grammar's own with the same alternatives so far.</summary>
    internal Rule Copy(SourceSpan nameSpan)
    {
        var copy = new Rule(Name, nameSpan, isCore: false);
        copy._alternatives.AddRange(_alternatives);
        return copy;
    }

    internal void Add(RuleSyntax syntax)
    {
        // A group around the whole right side is one alternation as well, so "a = ( b / c )" has two alternatives.
        if (syntax.Body is Alternation alternation)
        {
            _alternatives.AddRange(alternation.Alternatives);
        }
        else
        {
            _alternatives.Add(syntax.Body);
        }

        _comments.AddRange(syntax.Comments);
    }
}
