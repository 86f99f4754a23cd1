namespace SmtpEmbedded.Relay;

/// <summary>How the connection to the smarthost is protected. What is set is required: the relay never falls back to less.</summary>
public enum SmarthostSecurity
{
    /// <summary>Clear text. For a smarthost on the same machine or a trusted wire.</summary>
    None,

    /// <summary>Clear text until STARTTLS, which must succeed before any mail is sent (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,
}
