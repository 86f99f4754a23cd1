namespace SmtpEmbedded.Relay;

/// <summary>
/// Why a connection to the smarthost ended before its time. All of these are temporary: they say something about the
/// connection and nothing about a message, so no recipient is ever refused because of them.
/// </summary>
public enum ClientFailure
{
    /// <summary>Nothing failed.</summary>
    None,

    /// <summary>The name could not be resolved, or nobody answered at the address, or (implicit TLS) the handshake failed.</summary>
    Connect,

    /// <summary>The smarthost refused the session in its greeting or in answer to EHLO.</summary>
    Refused,

    /// <summary>The smarthost closes the session for its own reasons (421, RFC 5321 section 3.8).</summary>
    ShuttingDown,

    /// <summary>STARTTLS is not offered, was refused, or the handshake failed; nothing was sent in clear instead.</summary>
    Tls,

    /// <summary>The login was refused, or cannot be done with what the smarthost offers, or is demanded and not set.</summary>
    Login,

    /// <summary>The smarthost said something that is not SMTP, or answered what nobody asked.</summary>
    Protocol,

    /// <summary>No answer came in time (RFC 5321 section 4.5.3.2).</summary>
    Timeout,

    /// <summary>The connection was lost.</summary>
    Disconnected,

    /// <summary>The message could not be read from the spool while it was being sent; the smarthost has not been told that it is whole.</summary>
    Message,
}
