namespace SmtpEmbedded.Relay;

/// <summary>
/// Where a program says that something is wrong. An alert is a mail in the spool, durable when <see cref="Raise"/> returns
/// true; the forwarder sends it before all other mail, when there is a network. From any thread; never waits for the network
/// and never throws because the spool is full or the disk fails.
/// </summary>
public sealed class Alerts
{
    private const string Source = "alerts";

    private readonly ISpool _spool;
    private readonly ILog _log;
    private readonly AlertComposer _composer;
    private readonly Envelope _envelope = new Envelope();
    private readonly object _gate = new object();
    private int _raised;
    private int _dropped;
    private bool _isDropping;

    /// <summary>Makes the way into the spool for alerts.</summary>
    /// <param name="settings">Sender, recipient, host name and limits.</param>
    /// <param name="spool">Where the alerts go.</param>
    /// <param name="clock">For Date and Message-ID.</param>
    /// <param name="log">Told of each alert, and of the first of those that could not be kept.</param>
    public Alerts(RelaySettings settings, ISpool spool, IClock clock, ILog log)
    {
        _spool = spool;
        _log = log;
        _composer = new AlertComposer(settings, clock);
    }

    /// <summary>How many alerts were put into the spool.</summary>
    public int Raised
    {
        get
        {
            lock (_gate)
            {
                return _raised;
            }
        }
    }

    /// <summary>How many alerts were lost because the spool did not take them.</summary>
    public int Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    /// <summary>Says that something is wrong.</summary>
    /// <param name="severity">How much it matters.</param>
    /// <param name="source">What the alert is about: a device, a room, a part. May be empty.</param>
    /// <param name="title">What is wrong, in one line; it becomes the subject.</param>
    /// <param name="details">What a person needs to know to act, in any number of lines. May be empty.</param>
    /// <returns>Whether the alert is safe in the spool. If not, the log says why, and it is counted in <see cref="Dropped"/>.</returns>
    public bool Raise(Severity severity, string source, string title, string details)
    {
        lock (_gate)
        {
            if (Put(severity, source, title, details))
            {
                _raised++;
                _isDropping = false;
                _log.Write(LogLevel.Information, Source, "Raised: " + Printable.From(title ?? ""));
                return true;
            }

            _dropped++;
            _log.Write(_isDropping ? LogLevel.Debug : LogLevel.Error, Source, "Lost for want of a place in the spool (" + _spool.Error + "): " + Printable.From(title ?? ""));
            _isDropping = true;
            return false;
        }
    }

    private bool Put(Severity severity, string source, string title, string details)
    {
        if (!_composer.WriteEnvelope(_envelope))
        {
            return false;
        }

        IMessageWriter? writer = _spool.Begin(_envelope, 0, true);
        if (writer == null)
        {
            return false;
        }

        return _composer.WriteMessage(writer, severity, source, title, details) && _spool.Sync() && writer.IsDurable;
    }
}
