using System;
using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// The thread that waits for clients. Each gets one of a fixed number of sessions; a client too many is told so. A listener
/// that fails, for the network has gone, is replaced.
/// </summary>
internal sealed class AcceptTask : ITask
{
    private const string Source = "server";
    private const int ListenAgain = 5000;

    /// <summary>How long one of several sockets is listened to before the next.</summary>
    private const int Turn = 50;
    private const int TlsPlace = 2;

    /// <summary>How long a client may wait for a session that is about to end, before it is turned away.</summary>
    private const int Patience = 2000;
    private const int RefusalTimeout = 1000;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly IPlatform _platform;
    private readonly ILog _log;
    private readonly TaskCount _tasks;
    private readonly SessionTask?[] _sessions;
    private readonly ISignal _freed;
    private readonly ISignal _stopped;
    private readonly object _lock = new object();
    private readonly IListener?[] _listeners = new IListener?[3];
    private bool _isStopping;

    public AcceptTask(RelaySettings settings, ISpool spool, IPlatform platform, ILog log, TaskCount tasks)
    {
        _settings = settings;
        _spool = spool;
        _platform = platform;
        _log = log;
        _tasks = tasks;
        _sessions = new SessionTask?[settings.Limits.Sessions > 0 ? settings.Limits.Sessions : 1];
        _freed = platform.CreateSignal();
        _stopped = platform.CreateSignal();
        Error = "";
    }

    /// <summary>Why <see cref="Listen"/> failed.</summary>
    public string Error { get; private set; }

    /// <summary>The first port; 0 while nobody listens there.</summary>
    public int Port
    {
        get
        {
            lock (_lock)
            {
                IListener? first = _listeners[0];
                return first == null ? 0 : first.Port;
            }
        }
    }

    /// <summary>How many sessions are being served.</summary>
    public int Sessions
    {
        get
        {
            int count = 0;
            for (int i = 0; i < _sessions.Length; i++)
            {
                SessionTask? session = _sessions[i];
                if (session != null && session.IsBusy)
                {
                    count++;
                }
            }

            return count;
        }
    }

    /// <summary>Begins to listen where the settings say and nobody listens yet.</summary>
    public bool Listen()
    {
        return ListenOn(0, _settings.ListenPort) & ListenOn(1, _settings.SecondPort) & ListenOn(TlsPlace, _settings.OffersTls ? _settings.TlsPort : -1);
    }

    private bool ListenOn(int place, int port)
    {
        if (port < 0 || _listeners[place] != null)
        {
            return true;
        }

        IListener? listener = _platform.Listen(_settings.ListenAddress, port);
        if (listener == null)
        {
            Error = _platform.Error;
            return false;
        }

        lock (_lock)
        {
            if (!_isStopping)
            {
                _listeners[place] = listener;
                _log.Write(LogLevel.Information, Source, "Listening on " + _settings.ListenAddress + " port " + listener.Port.ToString());
                return true;
            }
        }

        listener.Close();
        return false;
    }

    public void Run()
    {
        // All in one method, for it waits nearly always: on a board every frame that waits is memory.
        long again = 0;
        while (!IsStopping())
        {
            try
            {
                // Sockets take turns: one thread for all of them.
                int waits = 0;
                for (int i = 0; i < _listeners.Length && !IsStopping(); i++)
                {
                    IListener? listener = _listeners[i];
                    if (listener != null)
                    {
                        waits++;
                        IClientConnection? client = listener.Accept(_settings.SecondPort < 0 && _settings.TlsPort < 0 ? int.MaxValue : Turn);
                        if (client != null)
                        {
                            Serve(client, listener.PeerAddress, i == TlsPlace);
                        }
                        else if (listener.Error.Length > 0 && !IsStopping())
                        {
                            _log.Write(LogLevel.Warning, Source, "Takes in nobody for the moment: " + listener.Error);
                            Forget(i);
                        }
                    }
                }

                if (waits == 0)
                {
                    _stopped.Wait(ListenAgain);
                }

                if (!IsStopping() && _platform.Clock.UptimeMilliseconds >= again)
                {
                    again = _platform.Clock.UptimeMilliseconds + ListenAgain;
                    Listen();
                    ForgetEnded();
                }
            }
            catch (Exception failure)
            {
                // On a board memory may have run out; the sessions there are go on, and this one takes in others later.
                Fault.Log(_log, Source, "Taking in clients stopped short by ", failure);
                _stopped.Wait(Patience);
            }
        }

        _tasks.Leave();
    }

    /// <summary>Takes in nobody any more and ends every session that waits for its client. From any thread.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            for (int i = 0; i < _listeners.Length; i++)
            {
                _listeners[i]?.Close();
            }
        }

        _stopped.Set();
        _freed.Set();
        for (int i = 0; i < _sessions.Length; i++)
        {
            _sessions[i]?.Stop();
        }
    }

    private void Serve(IClientConnection client, byte[] address, bool tls)
    {
        for (SessionTask? session = Free(address); session != null; session = Free(address))
        {
            if (session.Serve(client, address, tls))
            {
                return;
            }
        }

        _log.Write(LogLevel.Warning, Source, "A client was turned away: too many sessions");
        byte[] reply = Encoding.UTF8.GetBytes("421 4.3.2 Too many sessions; try again later\r\n");
        client.Send(reply, 0, reply.Length, RefusalTimeout);
        client.Close();
    }

    private bool IsTooMany(byte[] address)
    {
        int count = 0;
        for (int i = 0; i < _sessions.Length; i++)
        {
            SessionTask? session = _sessions[i];
            if (session != null && session.IsServing(address))
            {
                count++;
            }
        }

        return count >= _settings.Limits.SessionsPerAddress;
    }

    /// <summary>A session that serves nobody; a client that comes while another leaves waits a little for it.</summary>
    private SessionTask? Free(byte[] address)
    {
        long end = _platform.Clock.UptimeMilliseconds + Patience;
        while (!IsStopping())
        {
            for (int i = 0; i < _sessions.Length && !IsTooMany(address); i++)
            {
                SessionTask? session = _sessions[i];
                if (session == null || session.IsOver)
                {
                    return Create(i);
                }

                if (!session.IsBusy)
                {
                    return session;
                }
            }

            long left = end - _platform.Clock.UptimeMilliseconds;
            if (left <= 0)
            {
                break;
            }

            _freed.Wait((int)left);
        }

        return null;
    }

    /// <summary>Sessions are made when they are needed and then kept for a while.</summary>
    private SessionTask? Create(int place)
    {
        try
        {
            SessionTask session = new SessionTask(_settings, _spool, _platform, _log, _freed, _tasks);
            if (_tasks.Start(session))
            {
                lock (_lock)
                {
                    _sessions[place] = session;
                    if (_isStopping)
                    {
                        session.Stop();
                    }
                }

                return session;
            }
        }
        catch (OutOfMemoryException)
        {
            _log.Write(LogLevel.Error, Source, "There is no memory for another session");
        }

        return null;
    }

    /// <summary>Lets go of sessions that have ended, for on a board even what is left of them is memory.</summary>
    private void ForgetEnded()
    {
        for (int i = 0; i < _sessions.Length; i++)
        {
            SessionTask? session = _sessions[i];
            if (session != null && session.IsOver)
            {
                _sessions[i] = null;
            }
        }
    }

    private void Forget(int place)
    {
        _listeners[place]!.Close();
        lock (_lock)
        {
            _listeners[place] = null;
        }
    }

    private bool IsStopping()
    {
        lock (_lock)
        {
            return _isStopping;
        }
    }
}
