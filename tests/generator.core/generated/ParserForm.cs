namespace SmtpEmbedded.Abnf.Core.Tests.Generated;

/// <summary>What a parser is made as.</summary>
/// <param name="Target">What it is to run on.</param>
/// <param name="MaximumCaptures">How many captures it holds.</param>
/// <param name="MaximumBlocks">How large a method may be; a small one makes many methods of a parser.</param>
/// <param name="PrefersSize">Whether a parser for nanoFramework is tables where it would be code.</param>
internal sealed record ParserForm(
    ParserTarget Target = ParserTarget.NanoFramework, int MaximumCaptures = 4096, int MaximumBlocks = 1800, bool PrefersSize = false);
