using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

/// <summary>Parses a command line of a device that does not quite speak SMTP: <c>grammar/quirks.abnf</c>.</summary>
[AbnfParser(
    "quirky-command",
    Captures = "helo-word quirky-name quirky-local quirky-domain quirky-parameter quirky-login quirky-response quirky-rest",
    MaxCaptures = CommandReader.MostCaptures)]
public sealed partial class QuirkyCommandParser
{
}

/// <summary>Parses the message after 354 of a client whose lines, and whose data, may end in a bare LF.</summary>
[AbnfParser("lenient-data", Captures = "stuffing stray-cr stray-nul text-line-end bare-line-end end-of-data bare-end-of-data")]
public sealed partial class LenientDataParser
{
}
