namespace SmtpEmbedded.Relay;

/// <summary>
/// The connection to the smarthost with the session that speaks on it: the driver of <see cref="ClientSession"/> for blocking
/// connections. Used by the forwarder's thread, except <see cref="Stop"/>.
/// </summary>
internal sealed class SmarthostLine
{
    /// <summary>How long a smarthost that broke off while we were sending is given to have its last words read.</summary>
    private const int LastWords = 100;
    private const int InputBytes = 256;

    private readonly RelaySettings _settings;
    private readonly IConnector _connector;
    private readonly IClock _clock;
    private ClientSession _session = null!;
    private byte[] _input = null!;
    private readonly object _gate = new object();
    private IConnection? _connection;
    private bool _stopped;
    private long _end;

    /// <summary>Makes a line that is not open.</summary>
    public SmarthostLine(RelaySettings settings, IConnector connector, IClock clock)
    {
        _settings = settings;
        _connector = connector;
        _clock = clock;
        FailureText = "";
        Smarthost = settings.Smarthost;
    }

    /// <summary>Whom the line was last opened to.</summary>
    public Smarthost Smarthost { get; private set; }

    /// <summary>Whether messages can be sent.</summary>
    public bool IsOpen => _connection != null;

    /// <summary>How many messages the connection has carried to their results.</summary>
    public int Messages { get; private set; }

    /// <summary>Why the line is not open, or <see cref="ClientFailure.None"/> when it was closed in good order.</summary>
    public ClientFailure Failure { get; private set; }

    /// <summary>The failure as a sentence.</summary>
    public string FailureText { get; private set; }

    /// <summary>The session, for the results of the last message; none before the first <see cref="Open"/> and after <see cref="Rest"/>.</summary>
    public ClientSession Session => _session;

    /// <summary>Whether <see cref="Stop"/> has been called.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _stopped;
            }
        }
    }

    /// <summary>Connects, and goes as far as the session must before it takes a message.</summary>
    /// <param name="smarthost">Where to.</param>
    /// <param name="choice">Which of its hosts, from 0.</param>
    /// <returns>False leaves the reason in <see cref="Failure"/> and <see cref="FailureText"/>.</returns>
    public bool Open(Smarthost smarthost, int choice)
    {
        Smarthost = smarthost;
        Messages = 0;
        Failure = ClientFailure.None;
        FailureText = "";
        _end = _clock.UptimeMilliseconds + _settings.Limits.AttemptTimeout;
        if (_session == null)
        {
            _input = new byte[InputBytes];
            _session = new ClientSession(_settings, _clock);
        }

        IConnection? connection = _connector.Connect(smarthost, choice, _settings.Limits.ConnectTimeout);
        if (connection == null)
        {
            Failure = ClientFailure.Connect;
            FailureText = "Cannot connect to " + smarthost.Host + " port " + smarthost.EffectivePort.ToString() + ": " + Printable.From(_connector.Error);
            return false;
        }

        lock (_gate)
        {
            if (!_stopped)
            {
                _connection = connection;
            }
        }

        if (_connection == null)
        {
            connection.Close();
            return false;
        }

        _session.Open(smarthost, smarthost.Security == SmarthostSecurity.Tls);
        Drive(connection);
        return CloseIfOver();
    }

    /// <summary>Sends one message; its results are in <see cref="Session"/> whatever is returned.</summary>
    /// <returns>False when the connection ended over it.</returns>
    public bool Send(QueuedMessage message, MessageReader reader)
    {
        IConnection? connection = _connection;
        if (connection == null)
        {
            return false;
        }

        _end = _clock.UptimeMilliseconds + _settings.Limits.AttemptTimeout;
        _session.Begin(message, reader);
        Drive(connection);
        if (!CloseIfOver())
        {
            return false;
        }

        Messages++;
        return true;
    }

    /// <summary>Takes leave and closes; nothing if it is not open.</summary>
    public void Close()
    {
        IConnection? connection = _connection;
        if (connection == null)
        {
            return;
        }

        if (_session.Wants == ClientWants.Message)
        {
            _session.Quit();
            Drive(connection);
        }

        CloseConnection();
    }

    /// <summary>Gives back the memory of session and buffers while the line is not open, and will not be for a while.</summary>
    public void Rest()
    {
        _session = null!;
        _input = null!;
    }

    /// <summary>Ends the line for good: whoever waits on the connection is woken. From any thread.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            if (_connection != null)
            {
                _connection.Close();
            }
        }
    }

    /// <summary>Carries bytes until the session wants a message or its end.</summary>
    private void Drive(IConnection connection)
    {
        for (;;)
        {
            if (!SendOutput(connection))
            {
                return;
            }

            switch (_session.Wants)
            {
                case ClientWants.Input:
                    Receive(connection);
                    break;
                case ClientWants.StartTls:
                    bool established = connection.StartTls(Smarthost.Host, TimeLeft());
                    _session.TlsStarted(established, Printable.From(connection.Error));
                    break;
                default:
                    return;
            }
        }
    }

    private bool SendOutput(IConnection connection)
    {
        while (_session.OutputCount > 0)
        {
            int count = _session.OutputCount;
            if (!connection.Send(_session.Output, _session.OutputStart, count, TimeLeft()))
            {
                string error = Printable.From(connection.Error);
                int last = connection.Receive(_input, 0, _input.Length, LastWords);
                if (last > 0)
                {
                    _session.Receive(_input, 0, last);
                }

                _session.PeerClosed(error);
                return false;
            }

            _session.Sent(count);
        }

        return true;
    }

    private void Receive(IConnection connection)
    {
        int timeLeft = TimeLeft();
        int count = timeLeft == 0 ? Connection.TimedOut : connection.Receive(_input, 0, _input.Length, timeLeft);
        if (count > 0)
        {
            _session.Receive(_input, 0, count);
        }
        else if (count == Connection.Closed)
        {
            _session.PeerClosed("");
        }
        else if (count == Connection.Broken)
        {
            _session.PeerClosed(Printable.From(connection.Error));
        }
        else if (TimeLeft() == 0)
        {
            _session.Expired();
        }
    }

    /// <summary>Milliseconds until the session's deadline or the end of the whole attempt, whichever is sooner.</summary>
    private int TimeLeft()
    {
        long end = _session.Deadline < _end ? _session.Deadline : _end;
        long left = end - _clock.UptimeMilliseconds;
        return left < 0 ? 0 : left > int.MaxValue ? int.MaxValue : (int)left;
    }

    private bool CloseIfOver()
    {
        if (_session.Wants == ClientWants.Message)
        {
            return true;
        }

        Failure = _session.Failure;
        FailureText = _session.FailureText;
        CloseConnection();
        return false;
    }

    private void CloseConnection()
    {
        IConnection? connection;
        lock (_gate)
        {
            connection = _connection;
            _connection = null;
        }

        if (connection != null)
        {
            connection.Close();
        }
    }
}
