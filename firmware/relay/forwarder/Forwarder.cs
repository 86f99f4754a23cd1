using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Gets the mail out: takes what is due from the spool and sends it to the smarthost, all of it over one connection, to the
/// first smarthost that works. A connection that fails puts off the connection and not the messages, which stay as they are; only what the smarthost says
/// about a message counts as an attempt of that message. Used by one thread, except <see cref="Stop"/>.
/// </summary>
public sealed class Forwarder
{
    private const string Source = "forwarder";

    /// <summary>How long to wait when the spool says that a message is due and then has none.</summary>
    private const int Pause = 1000;

    /// <summary>Milliseconds before the next round after a fault of our own.</summary>
    private const int AfterFault = 10 * 1000;

    /// <summary>How soon the spool is tended again when it has left something to do.</summary>
    private const int BetweenChores = 10 * 1000;

    /// <summary>How many hosts of one smarthost are tried in a row.</summary>
    private const int MostHosts = 10;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly IConnector _connector;
    private readonly SmarthostLine _line;
    private readonly RetrySchedule _retries;
    private MessageReader? _reader;
    private readonly AttemptRecord _record;
    private QueuedMessage? _sending;
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
        _connector = connector;
        _line = new SmarthostLine(settings, connector, clock);
        _retries = new RetrySchedule(settings.Limits);
        _record = new AttemptRecord(settings, spool, clock, log, _retries, new Journal(clock));
        for (Smarthost? smarthost = settings.Smarthost; smarthost != null; smarthost = smarthost.Next)
        {
            // What an earlier run found by an earlier clock.
            smarthost.Failures = 0;
            smarthost.NextTry = 0;
            smarthost.NextTold = 0;
            smarthost.IsTold = false;
        }
    }

    /// <summary>Told once of each trouble with a smarthost; null tells only the log. Set before the first run.</summary>
    public IAlerts? Alerts { get; set; }

    /// <summary>Where failure reports go that are too many; may be null. Set before the first run.</summary>
    public IFailureDigest? Digest
    {
        set { _record.Digest = value; }
    }

    /// <summary>Whether whoever runs this makes durable soon what the spool recorded, so that a run does not end with a sync of its own.</summary>
    public bool LeavesSync { get; set; }

    /// <summary>Whether a connection is open, be it idle.</summary>
    public bool IsConnected => _line.IsOpen;

    /// <summary>What has become of mail lately; several forwarders may share one. Set before the first run.</summary>
    public Journal Journal
    {
        get => _record.Journal;
        set => _record.Journal = value;
    }

    /// <summary>
    /// Sends everything that is due. Afterwards the connection stays open for <see cref="Limits.IdleConnection"/>, so that
    /// mail that trickles in does not log in for each message.
    /// </summary>
    /// <returns>The uptime in milliseconds at which it wants to run again; run it sooner when a message has come in. <see cref="long.MaxValue"/>: not until then.</returns>
    public long RunOnce()
    {
        try
        {
            return Run();
        }
        catch (Exception failure)
        {
            // On a board memory may have run out; what was being sent goes back, and the next round starts afresh.
            Fault.Log(_log, Source, "Sending stopped short by ", failure);
            _line.Close();
            _reader?.Close();
            if (_sending != null)
            {
                _spool.Release(_sending, _clock.UptimeMilliseconds + AfterFault, "4.3.0 the relay could not go on");
                _sending = null;
            }

            return _clock.UptimeMilliseconds + AfterFault;
        }
    }

    private long Run()
    {
        if (_settings.Smarthost.Host.Length == 0)
        {
            SayNoSmarthost();
            return long.MaxValue;
        }

        bool sent = false;
        while (!_line.IsStopped && _spool.NextDue() <= _clock.UptimeMilliseconds)
        {
            if (_line.IsOpen && EarliestTry(_line.Smarthost) <= _clock.UptimeMilliseconds)
            {
                // One that is preferred may work again.
                _line.Close();
            }

            if (!_line.IsOpen && !Connect())
            {
                break;
            }

            long allowed = _line.Smarthost.Rate == null ? 0 : _line.Smarthost.Rate.Next;
            if (allowed > _clock.UptimeMilliseconds)
            {
                Keep(sent);
                return Rest(allowed);
            }

            QueuedMessage? message = _spool.Next(_clock.UptimeMilliseconds);
            if (message == null)
            {
                return Rest(_clock.UptimeMilliseconds + Pause);
            }

            Send(message);
            sent = true;

            // Here and not where a message ends: there the stack is deep, and on a board that is memory.
            _spool.Tend(_reader);
        }

        Keep(sent);
        bool isLeft = _spool.Tend(_reader);
        long due = Rest(_spool.NextDue());
        long chores = _clock.UptimeMilliseconds + BetweenChores;
        return isLeft && chores < due && !_line.IsStopped ? chores : due;
    }

    /// <summary>Ends the run under way as soon as it can and lets no other begin. From any thread.</summary>
    public void Stop()
    {
        _line.Stop();
    }

    private void Keep(bool sent)
    {
        if (sent && !LeavesSync && !_spool.Sync())
        {
            // Nothing is lost: after a crash these messages are sent once more.
            _log.Write(LogLevel.Error, Source, "What was sent could not be recorded for good: " + _spool.Error);
        }
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
            LetGo();
            long next = EarliestTry(null);
            return due < next ? next : due;
        }

        if (now >= _idleUntil)
        {
            _line.Close();
            LetGo();
            return due;
        }

        return due < _idleUntil ? due : _idleUntil;
    }

    /// <summary>Gives up what only sending needs; the next connection makes it anew.</summary>
    private void LetGo()
    {
        _line.Rest();
        _reader = null;
    }

    /// <summary>The uptime at which one of the smarthosts in front of another may be tried again; all of them for null.</summary>
    private long EarliestTry(Smarthost? end)
    {
        long earliest = long.MaxValue;
        for (Smarthost? smarthost = _settings.Smarthost; smarthost != null && smarthost != end; smarthost = smarthost.Next)
        {
            if (smarthost.NextTry < earliest)
            {
                earliest = smarthost.NextTry;
            }
        }

        return earliest;
    }

    /// <summary>Connects to the first smarthost that lets us, and there to the first host (RFC 5321 section 5.1).</summary>
    private bool Connect()
    {
        for (Smarthost? smarthost = _settings.Smarthost; smarthost != null; smarthost = smarthost.Next)
        {
            for (int choice = 0; choice < MostHosts && _clock.UptimeMilliseconds >= smarthost.NextTry && !_line.IsStopped; choice++)
            {
                if (_line.Open(smarthost, choice))
                {
                    KeepOpen();
                    return true;
                }

                // A login that one host refuses is not tried at its neighbours: that looks like guessing.
                if (!_connector.HasMore || _line.Failure == ClientFailure.Login)
                {
                    break;
                }

                _log.Write(LogLevel.Information, Source, _line.FailureText + ". Next host");
            }

            if (!_line.IsOpen && _clock.UptimeMilliseconds >= smarthost.NextTry)
            {
                NoteFailure();
            }
        }

        return false;
    }

    private void Send(QueuedMessage message)
    {
        _sending = message;
        SendIt(message);
        _sending = null;
    }

    private void SendIt(QueuedMessage message)
    {
        MessageReader reader = _reader ??= new MessageReader();
        if (!_spool.Open(message, reader))
        {
            _log.Write(LogLevel.Error, Source, "Message " + message.Id.ToString() + " cannot be read: " + _spool.Error);
            _spool.Release(message, _clock.UptimeMilliseconds + _retries.ForMessage(message.Attempts + 1), "5.3.0 cannot be read from the spool: " + _spool.Error);
            return;
        }

        if (_line.Smarthost.Rate != null)
        {
            _line.Smarthost.Rate.Use(message.RecipientCount, _clock.UptimeMilliseconds);
        }

        LateDate.Add(message, reader, _clock);
        bool usedBefore = _line.Messages > 0;
        bool open = _line.Send(message, reader);
        if (!open && usedBefore && !_line.Session.IsAnswered && !_line.IsStopped && Connect())
        {
            // The smarthost had closed an idle connection, or takes no more messages on one: no one's failure.
            reader.Rewind();
            open = _line.Send(message, reader);
        }

        _record.Write(message, reader, _line);
        reader.Close();
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
        Smarthost smarthost = _line.Smarthost;
        lock (smarthost)
        {
            if (smarthost.Failures == 0)
            {
                return;
            }

            _log.Write(LogLevel.Information, Source, "The smarthost " + smarthost.Host + " takes mail again, after " + smarthost.Failures.ToString() + " connections that failed");
            smarthost.Failures = 0;
            smarthost.LastFailure = ClientFailure.None;
            smarthost.IsTold = false;
        }

        Alerts?.Resolve(Source, DoesNotTake(smarthost));
    }

    /// <summary>Puts off the smarthost as a whole. One line in the log and one alert when the trouble begins, however long it lasts.</summary>
    private void NoteFailure()
    {
        if (_line.IsStopped || _line.Failure == ClientFailure.None)
        {
            return;
        }

        Journal.Trouble(_line.FailureText);
        if (_line.Failure == ClientFailure.Message)
        {
            // The connection was good, and only had to be closed because the message could not be completed.
            _log.Write(LogLevel.Error, Source, _line.FailureText);
            return;
        }

        Smarthost smarthost = _line.Smarthost;
        long now = _clock.UptimeMilliseconds;
        bool isNews;
        bool isAlert;
        int wait;
        lock (smarthost)
        {
            if (smarthost.Failures++ == 0)
            {
                smarthost.TroubleSince = now;
            }

            wait = _retries.ForConnection(_line.Failure, smarthost.Failures);
            smarthost.NextTry = now + wait;
            isNews = _line.Failure != smarthost.LastFailure;
            smarthost.LastFailure = _line.Failure;
            isAlert = Alerts != null && !smarthost.IsTold && now >= smarthost.NextTold
                && (!RetrySchedule.IsReachability(_line.Failure) || now - smarthost.TroubleSince >= _settings.Limits.AlertAfter);
            if (isAlert)
            {
                smarthost.IsTold = true;
                smarthost.NextTold = now + _settings.Limits.AlertAgain;
            }
        }

        _log.Write(isNews ? LogLevel.Warning : LogLevel.Debug, Source, smarthost.Host + ": " + _line.FailureText + ". Next connection in " + (wait / 1000).ToString() + " s");
        if (isAlert)
        {
            Alerts!.Raise(Severity.Error, Source, DoesNotTake(smarthost), _line.FailureText + ".\n\nMail is kept and tried again; it is told when that has ended.");
        }
    }

    private static string DoesNotTake(Smarthost smarthost) => "The smarthost " + smarthost.Host + " does not take our mail";

    private void SayNoSmarthost()
    {
        if (!_saidNoSmarthost)
        {
            _saidNoSmarthost = true;
            _log.Write(LogLevel.Warning, Source, "No smarthost is set: mail stays in the spool until [smarthost] host names one");
        }
    }
}
