namespace SmtpEmbedded.Relay.Tests;

/// <summary>A clock that moves only when told to.</summary>
internal sealed class FakeClock : IClock
{
    public bool IsSet { get; set; } = true;

    /// <summary>Sun, 01 Mar 2026 12:34:56 UTC.</summary>
    public long UtcMilliseconds { get; set; } = 1772368496000;

    public long UptimeMilliseconds { get; set; } = 1000;

    public void Advance(long milliseconds)
    {
        UtcMilliseconds += milliseconds;
        UptimeMilliseconds += milliseconds;
    }
}
