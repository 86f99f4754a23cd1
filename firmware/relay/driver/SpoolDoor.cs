namespace SmtpEmbedded.Relay;

/// <summary>
/// The spool as the parts of a <see cref="Relay"/> see it: shut while the relay is not started, and ringing after every sync,
/// so that whoever makes a message durable thereby wakes the forwarder. A message that finds the queue full may wait a while for
/// room: on a board, which drains slowly, a client that waits is better than one that is sent away. From any thread.
/// </summary>
internal sealed class SpoolDoor : ISpool
{
    private const string Shut = "The relay is not started.";

    /// <summary>How often whoever waits for room looks again.</summary>
    private const int Look = 250;

    private readonly object _lock = new object();
    private readonly IClock _clock;
    private readonly ISignal _pause;
    private readonly int _patience;
    private bool _isStopping;
    private Spool? _spool;
    private ISignal? _bell;
    private string _lastError = Shut;

    /// <param name="platform">For the waits.</param>
    /// <param name="patience">How long a message may wait for room, in milliseconds.</param>
    public SpoolDoor(IPlatform platform, int patience)
    {
        _clock = platform.Clock;
        _pause = platform.CreateSignal();
        _patience = patience;
    }

    public string Error
    {
        get
        {
            Spool? spool = Inside();
            return spool == null ? _lastError : spool.Error;
        }
    }

    public int Count
    {
        get
        {
            Spool? spool = Inside();
            return spool == null ? 0 : spool.Count;
        }
    }

    public int PercentUsed
    {
        get
        {
            Spool? spool = Inside();
            return spool == null ? 0 : spool.PercentUsed;
        }
    }

    /// <summary>Lets callers in.</summary>
    public void Open(Spool spool, ISignal bell)
    {
        lock (_lock)
        {
            _spool = spool;
            _bell = bell;
            _isStopping = false;
        }
    }

    /// <summary>Nobody waits for room any more.</summary>
    public void EndWaits()
    {
        lock (_lock)
        {
            _isStopping = true;
        }
    }

    /// <summary>Lets nobody in any more, and closes the spool.</summary>
    public void Close()
    {
        Spool? spool;
        lock (_lock)
        {
            spool = _spool;
            _spool = null;
            _bell = null;
            _lastError = Shut;
        }

        spool?.Close();
    }

    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        long end = _clock.UptimeMilliseconds + _patience;
        IMessageWriter? writer = Inside()?.Begin(envelope, size, isAlert);
        while (writer == null && !isAlert && _clock.UptimeMilliseconds < end && IsWaiting())
        {
            _pause.Wait(Look);
            writer = Inside()?.Begin(envelope, size, isAlert);
        }

        return writer;
    }

    public bool Sync()
    {
        Spool? spool;
        ISignal? bell;
        lock (_lock)
        {
            spool = _spool;
            bell = _bell;
        }

        if (spool == null || !spool.Sync())
        {
            return false;
        }

        bell?.Set();
        return true;
    }

    public QueuedMessage? Next(long now)
    {
        return Inside()?.Next(now);
    }

    public long NextDue()
    {
        Spool? spool = Inside();
        return spool == null ? long.MaxValue : spool.NextDue();
    }

    public bool Tend(MessageReader? reader)
    {
        Spool? spool = Inside();
        return spool != null && spool.Tend(reader);
    }

    /// <summary>As <see cref="Spool.Peek"/>; nothing while it is shut.</summary>
    public int Peek(QueuedMessage[] into)
    {
        Spool? spool = Inside();
        return spool == null ? 0 : spool.Peek(into);
    }

    public bool Open(QueuedMessage message, MessageReader reader)
    {
        Spool? spool = Inside();
        return spool != null && spool.Open(message, reader);
    }

    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply)
    {
        Spool? spool = Inside();
        return spool != null && spool.RecordRecipient(message, recipient, result, reply);
    }

    public bool Release(QueuedMessage message, long nextAttempt, string reason)
    {
        Spool? spool = Inside();
        return spool != null && spool.Release(message, nextAttempt, reason);
    }

    public bool Finish(QueuedMessage message)
    {
        Spool? spool = Inside();
        return spool != null && spool.Finish(message);
    }

    private bool IsWaiting()
    {
        lock (_lock)
        {
            return _spool != null && !_isStopping;
        }
    }

    private Spool? Inside()
    {
        lock (_lock)
        {
            return _spool;
        }
    }
}
