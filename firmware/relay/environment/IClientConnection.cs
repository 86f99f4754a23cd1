namespace SmtpEmbedded.Relay;

/// <summary>A connection that a client has made to us.</summary>
public interface IClientConnection : IConnection
{
    /// <summary>Waits for bytes as <see cref="IConnection.Receive"/> does, and leaves them to be received.</summary>
    int Peek(byte[] buffer, int offset, int count, int timeoutMilliseconds);

    /// <summary>Turns the plain connection into a TLS one, as the server, with the certificate the platform has.</summary>
    /// <param name="timeoutMilliseconds">The longest the handshake may take.</param>
    /// <returns>Whether TLS is established; false leaves the reason in <see cref="IConnection.Error"/>, and the connection is of no more use.</returns>
    bool AcceptTls(int timeoutMilliseconds);
}
