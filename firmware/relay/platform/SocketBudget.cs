namespace SmtpEmbedded.Relay.Platform;

/// <summary>Counts sockets against what the chip has: 16 on ESP32, S3 and C6, 8 on C3. From any thread.</summary>
internal sealed class SocketBudget
{
    private readonly object _lock = new object();
    private readonly int _limit;
    private int _used;

    /// <param name="limit">How many sockets there may be at once.</param>
    public SocketBudget(int limit)
    {
        _limit = limit;
    }

    public int Used
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    /// <summary>Takes a place for a socket.</summary>
    /// <param name="keepFree">How many places must be left then, for others whose need is greater.</param>
    public bool Take(int keepFree)
    {
        lock (_lock)
        {
            if (_used + keepFree >= _limit)
            {
                return false;
            }

            _used++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Give()
    {
        lock (_lock)
        {
            _used--;
        }
    }
}
