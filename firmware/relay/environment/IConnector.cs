namespace SmtpEmbedded.Relay;

/// <summary>Opens connections to smarthosts. Used by the forwarder's thread only.</summary>
public interface IConnector
{
    /// <summary>Connects, resolving the name first; with <paramref name="tls"/> the handshake is done before it returns (RFC 8314).</summary>
    /// <param name="host">A name or an address literal without brackets.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="tls">Whether TLS starts at once ("implicit TLS").</param>
    /// <param name="timeoutMilliseconds">The longest the whole may take.</param>
    /// <returns>The connection, or null with the reason in <see cref="Error"/>.</returns>
    IConnection? Connect(string host, int port, bool tls, int timeoutMilliseconds);

    /// <summary>Why the last <see cref="Connect"/> returned null: a sentence that says which of name, port, TLS or certificate is wrong.</summary>
    string Error { get; }
}
