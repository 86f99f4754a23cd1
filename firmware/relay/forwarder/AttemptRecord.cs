namespace SmtpEmbedded.Relay;

/// <summary>
/// Turns the results of one attempt into what the spool remembers: each recipient's result, a failure report to the sender
/// where one is due, and then the end of the message or its next attempt. Used by the forwarder's thread only.
/// </summary>
internal sealed class AttemptRecord
{
    /// <summary>Room from the first message on; one with more makes it once.</summary>
    private const int FewRecipients = 4;

    private const string Source = "forwarder";
    private const int LoggedAddress = 100;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly RetrySchedule _retries;
    private MessageIds? _ids;
    private RecipientResult[] _results = null!;
    private string[] _replies = null!;
    private int _reports;
    private int _folded;
    private long _hourEnds;

    /// <summary>Makes a record keeper.</summary>
    public AttemptRecord(RelaySettings settings, ISpool spool, IClock clock, ILog log, RetrySchedule retries, Journal journal)
    {
        Journal = journal;
        _settings = settings;
        _spool = spool;
        _clock = clock;
        _log = log;
        _retries = retries;
    }

    /// <summary>Where reports go that are too many; may be null.</summary>
    public IFailureDigest? Digest { private get; set; }

    /// <summary>What attempts are noted in.</summary>
    public Journal Journal { get; set; }

    /// <summary>Records an attempt and gives the message back to the spool.</summary>
    public void Write(QueuedMessage message, MessageReader reader, SmarthostLine line)
    {
        int recipients = reader.Envelope.RecipientCount;
        if (_results == null || recipients > _results.Length)
        {
            int room = recipients > FewRecipients ? recipients : FewRecipients;
            _results = new RecipientResult[room];
            _replies = new string[room];
        }

        int failed = Judge(message, recipients, line);
        bool isFolded = false;
        if (FailureReport.IsDue(message, reader.Envelope, _results, line.Session.PassesDsn))
        {
            if (failed == 0)
            {
                // Good news only: if it finds no room it is no loss of mail.
                Report(message, reader, line);
            }
            else if (!HasPlaceForReport())
            {
                isFolded = true;
                if (Digest != null && !IsDecided(message, recipients))
                {
                    PutOffFailures(recipients);
                }
            }
            else if (!Report(message, reader, line) && !IsTooOld(message))
            {
                // A failure nobody is told of is mail lost in silence: it is put off until it can be told.
                PutOffFailures(recipients);
            }
        }

        Finish(message, reader, recipients, line, isFolded);
    }

    /// <summary>Works out what this attempt means for each recipient that was still open.</summary>
    /// <returns>How many have failed for good.</returns>
    private int Judge(QueuedMessage message, int recipients, SmarthostLine line)
    {
        int failed = 0;
        bool isTooOld = IsTooOld(message) && !line.IsStopped;
        bool waitsForReport = true;
        for (int i = 0; i < recipients; i++)
        {
            RecipientResult before = message.RecipientState(i);
            if (before == RecipientResult.Delivered || before == RecipientResult.Failed)
            {
                _results[i] = RecipientResult.Pending;
                continue;
            }

            waitsForReport = false;
            _results[i] = line.Session.Result(i);
            _replies[i] = line.Session.ReplyTo(i);
            if (isTooOld && IsGivenUp(_results[i], line))
            {
                string last = _replies[i].Length > 0 ? _replies[i] : line.FailureText;
                _results[i] = RecipientResult.Failed;
                _replies[i] = "5.4.7 Given up after " + (_settings.Limits.GiveUpAfter / 3600000).ToString() + " hours; the last attempt ended with: " + last;
            }

            if (_results[i] == RecipientResult.Failed)
            {
                failed++;
            }
        }

        // Decided before and yet here: its report was to be folded, and a crash came between.
        for (int i = 0; i < recipients && waitsForReport; i++)
        {
            if (message.RecipientState(i) == RecipientResult.Failed)
            {
                _results[i] = RecipientResult.Failed;
                _replies[i] = "5.0.0 Refused; the log of the relay has the reply";
                failed++;
            }
        }

        return failed;
    }

    /// <summary>
    /// Whether an old message's recipient is given up for what this attempt made of it. A login that fails or a smarthost
    /// that closes says nothing about the message: without a working connection nothing is ever given up (issue of other
    /// relays: an expired password bounced a site's mail).
    /// </summary>
    private static bool IsGivenUp(RecipientResult result, SmarthostLine line)
    {
        if (result != RecipientResult.Pending)
        {
            return result == RecipientResult.Deferred;
        }

        switch (line.Failure)
        {
            case ClientFailure.Disconnected:
            case ClientFailure.Timeout:
            case ClientFailure.Protocol:
            case ClientFailure.Message:
                return line.Session.IsAnswered;
            default:
                return false;
        }
    }

    private bool IsTooOld(QueuedMessage message)
    {
        return _clock.UptimeMilliseconds - message.AcceptedUptime >= _settings.Limits.GiveUpAfter;
    }

    /// <summary>Whether another report may go out in this hour; those beyond are folded.</summary>
    private bool HasPlaceForReport()
    {
        long now = _clock.UptimeMilliseconds;
        if (now >= _hourEnds)
        {
            _hourEnds = now + 3600000;
            _reports = 0;
            _folded = 0;
        }

        return _reports++ < _settings.Limits.ReportsPerHour;
    }

    private bool Report(QueuedMessage message, MessageReader reader, SmarthostLine line)
    {
        FailureReport report = new FailureReport(_settings, _spool, _clock, _ids ??= new MessageIds(_clock), line.Session.PassesDsn);
        if (report.Write(message, reader, _results, _replies, line.Smarthost.Host))
        {
            return true;
        }

        _log.Write(LogLevel.Error, Source, "Message " + message.Id.ToString() + ": the report of its failure cannot be put into the spool: " + _spool.Error);
        return false;
    }

    private void PutOffFailures(int recipients)
    {
        for (int i = 0; i < recipients; i++)
        {
            if (_results[i] == RecipientResult.Failed)
            {
                _results[i] = RecipientResult.Deferred;
            }
        }
    }

    /// <summary>The spool first and the log behind it: what the log tells is not forgotten when the process is killed.</summary>
    private void Finish(QueuedMessage message, MessageReader reader, int recipients, SmarthostLine line, bool isFolded)
    {
        Keep(message, reader, recipients, line, isFolded);
        LogResults(message, reader, recipients);
    }

    private void Keep(QueuedMessage message, MessageReader reader, int recipients, SmarthostLine line, bool isFolded)
    {
        bool isDecided = IsDecided(message, recipients);
        if (isFolded && Digest == null)
        {
            // The log has each; one line more says that their senders do not hear of it.
            isFolded = false;
            _log.Write(_folded++ == 0 ? LogLevel.Error : LogLevel.Debug, Source, "More failures than " + _settings.Limits.ReportsPerHour.ToString() + " an hour: further senders are not told before the hour ends");
        }

        if (isDecided && !isFolded)
        {
            // The end of the message says it all; results of its own would only be bytes to write.
            _spool.Finish(message);
            return;
        }

        string reason = line.FailureText;
        for (int i = 0; i < recipients; i++)
        {
            if (_results[i] != RecipientResult.Pending)
            {
                _spool.RecordRecipient(message, i, _results[i], _replies[i]);
            }

            if (_results[i] == RecipientResult.Deferred)
            {
                reason = _replies[i];
            }
        }

        if (isFolded && isDecided && Digest!.Add(message, reader.Envelope, _results, _replies))
        {
            return;
        }

        // Stopping is no failure of the message: it is due again at once.
        long wait = line.IsStopped ? 0 : _retries.ForMessage(message.Attempts + 1);
        _spool.Release(message, _clock.UptimeMilliseconds + wait, reason);
    }

    private void LogResults(QueuedMessage message, MessageReader reader, int recipients)
    {
        int delivered = 0;
        int failed = 0;
        int last = -1;
        string deliveredReply = "";
        for (int i = 0; i < recipients; i++)
        {
            last = _results[i] == RecipientResult.Pending ? last : i;
            switch (_results[i])
            {
                case RecipientResult.Delivered:
                    delivered++;
                    deliveredReply = _replies[i];
                    break;
                case RecipientResult.Failed:
                    failed++;
                    LogRecipient(LogLevel.Error, message, reader, i, "failed for good");
                    break;
                case RecipientResult.Deferred:
                    LogRecipient(LogLevel.Warning, message, reader, i, "is put off");
                    break;
            }
        }

        if (delivered > 0)
        {
            _log.Write(LogLevel.Information, Source, "Message " + message.Id.ToString() + " delivered to " + delivered.ToString() + " of " + recipients.ToString() + ": " + deliveredReply);
        }

        if (last >= 0)
        {
            Journal.Note(message, Address(reader.Envelope, last), delivered, failed, _replies[last]);
        }
    }

    /// <summary>Whether no recipient is left to send to, this attempt and earlier ones taken together.</summary>
    private bool IsDecided(QueuedMessage message, int recipients)
    {
        for (int i = 0; i < recipients; i++)
        {
            RecipientResult before = message.RecipientState(i);
            bool decidedBefore = before == RecipientResult.Delivered || before == RecipientResult.Failed;
            bool decidedNow = _results[i] == RecipientResult.Delivered || _results[i] == RecipientResult.Failed;
            if (!decidedBefore && !decidedNow)
            {
                return false;
            }
        }

        return true;
    }

    private void LogRecipient(LogLevel level, QueuedMessage message, MessageReader reader, int recipient, string what)
    {
        _log.Write(level, Source, "Message " + message.Id.ToString() + " to <" + Address(reader.Envelope, recipient) + "> " + what + ": " + _replies[recipient]);
    }

    private static string Address(Envelope envelope, int recipient)
    {
        return Printable.From(envelope.Bytes, envelope.RecipientOffset(recipient), envelope.RecipientLength(recipient), LoggedAddress);
    }
}
