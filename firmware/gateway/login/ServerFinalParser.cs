using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>Parses a SCRAM server's final message (RFC 5802 section 7).</summary>
[AbnfParser("server-final-message", Captures = "server-error-value verifier-value")]
public sealed partial class ServerFinalParser
{
}
