using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

// The generated parsers the server is driven by, one class a root of grammar/. Everything a byte from the wire means is
// decided in them; the session only asks which alternative was read and where the captured rules stand. Each has tables of its own: on
// a board these are in memory only while there is a session that has come to need them.

/// <summary>Parses one command line with its CRLF (RFC 5321 section 4.1 and the extensions' verbs).</summary>
[AbnfParser(
    "command",
    Captures = "ehlo-domain helo-domain postmaster-path Mailbox Local-part esmtp-param esmtp-keyword chunk-size last-marker "
        + "plain-mechanism initial-response client-hello",
    MaxCaptures = CommandReader.MostCaptures,
    TerseOnDevice = true,
    OmitUndecided = true,
    OwnTables = true)]
public sealed partial class CommandParser
{
}

/// <summary>Parses one line of an AUTH exchange (RFC 4954 section 4).</summary>
[AbnfParser("auth-line", Captures = "cancel", MaxCaptures = 2, OwnTables = true)]
public sealed partial class AuthLineParser
{
}

/// <summary>Parses one parameter of MAIL whose keyword an extension knows: SIZE, BODY, SMTPUTF8, RET, ENVID, AUTH.</summary>
[AbnfParser("mail-parameter", Captures = "size-value body-8bitmime body-binarymime ret-full envid-value", MaxCaptures = 4, OmitExplanations = true, OmitUndecided = true, PreferSize = true, OwnTables = true)]
public sealed partial class MailParameterParser
{
}

/// <summary>Parses one parameter of RCPT whose keyword an extension knows: NOTIFY and ORCPT (RFC 3461).</summary>
[AbnfParser("rcpt-parameter", Captures = "notify-never notify-success notify-failure notify-delay orcpt-value", MaxCaptures = 16, OmitExplanations = true, OmitUndecided = true, PreferSize = true, OwnTables = true)]
public sealed partial class RecipientParameterParser
{
}

/// <summary>Parses the keyword of a parameter, to tell one that is unknown (555) from one whose value is wrong (501).</summary>
[AbnfParser("parameter-keyword", OmitExplanations = true, PreferSize = true, OwnTables = true)]
public sealed partial class ParameterKeywordParser
{
}

/// <summary>Parses the message after 354 up to and with its end, as a stream (RFC 5321 sections 4.1.1.4 and 4.5.2).</summary>
[AbnfParser("message-data", Captures = "stuffing stray-cr stray-lf stray-nul text-line-end end-of-data", MaxCaptures = 8, OmitExplanations = true, OwnTables = true)]
public sealed partial class DataParser
{
}

/// <summary>Parses the beginning of a line of a header section (RFC 5322 section 2.2).</summary>
[AbnfParser("header-line", Captures = "field-name", MaxCaptures = 2, OmitExplanations = true, OwnTables = true)]
public sealed partial class HeaderLineParser
{
}

/// <summary>Parses the octets of a message that comes in chunks (RFC 3030), as a stream: it only tells stray octets and where lines end.</summary>
[AbnfParser("chunked-message", Captures = "stray-cr stray-lf stray-nul text-line-end", MaxCaptures = 8, OmitExplanations = true, OwnTables = true)]
public sealed partial class ChunkedMessageParser
{
}
