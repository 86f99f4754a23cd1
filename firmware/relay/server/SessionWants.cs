namespace SmtpEmbedded.Relay;

/// <summary>What a <see cref="ServerSession"/> needs from its driver before it can go on. Output is to be sent at any time, whatever it wants.</summary>
public enum SessionWants
{
    /// <summary>Bytes from the client, through <see cref="ServerSession.Receive"/>.</summary>
    Input,

    /// <summary>The spool made durable: call <see cref="ISpool.Sync"/>, then <see cref="ServerSession.Committed"/>. Until then no byte is taken.</summary>
    Commit,

    /// <summary>The TLS handshake as server, once all output is sent and if no byte is left over from before (RFC 3207). Then <see cref="ServerSession.TlsStarted"/>. A byte that is left over goes into <see cref="ServerSession.Receive"/>, which ends the session for it.</summary>
    StartTls,

    /// <summary>What <see cref="RelaySettings.Credentials"/> says to <see cref="ServerSession.Responses"/>, through <see cref="ServerSession.Authenticated"/>. Until then no byte is taken.</summary>
    Authenticate,

    /// <summary>The end: send what is in the output, then close the connection. Nothing more is taken.</summary>
    Close,
}
