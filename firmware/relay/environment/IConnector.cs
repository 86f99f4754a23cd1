namespace SmtpEmbedded.Relay;

/// <summary>Opens connections to smarthosts. Used by the forwarder's thread only.</summary>
public interface IConnector
{
    /// <summary>Connects, resolving the name first; with <see cref="SmarthostSecurity.Tls"/> the handshake is done before it returns (RFC 8314).</summary>
    /// <param name="smarthost">Where to.</param>
    /// <param name="choice">0 for its first host, 1 for the next ... where it has several (RFC 5321 section 5.1).</param>
    /// <param name="timeoutMilliseconds">The longest the whole may take.</param>
    /// <returns>The connection, or null with the reason in <see cref="Error"/>.</returns>
    IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds);

    /// <summary>Whether the smarthost has a host behind the one the last <see cref="Connect"/> was for.</summary>
    bool HasMore { get; }

    /// <summary>Why the last <see cref="Connect"/> returned null: a sentence that says which of name, port, TLS or certificate is wrong.</summary>
    string Error { get; }
}
