namespace SmtpEmbedded.Relay;

/// <summary>Takes in connections from clients. Used by one thread, except <see cref="Close"/>.</summary>
public interface IListener
{
    /// <summary>The port it listens on: the real one where the system was left to choose.</summary>
    int Port { get; }

    /// <summary>Waits for the next connection.</summary>
    /// <param name="timeoutMilliseconds">The longest wait; it may be shorter.</param>
    /// <returns>The connection; null when none came, or after <see cref="Close"/>, or when the listener can take in no more: then <see cref="Error"/> says why, and a new listener is needed.</returns>
    IClientConnection? Accept(int timeoutMilliseconds);

    /// <summary>The address of the client accepted last: 4 or 16 bytes in network order.</summary>
    byte[] PeerAddress { get; }

    /// <summary>Why there is no listening any more, as a sentence; otherwise empty.</summary>
    string Error { get; }

    /// <summary>Stops listening and wakes <see cref="Accept"/>. From any thread; never fails; calling it again does nothing.</summary>
    void Close();
}
