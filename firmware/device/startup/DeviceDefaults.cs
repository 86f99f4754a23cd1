using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>What holds on a board where the settings file says nothing: a small queue, few sessions, the LAN may send.</summary>
internal static class DeviceDefaults
{
    /// <summary>The queue's share of a 256 KiB drive; the rest is for settings, certificates and the file system's own needs.</summary>
    private const long Quota = 160 * 1024;

    /// <summary>Settings with the board's defaults.</summary>
    public static RelaySettings Create()
    {
        RelaySettings settings = new RelaySettings();
        settings.ListenAddress = "*";
        settings.ListenPort = 25;
        settings.Hostname = "smtpembedded.local";
        settings.SpoolQuota = Quota;
        settings.AllowedNetworks = new Network[]
        {
            new Network(new byte[] { 10, 0, 0, 0 }, 8),
            new Network(new byte[] { 172, 16, 0, 0 }, 12),
            new Network(new byte[] { 192, 168, 0, 0 }, 16),
        };

        Limits limits = settings.Limits;
        limits.Sessions = 2;
        limits.SessionsPerAddress = 2;

        // RFC 5321 section 4.5.3.1.7 asks for no less.
        limits.MessageBytes = 64 * 1024;
        limits.ForwardBuffer = 1460;
        limits.AuthLine = 1024;
        limits.ReplyLine = 512;
        limits.AlertDetails = 2048;
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
