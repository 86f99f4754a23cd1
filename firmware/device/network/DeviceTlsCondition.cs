using nanoFramework.Hardware.Esp32;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Device;

/// <summary>No TLS while native memory is short, nor for a while after starts that did not last.</summary>
internal sealed class DeviceTlsCondition : ITlsCondition
{
    /// <summary>What a session takes: two record buffers, the handshake and the certificates.</summary>
    private const uint NeededBytes = 60 * 1024;

    /// <summary>A record buffer is one piece.</summary>
    private const uint NeededPiece = 17 * 1024;

    private readonly IClock _clock;
    private readonly long _holdOff;

    /// <param name="clock">For the uptime.</param>
    /// <param name="holdOff">The uptime in milliseconds before which there is no TLS.</param>
    public DeviceTlsCondition(IClock clock, long holdOff)
    {
        _clock = clock;
        _holdOff = holdOff;
    }

    public string Objection()
    {
        if (_clock.UptimeMilliseconds < _holdOff)
        {
            return "the last starts did not last, so TLS waits a few minutes";
        }

        NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.All, out uint total, out uint free, out uint largest);
        if (free < NeededBytes || largest < NeededPiece)
        {
            return "memory is short: " + free.ToString() + " bytes are free, the largest piece has " + largest.ToString();
        }

        return "";
    }
}
