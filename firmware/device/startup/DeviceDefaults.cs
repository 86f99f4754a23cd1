using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>What holds on a board where the settings file says nothing: a small queue, few sessions, the LAN may send.</summary>
internal static class DeviceDefaults
{
    /// <summary>Settings with the board's defaults.</summary>
    public static RelaySettings Create()
    {
        RelaySettings settings = RelaySettings.ForDevice();
        settings.Hostname = "smtpembedded.local";
        settings.AllowedNetworks = new Network[]
        {
            new Network(new byte[] { 10, 0, 0, 0 }, 8),
            new Network(new byte[] { 172, 16, 0, 0 }, 12),
            new Network(new byte[] { 192, 168, 0, 0 }, 16),
        };
        return settings;
    }

    /// <summary>The spool's manners on flash, with the quota that is set.</summary>
    public static SpoolOptions SpoolFor(RelaySettings settings)
    {
        SpoolOptions options = SpoolOptions.ForDevice();
        options.Quota = settings.SpoolQuota;
        return options;
    }
}
