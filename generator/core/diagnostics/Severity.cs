namespace SmtpEmbedded.Abnf;

/// <summary>How much a diagnostic matters.</summary>
public enum Severity
{
    /// <summary>Good to know; the parser is right all the same.</summary>
    Info,

    /// <summary>Probably not what the author means.</summary>
    Warning,

    /// <summary>No parser can be made.</summary>
    Error,
}
