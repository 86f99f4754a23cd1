namespace SmtpEmbedded.Abnf;

/// <summary>What a parser is to run on; decides how it is written, not what it does.</summary>
public enum ParserTarget
{
    /// <summary>nanoFramework 1.17: C# 7, byte arrays, tables as small as can be. Runs on .NET too.</summary>
    NanoFramework,

    /// <summary>.NET 8 and later: the automaton as code, over spans.</summary>
    Net,
}
