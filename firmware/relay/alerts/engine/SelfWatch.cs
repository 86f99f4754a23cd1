namespace SmtpEmbedded.Relay;

/// <summary>
/// The relay's eye on itself: signs of life, and alerts about mail that does not get out, a spool that fills up, and
/// certificates and secrets that end. The forwarder's thread runs it, except <see cref="Expires"/>.
/// </summary>
public sealed class SelfWatch
{
    private const long Day = 24L * 60 * 60 * 1000;
    private const int FullPercent = 80;
    private const int Interval = 60 * 1000;
    private const string Stalled = "Mail does not get out";
    private const string Filling = "The queue is nearly full";

    private readonly RelaySettings _settings;
    private readonly AlertMail _mail;
    private readonly IClock _clock;
    private readonly Alerts _alerts;
    private readonly Journal _journal;
    private readonly string[] _ending = new string[6];
    private readonly long[] _ends = new long[6];
    private long _waitingSince;
    private long _life = -1;
    private long _lookAt;

    /// <summary>Makes a watch, and ties alerts to what becomes of them.</summary>
    /// <param name="settings">For the rules.</param>
    /// <param name="mail">Knows the spool that is watched.</param>
    /// <param name="clock">For all times.</param>
    /// <param name="alerts">Who is told.</param>
    /// <param name="journal">The forwarder's.</param>
    public SelfWatch(RelaySettings settings, AlertMail mail, IClock clock, Alerts alerts, Journal journal)
    {
        _settings = settings;
        _mail = mail;
        _clock = clock;
        _alerts = alerts;
        _journal = journal;
        journal.Alerts = alerts;
        alerts.Watch = this;
        if (settings.AlertRules.PasswordEnds > 0)
        {
            Expires("The smarthost's password", settings.AlertRules.PasswordEnds);
        }
    }

    /// <summary>Bytes of memory in use, for the sign of life; 0: not known. Set by whoever can measure it.</summary>
    public long MemoryUsed { get; set; }

    /// <summary>Says when something will end. The same name again replaces what was said before. From any thread.</summary>
    /// <param name="what">A certificate or secret, as the beginning of a sentence.</param>
    /// <param name="utcMilliseconds">When, in milliseconds since 1970.</param>
    public void Expires(string what, long utcMilliseconds)
    {
        lock (_ends)
        {
            for (int i = 0; i < _ends.Length; i++)
            {
                if (_ends[i] == 0 || _ending[i] == what)
                {
                    _ending[i] = what;
                    _ends[i] = utcMilliseconds;
                    return;
                }
            }
        }
    }

    /// <summary>Looks at everything once a minute; <see cref="Alerts.RunOnce"/> calls it.</summary>
    /// <returns>The uptime in milliseconds at which it wants to look again.</returns>
    internal long Look()
    {
        long now = _clock.UptimeMilliseconds;
        if (now >= _lookAt)
        {
            _lookAt = now + Interval;
            LookAtQueue(now);
            LookAtEnds();
            GiveSignOfLife(now);
        }

        return _lookAt;
    }

    private void LookAtQueue(long now)
    {
        int waiting = _mail.Waiting;
        _waitingSince = waiting == 0 ? 0 : _waitingSince == 0 ? now : _waitingSince;
        long since = _journal.LastDelivery > _waitingSince ? _journal.LastDelivery : _waitingSince;
        bool isStalled = waiting > 0 && now - since >= _settings.AlertRules.StalledAfter;
        Tell(isStalled, Severity.Error, Stalled, isStalled ? waiting.ToString() + " wait, none got out for " + AlertText.Span(now - since) + ". " + _journal.LastTrouble : "");
        int used = _mail.PercentUsed;
        Tell(used >= FullPercent, Severity.Warning, Filling, used.ToString() + " % of its room are used; at 100 % senders are told to come again later.");
    }

    private void LookAtEnds()
    {
        for (int i = 0; i < _ends.Length && _ends[i] > 0 && _clock.IsSet; i++)
        {
            long left = _ends[i] - _clock.UtcMilliseconds;
            Tell(
                left < _settings.AlertRules.ExpiryDays * Day,
                left < Day ? Severity.Error : Severity.Warning,
                _ending[i] + " ends",
                left < 0 ? "It has ended." : "In " + AlertText.Span(left) + ".");
        }
    }

    /// <summary>A state, not an event: it is raised when it begins, and again only when it has got worse.</summary>
    private void Tell(bool isSo, Severity severity, string title, string details)
    {
        OpenAlert? alert = _alerts.Opened(_settings.Hostname, title);
        if (isSo && (alert == null || severity > alert.Severity))
        {
            _alerts.Raise(severity, _settings.Hostname, title, details);
        }
        else if (isSo)
        {
            // It goes on, and so is not forgotten.
            alert!.Last = _clock.UptimeMilliseconds;
        }
        else if (alert != null)
        {
            _alerts.Resolve(_settings.Hostname, title);
        }
    }

    private void GiveSignOfLife(long now)
    {
        AlertRules rules = _settings.AlertRules;
        if (rules.HeartbeatDays == 0)
        {
            return;
        }

        // Days since a Monday long ago at the set time of the day; without a clock, since the start.
        long time = _clock.IsSet ? _clock.UtcMilliseconds + (rules.Zone - rules.HeartbeatAt) * 60000L + 3 * Day : now;
        long life = time / Day / rules.HeartbeatDays;
        if (_life >= 0 && life == _life + 1)
        {
            string trouble = _journal.LastTrouble;
            _alerts.Tell(
                "[Alive] " + _settings.Hostname,
                "The relay is alive.\n\nUp for: " + AlertText.Span(now)
                + "\nWaiting: " + _mail.Waiting.ToString() + " (" + _mail.PercentUsed.ToString() + " % of the room)"
                + "\nDelivered: " + _journal.Delivered.ToString() + "\nRefused for good: " + _journal.Failed.ToString()
                + "\nAlerts raised, sent: " + _alerts.Raised.ToString() + ", " + _alerts.Sent.ToString()
                + (MemoryUsed > 0 ? "\nMemory in use: " + (MemoryUsed / 1024).ToString() + " KiB" : "")
                + "\nLast trouble: " + (trouble.Length > 0 ? trouble : "none since the last delivery") + "\n");
        }

        _life = life;
    }
}
