using System;
using System.Threading;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>A clock the test moves.</summary>
internal sealed class SpoolClock : IClock
{
    private long _uptime = 1000;

    public bool IsSet { get; set; } = true;

    public long StartUtc { get; set; } = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public long UtcMilliseconds => IsSet ? StartUtc + Interlocked.Read(ref _uptime) : 0;

    public long UptimeMilliseconds => Interlocked.Read(ref _uptime);

    public void Advance(long milliseconds) => Interlocked.Add(ref _uptime, milliseconds);

    /// <summary>What a restart does: the uptime starts over, the wall clock goes on.</summary>
    public void Restart()
    {
        StartUtc += _uptime - 10;
        _uptime = 10;
    }
}
