namespace SmtpEmbedded.Relay;

/// <summary>What a <see cref="ClientSession"/> is waiting for.</summary>
internal enum ClientState
{
    /// <summary>No connection.</summary>
    Closed,

    /// <summary>The 220 that opens the session.</summary>
    Greeting,

    /// <summary>The answer to EHLO.</summary>
    Ehlo,

    /// <summary>The answer to HELO, after EHLO was not known.</summary>
    Helo,

    /// <summary>The answer to STARTTLS.</summary>
    StartTls,

    /// <summary>The driver's TLS handshake.</summary>
    Handshake,

    /// <summary>The answer to a step of AUTH.</summary>
    Login,

    /// <summary>The driver's next message.</summary>
    Ready,

    /// <summary>The answers about a message.</summary>
    Transaction,

    /// <summary>The answer to QUIT.</summary>
    Quit,
}
