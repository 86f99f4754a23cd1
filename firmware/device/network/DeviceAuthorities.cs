using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Device;

/// <summary>The certificates to trust, on the internal drive; those stored in the firmware's configuration where there is no such file.</summary>
internal sealed class DeviceAuthorities : IAuthorities
{
    public byte[] Read() => DeviceFile.ReadIfThere(DevicePaths.Authorities);
}
