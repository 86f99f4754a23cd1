namespace SmtpEmbedded.Relay;

/// <summary>
/// How many mails alerts become, and when: section <c>[alerts]</c> of the settings file. Fields, for a board pays for every
/// method. Times are milliseconds unless said otherwise. Filled before anything runs, then only read.
/// </summary>
public sealed class AlertRules
{
    /// <summary>The first alert of a source goes out at once; what the same source says within this time after a mail goes out together, when it has passed. <c>group</c></summary>
    public int Group = 30 * 1000;

    /// <summary>An alert that goes on is told again after this time, with how often it was seen. <c>repeat</c></summary>
    public int Repeat = 4 * 60 * 60 * 1000;

    /// <summary>An alert that ends and begins again is not told sooner than this after its last mail. <c>cooldown</c></summary>
    public int Cooldown = 5 * 60 * 1000;

    /// <summary>Mails in one hour; what comes past that waits for the hour's end and goes out as one digest. <c>per-hour</c></summary>
    public int PerHour = 20;

    /// <summary>Alerts this severe pass <see cref="Group"/>, <see cref="PerHour"/> and the quiet hours. <c>urgent</c></summary>
    public Severity Urgent = Severity.Critical;

    /// <summary>Whether the end of an alert is told. <c>resolved</c></summary>
    public bool TellsResolved = true;

    /// <summary>Minutes after local midnight from which only urgent alerts go out; the rest follows as one digest. Negative: never. <c>quiet</c></summary>
    public int QuietFrom = -1;

    /// <summary>Minutes after local midnight at which the quiet hours end. <c>quiet</c></summary>
    public int QuietUntil;

    /// <summary>Minutes local time is ahead of UTC. <c>zone</c></summary>
    public int Zone;

    /// <summary>Who is told of an alert that goes on; empty: nobody. <c>escalate-to</c></summary>
    public string EscalateTo = "";

    /// <summary>How long an alert goes on before it is escalated. <c>escalate-after</c></summary>
    public int EscalateAfter = 60 * 60 * 1000;

    /// <summary>The least severity that is escalated. <c>escalate</c></summary>
    public Severity Escalate = Severity.Error;

    /// <summary>The subject of a mail about one alert; see <see cref="AlertText"/> for the marks. <c>subject</c></summary>
    public string Subject = "[%s] %o%t";

    /// <summary>What stands above the facts in it. <c>body</c></summary>
    public string Body = "%t%n%n%d";

    /// <summary>Days between two signs of life; 0: none. <c>heartbeat</c></summary>
    public int HeartbeatDays;

    /// <summary>Minutes after local midnight at which a sign of life is sent. <c>heartbeat</c></summary>
    public int HeartbeatAt = 7 * 60;

    /// <summary>Mail that has not got out for so long is an alert of its own. <c>stalled-after</c></summary>
    public int StalledAfter = 60 * 60 * 1000;

    /// <summary>So many days before a certificate or secret ends there is an alert. <c>expiry-days</c></summary>
    public int ExpiryDays = 21;

    /// <summary>When the smarthost's password ends, in milliseconds since 1970; 0: not known. <c>password-ends</c></summary>
    public long PasswordEnds;
}
