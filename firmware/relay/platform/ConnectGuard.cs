using System;
using System.Net.Sockets;
using System.Threading;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>Gives Socket.Connect the time limit it lacks: closing the socket wakes it.</summary>
internal sealed class ConnectGuard
{
    private readonly Socket _socket;
    private readonly Timer _timer;

    public ConnectGuard(Socket socket, int timeoutMilliseconds)
    {
        _socket = socket;
        _timer = new Timer(OnTime, null, timeoutMilliseconds, Timeout.Infinite);
    }

    /// <summary>Whether the time was up before <see cref="End"/>.</summary>
    public bool HasFired { get; private set; }

    public void End()
    {
        _timer.Dispose();
    }

    private void OnTime(object? state)
    {
        HasFired = true;
        try
        {
            _socket.Close();
        }
        catch (Exception)
        {
            // Closed already.
        }
    }
}
