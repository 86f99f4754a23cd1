namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>The names of the pipeline's steps, by which tests ask which of them ran again after an edit.</summary>
public static class AbnfGeneratorSteps
{
    /// <summary>One grammar file is read.</summary>
    public const string GrammarFile = "GrammarFile";

    /// <summary>All grammar files are gathered.</summary>
    public const string GrammarFiles = "GrammarFiles";

    /// <summary>An attributed class is read.</summary>
    public const string Parser = "Parser";

    /// <summary>A class is joined with its files.</summary>
    public const string ParserInput = "ParserInput";

    /// <summary>A parser is compiled.</summary>
    public const string ParserOutput = "ParserOutput";

    /// <summary>A source goes out.</summary>
    public const string Source = "Source";

    /// <summary>The folder of the pages that explain complaints is asked for.</summary>
    public const string Pages = "Pages";

    /// <summary>The complaints go out.</summary>
    public const string Complaints = "Complaints";
}
