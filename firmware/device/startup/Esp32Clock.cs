using System;
using nanoFramework.Hardware.Esp32;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>The chip's own count of microseconds for the uptime; the time of day once SNTP has set it.</summary>
internal sealed class Esp32Clock : IClock
{
    private const int EarliestYear = 2025;
    private const long EpochTicks = 621355968000000000;

    private bool _isSet;

    public bool IsSet
    {
        get
        {
            _isSet = _isSet || DateTime.UtcNow.Year >= EarliestYear;
            return _isSet;
        }
    }

    public long UtcMilliseconds
    {
        get { return (DateTime.UtcNow.Ticks - EpochTicks) / TimeSpan.TicksPerMillisecond; }
    }

    public long UptimeMilliseconds
    {
        get { return (long)(HighResTimer.GetCurrent() / 1000); }
    }
}
