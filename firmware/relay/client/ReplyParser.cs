using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

/// <summary>Parses one line of a reply (RFC 5321 section 4.2, enhanced status codes of RFC 2034 included).</summary>
[AbnfParser("reply-line", Captures = "reply-code reply-separator enhanced-status textstring", MaxCaptures = 5, TerseOnDevice = true, OmitUndecided = true, PreferSize = true, OwnTables = true)]
public sealed partial class ReplyParser
{
}
