namespace SmtpEmbedded.Relay;

/// <summary>
/// What has become of mail lately: whether it gets out, since when, and the last attempts. Written by forwarders,
/// read from any thread: each value by itself is right, two read one after the other may be of different moments.
/// </summary>
public sealed class Journal
{
    /// <summary>How many attempts are remembered.</summary>
    public const int Length = 16;

    private readonly IClock _clock;
    private readonly object _lock = new object();
    private Attempt?[]? _attempts;
    private int _next;

    /// <summary>Makes an empty journal.</summary>
    public Journal(IClock clock)
    {
        _clock = clock;
    }

    /// <summary>Told what becomes of alert mails; may be null.</summary>
    public IAlerts? Alerts { get; set; }

    /// <summary>Recipients the smarthost has taken mail for since the start.</summary>
    public int Delivered { get; private set; }

    /// <summary>Recipients refused for good since the start.</summary>
    public int Failed { get; private set; }

    /// <summary>Connections that failed and messages put off since the start.</summary>
    public int Troubles { get; private set; }

    /// <summary>Uptime in milliseconds of the last delivery; 0: none since the start.</summary>
    public long LastDelivery { get; private set; }

    /// <summary>Uptime in milliseconds of the first trouble since the last delivery; 0: none.</summary>
    public long TroubleSince { get; private set; }

    /// <summary>The last trouble as a sentence; empty when there was none since the last delivery.</summary>
    public string LastTrouble { get; private set; } = "";

    /// <summary>An attempt, the latest first.</summary>
    /// <param name="index">From 0, below <see cref="Length"/>.</param>
    /// <returns>Null when there were not so many since <see cref="Remember"/>.</returns>
    public Attempt? Latest(int index) => _attempts == null ? null : _attempts[(_next + Length - 1 - index) % Length];

    /// <summary>Keeps the last attempts from now on, for a program that will ask for them; without it they cost no memory. Once, before anything is forwarded.</summary>
    public void Remember()
    {
        _attempts = new Attempt?[Length];
    }

    /// <summary>Takes note of an attempt at a message and what came of it.</summary>
    internal void Note(QueuedMessage message, string recipient, int delivered, int failed, string reply)
    {
        lock (_lock)
        {
            if (_attempts != null)
            {
                _attempts[_next] = new Attempt(message.Id, _clock.UptimeMilliseconds, recipient, reply, delivered > 0 ? RecipientResult.Delivered : failed > 0 ? RecipientResult.Failed : RecipientResult.Deferred);
                _next = (_next + 1) % Length;
            }

            Delivered += delivered;
            Failed += failed;
            if (delivered > 0)
            {
                LastDelivery = _clock.UptimeMilliseconds;
                TroubleSince = 0;
                LastTrouble = "";
            }
            else if (failed == 0)
            {
                Trouble(reply);
            }
        }

        if (message.IsAlert && Alerts != null && delivered + failed > 0)
        {
            Alerts.Delivered(message.Id, delivered > 0);
        }
    }

    /// <summary>Takes note of a connection that failed.</summary>
    internal void Trouble(string reason)
    {
        lock (_lock)
        {
            Troubles++;
            LastTrouble = reason;
            if (TroubleSince == 0)
            {
                TroubleSince = _clock.UptimeMilliseconds;
            }
        }
    }
}
