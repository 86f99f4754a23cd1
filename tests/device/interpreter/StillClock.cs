using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>A clock that stands still.</summary>
internal sealed class StillClock : IClock
{
    public bool IsSet
    {
        get { return true; }
    }

    public long UtcMilliseconds
    {
        get { return 1772368496000; }
    }

    public long UptimeMilliseconds
    {
        get { return 1000; }
    }
}
