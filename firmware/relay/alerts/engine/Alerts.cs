namespace SmtpEmbedded.Relay;

/// <summary>
/// Where a program says that something is wrong, and that it is right again. Alerts with the same source and title are one;
/// <see cref="AlertRules"/> says how many mails they become, and when. A mail is in the spool, durable, before anything else
/// happens; the forwarder sends it before all other mail, when there is a network. What waits for its turn is in memory, in a
/// table of bounded size (<see cref="Limits.OpenAlerts"/>). From any thread; never waits for the network and never throws
/// because the spool is full or the disk fails.
/// </summary>
public sealed class Alerts : IAlerts
{
    private const string Source = "alerts";
    private const long Hour = 60 * 60 * 1000;
    private const int Minute = 60 * 1000;

    /// <summary>How long after a spool has refused a mail it is asked again.</summary>
    private const int AskAgain = Minute;

    /// <summary>An open alert that nobody raises any more is forgotten.</summary>
    private const long ForgetAfter = 24 * Hour;

    /// <summary>What is kept of the details of an alert that waits.</summary>
    private const int KeptDetails = 256;

    /// <summary>Room from the start; most sites never have more at once.</summary>
    private const int FewAlerts = 2;

    private readonly RelaySettings _settings;
    private readonly AlertRules _rules;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly AlertMail _mail;
    private readonly AlertText _text;
    private OpenAlert?[] _open;
    private readonly object _gate = new object();
    private bool _isDropping;
    private bool _isHolding;
    private long _askAt;
    private long _hourEnd;
    private int _mailsInHour;

    /// <summary>Makes the way into the spool for alerts.</summary>
    /// <param name="settings">Sender, recipient, host name, rules and limits.</param>
    /// <param name="mail">The way into the spool.</param>
    /// <param name="clock">For Date, Message-ID and all waits.</param>
    /// <param name="log">Told of each mail, and of the first of those that could not be kept.</param>
    public Alerts(RelaySettings settings, AlertMail mail, IClock clock, ILog log)
    {
        _settings = settings;
        _rules = settings.AlertRules;
        _clock = clock;
        _log = log;
        _mail = mail;
        _text = new AlertText(settings, mail, clock);
        _open = new OpenAlert?[settings.Limits.OpenAlerts < FewAlerts ? settings.Limits.OpenAlerts : FewAlerts];
    }

    /// <summary>What is looked at before the mails whose time has come; null: nothing. Set before anything runs.</summary>
    public SelfWatch? Watch { get; set; }

    /// <summary>How many times an alert was raised and is in good hands.</summary>
    public int Raised { get; private set; }

    /// <summary>How many times <see cref="Raise"/> returned false.</summary>
    public int Dropped { get; private set; }

    /// <summary>How many of our mails the smarthost has taken.</summary>
    public int Sent { get; private set; }

    /// <summary>Says that something is wrong.</summary>
    /// <param name="severity">How much it matters.</param>
    /// <param name="source">What the alert is about: a device, a room, a part. May be empty.</param>
    /// <param name="title">What is wrong, in one line; it becomes the subject.</param>
    /// <param name="details">What a person needs to know to act, in any number of lines. May be empty.</param>
    /// <returns>Whether the alert is safe in the spool, or is one with an alert that is told already or waits for its turn. If not, the log says why, it is counted in <see cref="Dropped"/>, and as long as it is open it is tried again every minute.</returns>
    public bool Raise(Severity severity, string source, string title, string details)
    {
        lock (_gate)
        {
            string origin = Clean(source, _settings.Limits.AlertSource);
            string line = Clean(title, _settings.Limits.AlertTitle);
            long now = _clock.UptimeMilliseconds;
            OpenAlert? alert = Find(origin, line) ?? Place(origin, line);
            if (alert == null)
            {
                return Drop("there are " + _open.Length.ToString() + " other alerts no mail has told of", line);
            }

            if (!alert.IsOpen && !alert.IsNews)
            {
                alert.First = now;
                alert.Count = 0;
                alert.Told = 0;
                alert.Severity = severity;
                alert.IsEscalated = false;
            }

            bool wasNews = alert.IsNews;
            alert.IsOpen = true;
            alert.Last = now;
            alert.Count++;
            alert.Details = AlertMail.Block(details, _settings.Limits.AlertDetails);
            if (severity > alert.Severity)
            {
                alert.Severity = severity;
            }

            // Whoever raises gets an answer of now, not of the last time the spool was asked.
            _askAt = 0;
            Work(now);
            if (alert.Details.Length > KeptDetails)
            {
                alert.Details = alert.Details.Substring(0, KeptDetails);
            }

            if (alert.IsNews && alert.Mailed < 0 && _askAt > now)
            {
                return Drop(_mail.Error, line);
            }

            Raised++;
            if (alert.IsNews && !wasNews)
            {
                // Nothing to make durable; but it rings for the thread that calls RunOnce, so that it knows when to.
                _mail.Ring();
            }

            return true;
        }
    }

    /// <summary>Says that something is right again; nothing if it was not raised.</summary>
    /// <param name="source">As in <see cref="Raise"/>.</param>
    /// <param name="title">As in <see cref="Raise"/>.</param>
    public void Resolve(string source, string title)
    {
        lock (_gate)
        {
            OpenAlert? alert = Find(Clean(source, _settings.Limits.AlertSource), Clean(title, _settings.Limits.AlertTitle));
            if (alert == null || !alert.IsOpen)
            {
                return;
            }

            alert.IsOpen = false;
            if (!_rules.TellsResolved && alert.IsToldOpen)
            {
                alert.IsToldOpen = false;
                alert.Told = alert.Count;
            }

            Work(_clock.UptimeMilliseconds);
            _mail.Ring();
        }
    }

    /// <summary>Writes the mails whose time has come. The forwarder's thread calls it.</summary>
    /// <returns>The uptime in milliseconds at which it wants to run again; <see cref="long.MaxValue"/>: not before the next <see cref="Raise"/> or <see cref="Resolve"/>.</returns>
    public long RunOnce()
    {
        long look = Watch == null ? long.MaxValue : Watch.Look();
        lock (_gate)
        {
            long next = Work(_clock.UptimeMilliseconds);
            return look < next ? look : next;
        }
    }

    /// <summary>Puts a mail that is no alert into the spool: a sign of life.</summary>
    internal bool Tell(string subject, string body)
    {
        lock (_gate)
        {
            return _mail.Put(_mail.To, "", subject, "", body) != 0;
        }
    }

    /// <summary>The alert with this source and title, if it is open.</summary>
    internal OpenAlert? Opened(string source, string title)
    {
        lock (_gate)
        {
            OpenAlert? alert = Find(Clean(source, _settings.Limits.AlertSource), title);
            return alert != null && alert.IsOpen ? alert : null;
        }
    }

    /// <inheritdoc/>
    public void Delivered(long id, bool isGood)
    {
        lock (_gate)
        {
            Sent += isGood ? 1 : 0;
            for (int i = 0; i < _open.Length; i++)
            {
                OpenAlert? alert = _open[i];
                if (alert != null && alert.Mail == id)
                {
                    alert.Mail = 0;
                    alert.Mailed = _clock.UptimeMilliseconds;
                    if (!isGood)
                    {
                        // Nobody was told. Again, but not at a rate that makes it worse.
                        alert.Told = 0;
                        alert.IsToldOpen = false;
                        alert.Mailed += _rules.Repeat - _rules.Cooldown;
                    }
                }
            }
        }
    }

    /// <summary>The open alerts as they are now, with those that have ended lately: for showing, in no order. Null where a place is free.</summary>
    public OpenAlert?[] List()
    {
        lock (_gate)
        {
            return Copy(_open.Length);
        }
    }

    private OpenAlert?[] Copy(int length)
    {
        OpenAlert?[] copy = new OpenAlert?[length];
        System.Array.Copy(_open, 0, copy, 0, _open.Length);
        return copy;
    }

    private long Work(long now)
    {
        long hold = HoldEnd(now);
        bool isDigest = hold == 0 && _isHolding;
        int digested = 0;
        long next = long.MaxValue;
        for (int i = 0; i < _open.Length; i++)
        {
            OpenAlert? alert = _open[i];
            if (alert == null || IsOver(alert, now))
            {
                _open[i] = null;
                continue;
            }

            bool isUrgent = alert.Severity >= _rules.Urgent;
            long due = Due(alert, isUrgent);
            if (!isUrgent && due <= now && hold > 0)
            {
                _isHolding = true;
                due = hold;
            }

            if (due <= now && _askAt <= now)
            {
                if (isDigest && !isUrgent)
                {
                    alert.IsPicked = true;
                    digested++;
                }
                else if (Tell(alert, now, isUrgent))
                {
                    // The next in line may have come to the hour's limit by that.
                    hold = HoldEnd(now);
                    due = long.MaxValue;
                }
            }

            long escalation = EscalationDue(alert);
            if (escalation <= now && _askAt <= now)
            {
                alert.IsPicked = true;
                alert.IsEscalated = Send(1, now, _rules.EscalateTo, "Still open after " + AlertText.Span(now - alert.First) + ": ", true);
                escalation = long.MaxValue;
            }

            due = due < escalation ? due : escalation;
            due = due > _askAt ? due : _askAt;
            next = due < next ? due : next;
        }

        if (isDigest)
        {
            _isHolding = digested > 0 && !Send(digested, now, _mail.To, "", false);
            next = now < next && digested == 0 ? next : now + 1;
        }

        return next;
    }

    /// <summary>Until when all but urgent alerts are held back; 0 when they are not.</summary>
    private long HoldEnd(long now)
    {
        long end = _mailsInHour >= _rules.PerHour && now < _hourEnd ? _hourEnd : 0;
        if (_rules.QuietFrom >= 0 && _clock.IsSet)
        {
            long minutes = _clock.UtcMilliseconds / Minute + _rules.Zone;
            int day = 24 * 60;
            int sinceQuiet = (int)((minutes - _rules.QuietFrom + day) % day);
            int length = (_rules.QuietUntil - _rules.QuietFrom + day) % day;
            long quiet = now - _clock.UtcMilliseconds % Minute + (long)(length - sinceQuiet) * Minute;
            end = sinceQuiet < length && quiet > end ? quiet : end;
        }

        return end;
    }

    private static bool IsOverAt(long since, long wait, long now) => since >= 0 && now - since >= wait;

    private bool IsOver(OpenAlert alert, long now)
    {
        return alert.Mail == 0
            && (alert.IsOpen ? alert.Count == alert.Told && IsOverAt(alert.Last, ForgetAfter, now) : !alert.IsNews && (alert.Mailed < 0 || IsOverAt(alert.Mailed, _rules.Cooldown, now)));
    }

    /// <summary>When an alert has something to say, be it held back or not; <see cref="long.MaxValue"/>: nothing.</summary>
    private long Due(OpenAlert alert, bool isUrgent)
    {
        if (alert.IsOpen && alert.IsToldOpen && alert.Severity > alert.ToldSeverity)
        {
            return 0;
        }

        // As long as its last mail has not got out another would only be one more of the same.
        if (!alert.IsNews || alert.Mail != 0)
        {
            return long.MaxValue;
        }

        long due = alert.Mailed < 0 ? 0 : alert.Mailed + (alert.IsOpen && alert.IsToldOpen ? _rules.Repeat : _rules.Cooldown);
        for (int i = 0; !isUrgent && i < _open.Length; i++)
        {
            OpenAlert? other = _open[i];
            if (other != null && other.Mailed >= 0 && other.Origin == alert.Origin && other.Mailed + _rules.Group > due)
            {
                due = other.Mailed + _rules.Group;
            }
        }

        return due;
    }

    private long EscalationDue(OpenAlert alert)
    {
        return alert.IsOpen && alert.IsToldOpen && !alert.IsEscalated && alert.Severity >= _rules.Escalate && _rules.EscalateTo.Length > 0
            ? alert.First + _rules.EscalateAfter
            : long.MaxValue;
    }

    /// <summary>Sends what the source of an alert has to say now, with that alert.</summary>
    private bool Tell(OpenAlert alert, long now, bool isUrgent)
    {
        alert.IsPicked = true;
        int count = 1;
        for (int i = 0; i < _open.Length; i++)
        {
            OpenAlert? other = _open[i];
            if (other != null && other != alert && other.Origin == alert.Origin && Due(other, isUrgent) <= now)
            {
                other.IsPicked = true;
                count++;
            }
        }

        return Send(count, now, _mail.To, "", isUrgent);
    }

    /// <summary>Puts the mail about all that are picked into the spool.</summary>
    private bool Send(int count, long now, string to, string prefix, bool isUrgent)
    {
        OpenAlert worst = new OpenAlert();
        string body = "";
        string other = "";
        int raised = 0;
        bool isOneSource = true;
        for (int i = 0; i < _open.Length; i++)
        {
            OpenAlert? alert = _open[i];
            if (alert != null && alert.IsPicked)
            {
                isOneSource &= raised == 0 || worst.Origin == alert.Origin;
                worst = raised == 0 || alert.Severity > worst.Severity ? alert : worst;
                raised += alert.Count - alert.Told;
                body += count == 1 ? _text.Whole(alert) : _text.Brief(alert);
                other = alert.IsEscalated && !alert.IsOpen ? _rules.EscalateTo : other;
            }
        }

        string subject = prefix + _text.Fill(_rules.Subject, worst);
        if (count > 1)
        {
            subject = "[" + AlertText.Name(worst.Severity) + "] " + count.ToString() + " alerts" + (isOneSource ? " from " + worst.Origin : "");
            body = count.ToString() + " alerts, raised " + raised.ToString() + " times since their last mails.\n\n" + body + "Relay: " + _settings.Hostname + "\n";
        }

        long id = _mail.Put(to, other, subject, isOneSource ? worst.Origin : "", body);
        bool isNormal = to == _mail.To;
        if (id == 0)
        {
            _askAt = now + AskAgain;
        }
        else
        {
            _isDropping = false;
            _log.Write(LogLevel.Information, Source, "Mail " + id.ToString() + ": " + AlertMail.Line(subject, 200));
            if (!isUrgent)
            {
                _mailsInHour = now < _hourEnd ? _mailsInHour + 1 : 1;
                _hourEnd = now < _hourEnd ? _hourEnd : now + Hour;
            }
        }

        for (int i = 0; i < _open.Length; i++)
        {
            OpenAlert? alert = _open[i];
            if (alert != null && alert.IsPicked)
            {
                alert.IsPicked = false;
                if (id != 0 && isNormal)
                {
                    alert.Told = alert.Count;
                    alert.IsToldOpen = alert.IsOpen;
                    alert.ToldSeverity = alert.Severity;
                    alert.Mailed = now;
                    alert.Mail = id;
                }
            }
        }

        return id != 0;
    }

    private OpenAlert? Find(string origin, string title)
    {
        for (int i = 0; i < _open.Length; i++)
        {
            OpenAlert? alert = _open[i];
            if (alert != null && alert.Title == title && alert.Origin == origin)
            {
                return alert;
            }
        }

        return null;
    }

    /// <summary>A place for an alert: a free one, or that of the one nobody has raised for longest of those all is told of.</summary>
    private OpenAlert? Place(string origin, string title)
    {
        int place = -1;
        for (int i = 0; i < _open.Length; i++)
        {
            OpenAlert? alert = _open[i];
            if (alert == null)
            {
                place = i;
                break;
            }

            if (!alert.IsNews && (place < 0 || alert.Last < _open[place]!.Last))
            {
                place = i;
            }
        }

        int most = _settings.Limits.OpenAlerts;
        if (_open.Length < most && (place < 0 || _open[place] != null))
        {
            place = _open.Length;
            _open = Copy(2 * place < most ? 2 * place : most);
        }

        if (place < 0)
        {
            return null;
        }

        OpenAlert made = new OpenAlert();
        made.Origin = origin;
        made.Title = title;
        _open[place] = made;
        return made;
    }

    private bool Drop(string reason, string title)
    {
        Dropped++;
        _log.Write(_isDropping ? LogLevel.Debug : LogLevel.Error, Source, "No place for it (" + reason + "): " + title);
        _isDropping = true;
        return false;
    }

    private static string Clean(string? text, int limit) => AlertMail.Line(text, limit);
}
