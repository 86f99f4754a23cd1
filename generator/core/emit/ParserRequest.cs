using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>What a parser class is to be called and what it shall know.</summary>
public sealed class ParserRequest
{
    /// <summary>Asks for a parser class.</summary>
    /// <param name="namespaceName">Its namespace, or empty for the global one.</param>
    /// <param name="className">Its name.</param>
    public ParserRequest(string namespaceName, string className)
    {
        Namespace = namespaceName;
        ClassName = className;
    }

    /// <summary>Its namespace, or empty for the global one.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string ClassName { get; }

    /// <summary>The declarations it is nested in, outermost first, such as "partial class Outer"; none for a class of its own.</summary>
    public IReadOnlyList<string> Containers { get; set; } = new string[0];

    /// <summary>Words before "partial class" where the generated part is the only one, such as "public sealed".</summary>
    public string Modifiers { get; set; } = "";

    /// <summary>What the parser is to run on.</summary>
    public ParserTarget Target { get; set; } = ParserTarget.NanoFramework;

    /// <summary>How many captures the parser holds at once.</summary>
    public int MaximumCaptures { get; set; } = 32;

    /// <summary>How deep rules may nest; an input that goes deeper fails.</summary>
    public int MaximumDepth { get; set; } = 32;

    /// <summary>How many basic blocks, as estimated, a method that reads may have on .NET: the runtime optimises no method of more than 2,000.</summary>
    internal int MaximumBlocks { get; set; } = 1800;

    /// <summary>
    /// Whether a parser for nanoFramework is written as tables: less flash, a little more memory, twice the instructions. One that
    /// would be too large for one method is, and one with rules that nest.
    /// </summary>
    public bool PrefersSize { get; set; }

    /// <summary>
    /// Whether each parser for nanoFramework has tables of its own, for those needed seldom: the memory is free again with the
    /// parser. Otherwise all share one set, for good.
    /// </summary>
    public bool HasOwnTables { get; set; }

    /// <summary>Whether the parser can say which rule failed and what was expected; the texts cost flash, never memory.</summary>
    public bool Explains { get; set; } = true;

    /// <summary>Whether the members that say so are there and empty on nanoFramework, so that the same source compiles for both targets.</summary>
    public bool IsTerseOnDevice { get; set; }

    /// <summary>Whether the parser can say how many of the last octets are undecided, as only readers of streams ask.</summary>
    public bool TellsUndecided { get; set; } = true;

    /// <summary>Whether it has the texts, and not only the members.</summary>
    internal bool HasTexts => Explains && !(IsTerseOnDevice && Target == ParserTarget.NanoFramework);
}
