using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// A thread with a session and its buffers, that serves one client after another: what arrives goes into the session, what it
/// has to say goes out, and when it wants its message made durable the spool is asked. Nothing is allocated for a client. One
/// that has had no client for a while ends and gives its memory back.
/// </summary>
internal sealed class SessionTask : ITask
{
    private const string Source = "server";
    private const int SendTimeout = 60 * 1000;

    /// <summary>How long a client may take to close after our last word: closing first could cost it that word.</summary>
    private const int Farewell = 1000;

    /// <summary>How often a session that waits looks whether the relay is stopping: how long stopping takes.</summary>
    private const int Look = 500;

    private ServerSession _session;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly ISignal _work;
    private readonly ISignal _freed;
    private readonly TaskCount _tasks;
    private byte[] _buffer;
    private readonly object _lock = new object();
    private readonly RelaySettings _settings;
    private IClientConnection? _client;
    private byte[] _address = new byte[4];
    private bool _isTls;
    private bool _isStopping;
    private bool _isOver;

    /// <param name="settings">For the session.</param>
    /// <param name="spool">Where its messages go.</param>
    /// <param name="platform">For its waits.</param>
    /// <param name="log">Told what the session refuses.</param>
    /// <param name="freed">Set when a client has left.</param>
    /// <param name="tasks">Told when it ends.</param>
    public SessionTask(RelaySettings settings, ISpool spool, IPlatform platform, ILog log, ISignal freed, TaskCount tasks)
    {
        _settings = settings;
        _buffer = new byte[settings.Limits.ReceiveBuffer];
        _session = new ServerSession(settings, spool, platform.Clock, log);
        _spool = spool;
        _clock = platform.Clock;
        _log = log;
        _freed = freed;
        _tasks = tasks;
        _work = platform.CreateSignal();
    }

    /// <summary>Whether it has a client.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                return _client != null;
            }
        }
    }

    /// <summary>Whether its client has this address.</summary>
    public bool IsServing(byte[] address)
    {
        lock (_lock)
        {
            return _client != null && _address.Length == address.Length && Ascii.AreEqual(_address, 0, address, 0, address.Length);
        }
    }

    /// <summary>Whether it has ended, and another takes its place.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _isOver;
            }
        }
    }

    /// <summary>Hands it a client; only while it is not busy.</summary>
    /// <param name="client">Closed in the end.</param>
    /// <param name="address">4 or 16 bytes.</param>
    /// <param name="tls">Whether TLS begins at once.</param>
    /// <returns>False when it has just ended.</returns>
    public bool Serve(IClientConnection client, byte[] address, bool tls)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return false;
            }

            _client = client;
            _address = address;
            _isTls = tls;
        }

        _work.Set();
        return true;
    }

    /// <summary>Ends the task soon: its client is told so as soon as the session waits for it (RFC 5321 section 3.8). From any thread.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
        }

        _work.Set();
    }

    public void Run()
    {
        bool wasIdle = false;
        while (true)
        {
            IClientConnection? client;
            lock (_lock)
            {
                client = _client;
                if (client == null && (_isStopping || wasIdle))
                {
                    _isOver = true;
                    _session = null!;
                    _buffer = null!;
                    break;
                }
            }

            if (client == null)
            {
                wasIdle = !_work.Wait(_settings.Limits.IdleSession);
                continue;
            }

            try
            {
                Converse(client);
            }
            catch (Exception failure)
            {
                // Memory has run out, or the fault is ours to mend; the other sessions go on.
                Fault.Log(_log, Source, "A session failed: ", failure);
                _session.PeerClosed();
            }

            client.Close();
            lock (_lock)
            {
                _client = null;
            }

            _freed.Set();
        }

        _tasks.Leave();
    }

    private void Converse(IClientConnection client)
    {
        int start = 0;
        int count = 0;
        if (_isTls && !client.AcceptTls(_settings.Limits.HandshakeTimeout))
        {
            return;
        }

        _session.Open(_address, _isTls);
        while (true)
        {
            if (count > 0 && (_session.Wants == SessionWants.Input || _session.Wants == SessionWants.StartTls))
            {
                int taken = _session.Receive(_buffer, start, count);
                start += taken;
                count -= taken;
                if (taken > 0)
                {
                    continue;
                }
            }

            if (_session.OutputCount > 0)
            {
                if (!Send(client))
                {
                    _session.PeerClosed();
                    return;
                }

                continue;
            }

            switch (_session.Wants)
            {
                case SessionWants.Commit:
                    _spool.Sync();
                    _session.Committed();
                    break;
                case SessionWants.StartTls:
                    _session.TlsStarted(client.AcceptTls(_settings.Limits.HandshakeTimeout));
                    break;
                case SessionWants.Authenticate:
                    _session.Authenticated(_settings.Credentials!.Accepts(_session.Responses, _session.UserEnd, _session.ResponsesEnd));
                    break;
                case SessionWants.Input:
                    start = 0;
                    if (_session.IsEarly)
                    {
                        Listen(client);
                        count = 0;
                        break;
                    }

                    count = Receive(client);
                    if (count < 0)
                    {
                        _session.PeerClosed();
                        return;
                    }

                    break;
                default:
                    AwaitClose(client);
                    return;
            }
        }
    }

    private bool Send(IClientConnection client)
    {
        int count = _session.OutputCount;
        if (!client.Send(_session.Output, _session.OutputStart, count, SendTimeout))
        {
            return false;
        }

        _session.Sent(count);
        return true;
    }

    /// <summary>Lets the session hear whether its client speaks before the greeting; what it says stays with the connection.</summary>
    private void Listen(IClientConnection client)
    {
        long left = _session.Deadline - _clock.UptimeMilliseconds;
        if (client.Peek(_buffer, 0, 1, left > 0 ? (int)left : 0) > 0)
        {
            _session.Receive(_buffer, 0, 1);
        }
        else
        {
            // Whoever is gone is met again at the next receive.
            _session.Expired();
        }
    }

    /// <returns>How many bytes came; 0 when none have come yet, or the session's time was up, and it was told; -1 when it is over.</returns>
    private int Receive(IClientConnection client)
    {
        if (IsStopping())
        {
            _session.Stop();
            return 0;
        }

        long left = _session.Deadline - _clock.UptimeMilliseconds;
        if (left <= 0)
        {
            _session.Expired();
            return 0;
        }

        int received = client.Receive(_buffer, 0, _buffer.Length, left > Look ? Look : (int)left);
        return received > 0 ? received : received == Connection.TimedOut ? 0 : -1;
    }

    private bool IsStopping()
    {
        lock (_lock)
        {
            return _isStopping;
        }
    }

    /// <summary>Reads away what the client still sends until it closes, for a little while.</summary>
    private void AwaitClose(IClientConnection client)
    {
        long end = _clock.UptimeMilliseconds + Farewell;
        for (long left = Farewell; left > 0 && !IsStopping(); left = end - _clock.UptimeMilliseconds)
        {
            if (client.Receive(_buffer, 0, _buffer.Length, (int)left) <= 0)
            {
                return;
            }
        }
    }
}
