using System;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>
/// The machine's clock. A board without a battery starts near 1970 and is set by SNTP later, so the time of day is believed
/// only past a year in which this was written; the uptime is counted apart from it.
/// </summary>
public sealed class SystemClock : IClock
{
    private const int EarliestYear = 2025;
    private const long TicksPerMillisecond = 10000;
    private const long EpochTicks = 621355968000000000;

    private bool _isSet;

#if NANOFRAMEWORK_1_0
    // Longer than any pause between two looks at the clock, shorter than SNTP's first correction.
    private const long LongestStep = 24L * 60 * 60 * 1000;

    private readonly object _lock = new object();
    private long _uptime;
    private long _last = DateTime.UtcNow.Ticks / TicksPerMillisecond;
#else
    private readonly long _started = Environment.TickCount64;
#endif

    /// <inheritdoc/>
    public bool IsSet
    {
        get
        {
            _isSet = _isSet || DateTime.UtcNow.Year >= EarliestYear;
            return _isSet;
        }
    }

    /// <inheritdoc/>
    public long UtcMilliseconds => (DateTime.UtcNow.Ticks - EpochTicks) / TicksPerMillisecond;

    /// <inheritdoc/>
    public long UptimeMilliseconds
    {
        get
        {
#if NANOFRAMEWORK_1_0
            lock (_lock)
            {
                // CoreLibrary shows no count of uptime. The wall clock serves, with its jumps left out: SNTP moves it by
                // decades at first and by little afterwards. An application that knows its chip has better.
                long now = DateTime.UtcNow.Ticks / TicksPerMillisecond;
                long step = now - _last;
                _last = now;
                if (step > 0 && step < LongestStep)
                {
                    _uptime += step;
                }

                return _uptime;
            }
#else
            return Environment.TickCount64 - _started;
#endif
        }
    }
}
