using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

/// <summary>Parses what one line of an EHLO reply offers: a keyword and its parameters (RFC 5321 section 4.1.1.1).</summary>
[AbnfParser("ehlo-keyword-line", Captures = "ehlo-keyword ehlo-param", MaxCaptures = 4, OmitExplanations = true, OmitUndecided = true, PreferSize = true, OwnTables = true)]
public sealed partial class EhloKeywordParser
{
}
