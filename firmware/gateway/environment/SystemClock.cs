using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>The machine's clock. A machine that runs .NET has its clock set.</summary>
public sealed class SystemClock : IClock
{
    private readonly long _started = Environment.TickCount64;

    /// <inheritdoc/>
    public bool IsSet => true;

    /// <inheritdoc/>
    public long UtcMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public long UptimeMilliseconds => Environment.TickCount64 - _started;
}
