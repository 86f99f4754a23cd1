namespace SmtpEmbedded.Relay;

/// <summary>
/// One stream of bytes to a peer, blocking with time limits: a socket, with or without TLS. Outcomes are values, never
/// exceptions. Used by one thread at a time, except <see cref="Close"/>, which any thread may call to wake the user.
/// </summary>
public interface IConnection
{
    /// <summary>Waits for bytes, at most <paramref name="timeoutMilliseconds"/>.</summary>
    /// <returns>How many bytes were read (at least 1), or <see cref="Connection.Closed"/>, <see cref="Connection.TimedOut"/>, <see cref="Connection.Broken"/>.</returns>
    int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds);

    /// <summary>Sends all the bytes, or gives up after <paramref name="timeoutMilliseconds"/>.</summary>
    /// <returns>Whether all were handed to the network; false leaves the reason in <see cref="Error"/>.</returns>
    bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds);

    /// <summary>
    /// Turns the plain connection into a TLS one (RFC 3207), as the client. Nothing received may be unread when it is called.
    /// </summary>
    /// <param name="host">The name the certificate must be for.</param>
    /// <param name="timeoutMilliseconds">The longest the handshake may take.</param>
    /// <returns>Whether TLS is established and the certificate verified; false leaves the reason in <see cref="Error"/>.</returns>
    bool StartTls(string host, int timeoutMilliseconds);

    /// <summary>A sentence an operator can act on, after a failure; otherwise an empty string.</summary>
    string Error { get; }

    /// <summary>Ends the connection. Never fails; calling it again does nothing.</summary>
    void Close();
}
