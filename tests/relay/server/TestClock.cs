using System;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A clock that moves when told to.</summary>
internal sealed class TestClock : IClock
{
    public bool IsSet { get; set; } = true;

    public long UtcMilliseconds { get; set; } = new DateTimeOffset(2026, 3, 1, 12, 34, 56, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public long UptimeMilliseconds { get; set; } = 1000;
}
