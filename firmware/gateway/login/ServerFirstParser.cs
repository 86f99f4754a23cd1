using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>Parses a SCRAM server's first message (RFC 5802 section 7).</summary>
[AbnfParser("server-first-message", Captures = "nonce-value salt-value iteration-value")]
public sealed partial class ServerFirstParser
{
}
