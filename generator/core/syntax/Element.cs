using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>A piece of a rule's right side (RFC 5234 section 3).</summary>
public abstract class Element
{
    private protected Element(SourceSpan span) => Span = span;

    /// <summary>Where it stands.</summary>
    public SourceSpan Span { get; }
}

/// <summary>One of several (RFC 5234 section 3.2); the earlier is preferred where two readings are possible.</summary>
public sealed class Alternation : Element
{
    internal Alternation(SourceSpan span, IReadOnlyList<Element> alternatives)
        : base(span) => Alternatives = alternatives;

    /// <summary>At least two, none an alternation itself unless it is a group.</summary>
    public IReadOnlyList<Element> Alternatives { get; }
}

/// <summary>One after the other (RFC 5234 section 3.1).</summary>
public sealed class Concatenation : Element
{
    internal Concatenation(SourceSpan span, IReadOnlyList<Element> parts)
        : base(span) => Parts = parts;

    /// <summary>At least two.</summary>
    public IReadOnlyList<Element> Parts { get; }
}

/// <summary>Repetition and option (RFC 5234 sections 3.6 to 3.8); more is preferred to fewer.</summary>
public sealed class Repetition : Element
{
    /// <summary>The <see cref="Maximum"/> of a repetition without an upper bound.</summary>
    public const int Unbounded = int.MaxValue;

    internal Repetition(SourceSpan span, int minimum, int maximum, Element element)
        : base(span)
    {
        Minimum = minimum;
        Maximum = maximum;
        Element = element;
    }

    /// <summary>At least this often.</summary>
    public int Minimum { get; }

    /// <summary>At most this often, or <see cref="Unbounded"/>.</summary>
    public int Maximum { get; }

    /// <summary>What is repeated.</summary>
    public Element Element { get; }
}

/// <summary>A quoted string (RFC 5234 section 2.3, RFC 7405): letters match either case unless it is case-sensitive.</summary>
public sealed class Literal : Element
{
    internal Literal(SourceSpan span, string text, bool isCaseSensitive)
        : base(span)
    {
        Text = text;
        IsCaseSensitive = isCaseSensitive;
    }

    /// <summary>The characters between the quotes, all ASCII; may be empty.</summary>
    public string Text { get; }

    /// <summary>Whether it was written as %s"...".</summary>
    public bool IsCaseSensitive { get; }
}

/// <summary>Values written as numbers, one after the other: %x0D.0A, or a single one (RFC 5234 section 2.3).</summary>
public sealed class NumericSequence : Element
{
    internal NumericSequence(SourceSpan span, IReadOnlyList<int> values)
        : base(span) => Values = values;

    /// <summary>Octets up to 0xFF; a larger value is a character that is read as UTF-8.</summary>
    public IReadOnlyList<int> Values { get; }
}

/// <summary>A range of values: %x30-39 (RFC 5234 section 3.4).</summary>
public sealed class NumericRange : Element
{
    internal NumericRange(SourceSpan span, int first, int last)
        : base(span)
    {
        First = first;
        Last = last;
    }

    /// <summary>The lowest value.</summary>
    public int First { get; }

    /// <summary>The highest value. Above 0xFF the range is one of characters, read as UTF-8.</summary>
    public int Last { get; }
}

/// <summary>A rule's name on a right side.</summary>
public sealed class RuleReference : Element
{
    internal RuleReference(SourceSpan span, string name)
        : base(span) => Name = name;

    /// <summary>The name as written; case does not matter.</summary>
    public string Name { get; }
}

/// <summary>Prose in angle brackets (RFC 5234 section 4): read, so that it can be complained about where it stands.</summary>
public sealed class ProseValue : Element
{
    internal ProseValue(SourceSpan span, string text)
        : base(span) => Text = text;

    /// <summary>The text between the brackets.</summary>
    public string Text { get; }
}
