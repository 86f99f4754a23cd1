using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Gateway;

/// <summary>Parses the message of the mechanism PLAIN, decoded (RFC 4616 section 2).</summary>
[AbnfParser("plain-message", Captures = "authzid authcid passwd", MaxCaptures = 4)]
public sealed partial class PlainMessageParser
{
}
