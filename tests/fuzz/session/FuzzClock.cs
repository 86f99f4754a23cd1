using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>A clock that moves when told to.</summary>
internal sealed class FuzzClock : IClock
{
    public const long Beginning = 1000;

    public bool IsSet => true;

    public long UtcMilliseconds => 1_780_000_000_000 + UptimeMilliseconds;

    public long UptimeMilliseconds { get; set; } = Beginning;
}
