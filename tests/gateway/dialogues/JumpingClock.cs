using System;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Tests.Dialogues;

/// <summary>Uptime goes on by itself and can be made to jump; the wall clock stands where the dialogues expect it.</summary>
internal sealed class JumpingClock : IClock
{
    private long _jumped;

    public bool IsSet { get; set; } = true;

    public long UtcMilliseconds { get; } = new DateTimeOffset(2026, 3, 1, 12, 34, 56, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public long UptimeMilliseconds => Environment.TickCount64 + Interlocked.Read(ref _jumped);

    public void Jump(long milliseconds) => Interlocked.Add(ref _jumped, milliseconds);
}
