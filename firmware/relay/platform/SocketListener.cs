using System;
using System.Net;
using System.Net.Sockets;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>Listens on a socket.</summary>
internal sealed class SocketListener : IListener
{
    private const int Backlog = 4;

    /// <summary>Places a client never gets: the connection to the smarthost, a name look-up, SNTP.</summary>
    private const int KeptFree = 3;

    /// <summary>How long closing may go unnoticed.</summary>
    private const int LongestPoll = 500;

    private readonly Socket _socket;
    private readonly SocketBudget _budget;
    private readonly TlsGate _gate;
    private readonly object _lock = new object();
    private bool _isClosed;

    /// <param name="socket">Listening; owned from now on.</param>
    /// <param name="budget">Its place is taken already.</param>
    /// <param name="gate">For connections that turn to TLS.</param>
    private SocketListener(Socket socket, SocketBudget budget, TlsGate gate)
    {
        _gate = gate;
        _socket = socket;
        _budget = budget;
        Error = "";
        PeerAddress = new byte[4];
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public byte[] PeerAddress { get; private set; }

    public string Error { get; private set; }

    /// <summary>Binds and listens; failures are exceptions, and leave no socket behind.</summary>
    public static SocketListener Open(IPAddress address, int port, SocketBudget budget, TlsGate gate)
    {
        Socket socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Reuse(socket);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return new SocketListener(socket, budget, gate);
        }
        catch (Exception)
        {
            socket.Close();
            throw;
        }
    }

    public IClientConnection? Accept(int timeoutMilliseconds)
    {
        Socket? client = null;
        Error = "";
        try
        {
            if (!_socket.Poll((timeoutMilliseconds < LongestPoll ? timeoutMilliseconds : LongestPoll) * 1000, SelectMode.SelectRead))
            {
                return null;
            }

            client = _socket.Accept();
            if (!_budget.Take(KeptFree))
            {
                // No socket is left to say so with.
                Drop(client);
                return null;
            }

            Socket taken = client;
            client = null;
            SocketConnection connection = new SocketConnection(taken, _budget, _gate);
            IPEndPoint? peer = taken.RemoteEndPoint as IPEndPoint;
            if (peer != null)
            {
                PeerAddress = peer.Address.GetAddressBytes();
                return connection;
            }

            connection.Close();
        }
        catch (Exception failure)
        {
            Drop(client);
            Error = _isClosed ? "it was closed" : Failures.Describe(failure);
        }

        return null;
    }

    public void Close()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        Drop(_socket);
        _budget.Give();
    }

    /// <summary>Lets a relay that starts again have its port while old connections are not forgotten yet.</summary>
    private static void Reuse(Socket socket)
    {
#if NANOFRAMEWORK_1_0
        try
        {
            // On .NET this is the default, and asking for it would share the port with other programs.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        }
        catch (Exception)
        {
            // Then the port is free a little later.
        }
#endif
    }

    private static void Drop(Socket? socket)
    {
        try
        {
            socket?.Close();
        }
        catch (Exception)
        {
            // Closed already.
        }
    }
}
