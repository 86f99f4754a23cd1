namespace SmtpEmbedded.Relay;

/// <summary>Takes in connections from clients. Used by one thread, except <see cref="Close"/>.</summary>
public interface IListener
{
    /// <summary>The port it listens on: the real one where the system was left to choose.</summary>
    int Port { get; }

    /// <summary>Waits for the next connection, however long that takes.</summary>
    /// <returns>The connection, or null after <see cref="Close"/> or when the listener can take in no more; <see cref="Error"/> says why, and a new listener is needed.</returns>
    IConnection? Accept();

    /// <summary>The address of the client accepted last: 4 or 16 bytes in network order.</summary>
    byte[] PeerAddress { get; }

    /// <summary>Why <see cref="Accept"/> returned null, as a sentence; otherwise empty.</summary>
    string Error { get; }

    /// <summary>Stops listening and wakes <see cref="Accept"/>. From any thread; never fails; calling it again does nothing.</summary>
    void Close();
}
