namespace SmtpEmbedded.Relay;

/// <summary>
/// The two times the relay knows: a wall clock that may not be set yet (a board without a battery starts in 1970 until
/// SNTP has answered) and an uptime that never jumps. Waits, deadlines and rates use the uptime; only what people read uses
/// the wall clock. Implementations may be called from any thread.
/// </summary>
public interface IClock
{
    /// <summary>Whether <see cref="UtcMilliseconds"/> can be believed. Once true it stays true.</summary>
    bool IsSet { get; }

    /// <summary>Milliseconds since 1970-01-01T00:00:00Z; meaningless while <see cref="IsSet"/> is false.</summary>
    long UtcMilliseconds { get; }

    /// <summary>Milliseconds since start-up; never goes back, never jumps.</summary>
    long UptimeMilliseconds { get; }
}
