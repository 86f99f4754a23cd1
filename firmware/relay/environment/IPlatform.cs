namespace SmtpEmbedded.Relay;

/// <summary>
/// What <see cref="Relay"/> needs of the machine it runs on, files apart: threads, time and a network. The one implementation
/// with sockets is in the folder platform; tests bring their own. May be called from any thread.
/// </summary>
public interface IPlatform
{
    /// <summary>The clocks.</summary>
    IClock Clock { get; }

    /// <summary>The way to the smarthost.</summary>
    IConnector Connector { get; }

    /// <summary>Listens for clients.</summary>
    /// <param name="address">An address as text without brackets, or "*" for every address.</param>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <returns>The listener, or null; <see cref="Error"/> says why.</returns>
    IListener? Listen(string address, int port);

    /// <summary>Gives a task a thread of its own.</summary>
    /// <returns>False when there is no thread to be had; <see cref="Error"/> says why.</returns>
    bool Start(ITask task);

    /// <summary>Makes a signal.</summary>
    ISignal CreateSignal();

    /// <summary>Why the last <see cref="Listen"/> or <see cref="Start"/> failed, as a sentence; otherwise empty.</summary>
    string Error { get; }
}
