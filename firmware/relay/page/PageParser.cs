using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay.Page;

/// <summary>Parses the head of a request to the operator's page.</summary>
[AbnfParser("page-request", Captures = "page-method page-path page-field-name page-field-value", MaxCaptures = 8)]
public sealed partial class PageParser
{
}

/// <summary>Parses the value of a Cookie field.</summary>
[AbnfParser("page-cookies", Captures = "page-cookie-name page-cookie-value", MaxCaptures = 8)]
public sealed partial class CookieParser
{
}
