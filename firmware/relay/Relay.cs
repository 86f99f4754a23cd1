namespace SmtpEmbedded.Relay;

/// <summary>
/// The whole relay in one object: takes in mail from clients, keeps it in the spool, forwards it to the smarthost, and turns
/// alerts into mail. A program of a few lines starts it:
/// <code>
///   Relay relay = new Relay(settings, store, SpoolOptions.ForDevice(), platform, log);
///   if (relay.Start())
///   {
///       relay.Alerts.Raise(Severity.Warning, "boiler", "Pressure is low", "1.1 bar; 1.5 to 2.0 is normal.");
///   }
/// </code>
/// One thread waits for clients, one works for each client, one forwards. All members may be called from any thread.
/// </summary>
public sealed partial class Relay
{
    private const string Source = "relay";

    /// <summary>How long <see cref="Stop"/> waits for work under way.</summary>
    private const int StopTimeout = 30 * 1000;

    private readonly RelaySettings _settings;
    private readonly ISegmentStore _store;
    private readonly SpoolOptions _options;
    private readonly IPlatform _platform;
    private readonly ILog _log;
    private readonly object _lock = new object();
    private readonly SpoolDoor _spool;
    private ForwardTask? _forwarding;
    private AcceptTask? _accepting;
    private TaskCount? _tasks;

    /// <summary>Makes a relay that does nothing until <see cref="Start"/>.</summary>
    /// <param name="settings">Not changed afterwards.</param>
    /// <param name="store">Where the spool keeps its segments; used by this relay alone.</param>
    /// <param name="options">The spool's limits and manners.</param>
    /// <param name="platform">Threads, clocks and network.</param>
    /// <param name="log">Told what happens.</param>
    public Relay(RelaySettings settings, ISegmentStore store, SpoolOptions options, IPlatform platform, ILog log)
    {
        _settings = settings;
        _store = store;
        _options = options;
        _platform = platform;
        _log = log;
        _spool = new SpoolDoor(platform, settings.Limits.RoomTimeout);
        Mail = new AlertMail(settings, _spool, platform.Clock);
        Journal = new Journal(platform.Clock);
        CreateAlerts();
        Error = "";
    }

    /// <summary>The way into the spool for alerts. Where their engine is an assembly of its own, as on a board, a program makes <c>Alerts</c> and <c>SelfWatch</c> of this and <see cref="Journal"/> before it starts the relay.</summary>
    public AlertMail Mail { get; }

    /// <summary>What has become of mail.</summary>
    public Journal Journal { get; }

    /// <summary>Why <see cref="Start"/> returned false, or why nobody can connect at present; otherwise empty.</summary>
    public string Error { get; private set; }

    /// <summary>The port clients are taken in on; 0 while there is none.</summary>
    public int Port
    {
        get
        {
            lock (_lock)
            {
                return _accepting == null ? 0 : _accepting.Port;
            }
        }
    }

    /// <summary>How many messages wait to be forwarded.</summary>
    public int Waiting => _spool.Count;

    /// <summary>How many sessions are being served.</summary>
    public int Sessions
    {
        get
        {
            lock (_lock)
            {
                return _accepting == null ? 0 : _accepting.Sessions;
            }
        }
    }

    /// <summary>
    /// Reads the spool and begins to work. When the port cannot be listened on yet, for there is no network or another program
    /// has it, <see cref="Error"/> and the log say so, alerts and forwarding work all the same, and it is tried again.
    /// </summary>
    /// <returns>False when the spool cannot be read or there are no threads; <see cref="Error"/> says why. True when it runs already.</returns>
    public bool Start()
    {
        lock (_lock)
        {
            if (_tasks != null)
            {
                return true;
            }

            Error = OpenRelay.Objection(_settings);
            if (Error.Length > 0)
            {
                _log.Write(LogLevel.Error, Source, Error);
                return false;
            }

            Spool spool = new Spool(_store, _platform.Clock, _log, _options);
            if (!spool.Open())
            {
                Error = "The spool cannot be read: " + spool.Error;
                return false;
            }

            TaskCount tasks = new TaskCount(_platform);
            ForwardTask forwarding = new ForwardTask(_settings, _spool, _platform, _log, Journal, tasks);
            AcceptTask accepting = new AcceptTask(_settings, _spool, _platform, _log, tasks);
            if (!accepting.Listen())
            {
                Error = accepting.Error;
                _log.Write(LogLevel.Error, Source, Error + "; will try again");
            }

            _spool.Open(spool, forwarding.Wake);
            _tasks = tasks;
            _forwarding = forwarding;
            _accepting = accepting;
            if (tasks.Start(forwarding) && tasks.Start(accepting))
            {
                return true;
            }

            Error = _platform.Error;
            End();
            return false;
        }
    }

    /// <summary>
    /// Takes in nobody any more, lets a message that is complete become durable, breaks off the rest, and closes the spool.
    /// Returns when all threads have ended. <see cref="Start"/> may follow.
    /// </summary>
    public void Stop()
    {
        lock (_lock)
        {
            End();
        }
    }

    // Where the engine is in the same assembly: alerts/engine/Relay.Alerts.cs.
    partial void CreateAlerts();

    private void End()
    {
        if (_tasks == null)
        {
            return;
        }

        _spool.EndWaits();
        _accepting!.Stop();
        _forwarding!.Stop();
        if (!_tasks.Wait(StopTimeout))
        {
            _log.Write(LogLevel.Error, Source, "Some work did not end in time; it is abandoned");
        }

        _spool.Close();
        _tasks = null;
        _forwarding = null;
        _accepting = null;
    }
}
