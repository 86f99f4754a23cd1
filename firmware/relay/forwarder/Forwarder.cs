namespace SmtpEmbedded.Relay;

/// <summary>
/// Gets the mail out: takes what is due from the spool and sends it to the smarthost, all of it over one connection. A
/// connection that fails puts off the connection and not the messages, which stay as they are; only what the smarthost says
/// about a message counts as an attempt of that message. Used by one thread, except <see cref="Stop"/>.
/// </summary>
public sealed class Forwarder
{
    private const string Source = "forwarder";

    /// <summary>How long to wait when the spool says that a message is due and then has none.</summary>
    private const int Pause = 1000;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly SmarthostLine _line;
    private readonly RetrySchedule _retries;
    private readonly MessageReader _reader = new MessageReader();
    private readonly AttemptRecord _record;
    private int _failures;
    private ClientFailure _lastFailure = ClientFailure.None;
    private long _connectAt;
    private long _idleUntil;
    private bool _saidNoSmarthost;

    /// <summary>Makes a forwarder; it does nothing until <see cref="RunOnce"/>.</summary>
    /// <param name="settings">The smarthost and the limits.</param>
    /// <param name="spool">Where the mail is.</param>
    /// <param name="connector">The way to the smarthost.</param>
    /// <param name="clock">For deadlines and retries.</param>
    /// <param name="log">One line for each message and for each change of the connection's fortune.</param>
    public Forwarder(RelaySettings settings, ISpool spool, IConnector connector, IClock clock, ILog log)
    {
        _settings = settings;
        _spool = spool;
        _clock = clock;
        _log = log;
        _line = new SmarthostLine(settings, connector, clock);
        _retries = new RetrySchedule(settings.Limits);
        _record = new AttemptRecord(settings, spool, clock, log, _retries);
    }

    /// <summary>
    /// Sends everything that is due. Afterwards the connection stays open for <see cref="Limits.IdleConnection"/>, so that
    /// mail that trickles in does not log in for each message.
    /// </summary>
    /// <returns>The uptime in milliseconds at which it wants to run again; run it sooner when a message has come in. <see cref="long.MaxValue"/>: not until then.</returns>
    public long RunOnce()
    {
        if (_settings.SmarthostHost.Length == 0)
        {
            SayNoSmarthost();
            return long.MaxValue;
        }

        bool sent = false;
        while (!_line.IsStopped && _spool.NextDue() <= _clock.UptimeMilliseconds)
        {
            if (!_line.IsOpen && !Connect())
            {
                break;
            }

            QueuedMessage? message = _spool.Next(_clock.UptimeMilliseconds);
            if (message == null)
            {
                return Rest(_clock.UptimeMilliseconds + Pause);
            }

            Send(message);
            sent = true;
        }

        if (sent && !_spool.Sync())
        {
            // Nothing is lost: after a crash these messages are sent once more.
            _log.Write(LogLevel.Error, Source, "What was sent could not be recorded for good: " + _spool.Error);
        }

        return Rest(_spool.NextDue());
    }

    /// <summary>Ends the run under way as soon as it can and lets no other begin. From any thread.</summary>
    public void Stop()
    {
        _line.Stop();
    }

    /// <summary>When to run again; on the way there an idle connection is closed in time.</summary>
    private long Rest(long due)
    {
        long now = _clock.UptimeMilliseconds;
        if (_line.IsStopped)
        {
            _line.Close();
            return long.MaxValue;
        }

        if (!_line.IsOpen)
        {
            return due < _connectAt ? _connectAt : due;
        }

        if (now >= _idleUntil)
        {
            _line.Close();
            return due;
        }

        return due < _idleUntil ? due : _idleUntil;
    }

    private bool Connect()
    {
        if (_clock.UptimeMilliseconds < _connectAt)
        {
            return false;
        }

        if (!_line.Open())
        {
            NoteFailure();
            return false;
        }

        KeepOpen();
        return true;
    }

    private void Send(QueuedMessage message)
    {
        if (!_spool.Open(message, _reader))
        {
            _log.Write(LogLevel.Error, Source, "Message " + message.Id.ToString() + " cannot be read: " + _spool.Error);
            _spool.Release(message, _clock.UptimeMilliseconds + _retries.ForMessage(message.Attempts + 1), "5.3.0 cannot be read from the spool: " + _spool.Error);
            return;
        }

        bool usedBefore = _line.Messages > 0;
        bool open = _line.Send(message, _reader);
        if (!open && usedBefore && !_line.Session.IsAnswered && !_line.IsStopped && Connect())
        {
            // The smarthost had closed an idle connection, or takes no more messages on one: no one's failure.
            _reader.Rewind();
            open = _line.Send(message, _reader);
        }

        _record.Write(message, _reader, _line);
        _reader.Close();
        if (open)
        {
            NoteSuccess();
            KeepOpen();
        }
        else
        {
            NoteFailure();
        }
    }

    private void KeepOpen()
    {
        _idleUntil = _clock.UptimeMilliseconds + _settings.Limits.IdleConnection;
    }

    /// <summary>Only a message that has had its answers shows that the connection is good again.</summary>
    private void NoteSuccess()
    {
        if (_failures > 0)
        {
            _log.Write(LogLevel.Information, Source, "The smarthost takes mail again, after " + _failures.ToString() + " connections that failed");
        }

        _failures = 0;
        _lastFailure = ClientFailure.None;
    }

    /// <summary>Puts off the connection as a whole. One line for the operator when the trouble begins or changes, however long it lasts.</summary>
    private void NoteFailure()
    {
        if (_line.IsStopped || _line.Failure == ClientFailure.None)
        {
            return;
        }

        if (_line.Failure == ClientFailure.Message)
        {
            // The connection was good, and only had to be closed because the message could not be completed.
            _log.Write(LogLevel.Error, Source, _line.FailureText);
            return;
        }

        _failures++;
        int wait = _retries.ForConnection(_line.Failure, _failures);
        _connectAt = _clock.UptimeMilliseconds + wait;
        bool isNews = _line.Failure != _lastFailure;
        _lastFailure = _line.Failure;
        string next = ". All mail waits; next connection in " + (wait / 1000).ToString() + " s";
        _log.Write(isNews ? LogLevel.Warning : LogLevel.Debug, Source, _line.FailureText + next);
    }

    private void SayNoSmarthost()
    {
        if (!_saidNoSmarthost)
        {
            _saidNoSmarthost = true;
            _log.Write(LogLevel.Warning, Source, "No smarthost is set: mail stays in the spool until [smarthost] host names one");
        }
    }
}
