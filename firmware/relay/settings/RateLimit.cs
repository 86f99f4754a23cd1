namespace SmtpEmbedded.Relay;

/// <summary>
/// At most so many recipients in any stretch of a given length: providers count so, and lock out who exceeds it. A message
/// for several recipients goes as a whole, and what it takes beyond the limit the next ones wait for. From any thread.
/// </summary>
public sealed class RateLimit
{
    // For each of the last uses, the uptime at which its place is free again.
    private readonly long[] _free;
    private readonly long _period;
    private int _at;

    /// <summary>Makes a limit that nothing has used yet.</summary>
    /// <param name="count">How many recipients; at least 1. Costs 8 bytes each.</param>
    /// <param name="periodMilliseconds">In how long.</param>
    public RateLimit(int count, long periodMilliseconds)
    {
        _free = new long[count];
        _period = periodMilliseconds;
    }

    /// <summary>The uptime in milliseconds from which the next recipient may be sent to.</summary>
    public long Next
    {
        get
        {
            lock (_free)
            {
                return _free[_at];
            }
        }
    }

    /// <summary>Says that a message goes out.</summary>
    public void Use(int recipients, long now)
    {
        lock (_free)
        {
            for (; recipients > 0; recipients--)
            {
                _free[_at] = (_free[_at] > now ? _free[_at] : now) + _period;
                _at = (_at + 1) % _free.Length;
            }
        }
    }
}
