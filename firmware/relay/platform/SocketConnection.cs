using System;
using System.IO;
using System.Net.Sockets;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>A connection on a blocking socket, in clear or within TLS.</summary>
internal sealed class SocketConnection : IClientConnection
{
    /// <summary>Poll counts microseconds in an int.</summary>
    private const int LongestPoll = 1000 * 1000;

    private readonly Socket _socket;
    private readonly SocketBudget _budget;
    private readonly TlsGate? _gate;
    private readonly object _lock = new object();
    private Stream? _tls;
    private SocketFlags _flags = SocketFlags.None;
    private bool _isGateHeld;
    private bool _isClosed;
    private int _receiveTimeout = -1;
    private int _sendTimeout = -1;

    /// <param name="socket">Connected; owned from now on.</param>
    /// <param name="budget">Given the socket's place back at the end.</param>
    /// <param name="gate">Asked before TLS; null where there never is any.</param>
    public SocketConnection(Socket socket, SocketBudget budget, TlsGate? gate)
    {
        _socket = socket;
        _budget = budget;
        _gate = gate;
        Error = "";
        Hurry(socket);
    }

    public string Error { get; private set; }

    public int Peek(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        // By a field and not an argument: so Receive, which waits most of the time, is one frame and not two.
        _flags = SocketFlags.Peek;
        int received = Receive(buffer, offset, count, timeoutMilliseconds);
        _flags = SocketFlags.None;
        return received;
    }

    public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        try
        {
            int received;
            if (_tls != null)
            {
                SetReceiveTimeout(timeoutMilliseconds);
                received = _tls.Read(buffer, offset, count);
            }
            else if (Poll(timeoutMilliseconds))
            {
                received = _socket.Receive(buffer, offset, count, _flags);
            }
            else
            {
                return Connection.TimedOut;
            }

            return received > 0 ? received : Connection.Closed;
        }
        catch (Exception failure)
        {
            int outcome = Failures.Outcome(failure);
            Error = Describe(failure);
            return outcome;
        }
    }

    public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        try
        {
            SetSendTimeout(timeoutMilliseconds);
            if (_tls != null)
            {
                _tls.Write(buffer, offset, count);
                return true;
            }

            while (count > 0)
            {
                int sent = _socket.Send(buffer, offset, count, SocketFlags.None);
                offset += sent;
                count -= sent;
            }

            return true;
        }
        catch (Exception failure)
        {
            Error = Describe(failure);
            return false;
        }
    }

    public bool StartTls(string host, int timeoutMilliseconds)
    {
        return Handshake(host, timeoutMilliseconds);
    }

    public bool AcceptTls(int timeoutMilliseconds)
    {
        return Handshake(null, timeoutMilliseconds);
    }

    /// <param name="host">The server; null where we are the server.</param>
    /// <param name="timeoutMilliseconds">The longest wait for a single answer.</param>
    private bool Handshake(string? host, int timeoutMilliseconds)
    {
        string objection = _gate == null ? "this connection has no TLS" : Enter(_gate);
        if (objection.Length > 0)
        {
            Error = objection;
            return false;
        }

        try
        {
            SetReceiveTimeout(timeoutMilliseconds);
            SetSendTimeout(timeoutMilliseconds);
            _tls = host == null ? TlsStream.Accept(_socket, _gate!.Certificate!) : TlsStream.Open(_socket, host, _gate!.Authorities);
            return true;
        }
        catch (Exception failure)
        {
            Error = Describe(failure);
            Close();
            return false;
        }
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

        // Each for itself: whatever the one throws, the other must still be done.
        if (_tls != null)
        {
            try
            {
                _tls.Dispose();
            }
            catch (Exception)
            {
                // The peer was gone before the farewell.
            }
        }

        try
        {
            _socket.Close();
        }
        catch (Exception)
        {
            // Closed with the stream already.
        }

        _budget.Give();
        if (_isGateHeld)
        {
            _gate!.Leave();
        }
    }

    /// <summary>Small writes go out at once: dialogue would otherwise wait for the peer's delayed acknowledgements.</summary>
    private static void Hurry(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        }
        catch (Exception)
        {
            // Slower, not wrong.
        }
    }

    private string Enter(TlsGate gate)
    {
        string objection = gate.Enter();
        if (objection.Length > 0)
        {
            return objection;
        }

        lock (_lock)
        {
            if (!_isClosed)
            {
                _isGateHeld = true;
                return "";
            }
        }

        gate.Leave();
        return "the connection was closed";
    }

    private string Describe(Exception failure)
    {
        return _isClosed ? "the connection was closed" : Failures.Describe(failure);
    }

    /// <summary>Waits for bytes or the end without the exception that a receive timeout costs.</summary>
    private bool Poll(int timeoutMilliseconds)
    {
        int left = timeoutMilliseconds;
        while (left > LongestPoll)
        {
            if (_socket.Poll(LongestPoll * 1000, SelectMode.SelectRead))
            {
                return true;
            }

            left -= LongestPoll;
        }

        return _socket.Poll(left > 0 ? left * 1000 : 0, SelectMode.SelectRead);
    }

    // A timeout of 0 means for ever, and setting one is a native call.
    private void SetReceiveTimeout(int milliseconds)
    {
        int timeout = milliseconds > 0 ? milliseconds : 1;
        if (timeout != _receiveTimeout)
        {
            _socket.ReceiveTimeout = timeout;
            _receiveTimeout = timeout;
        }
    }

    private void SetSendTimeout(int milliseconds)
    {
        int timeout = milliseconds > 0 ? milliseconds : 1;
        if (timeout != _sendTimeout)
        {
            _socket.SendTimeout = timeout;
            _sendTimeout = timeout;
        }
    }
}
