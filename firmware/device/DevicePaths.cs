namespace SmtpEmbedded.Device;

/// <summary>Where things are on the internal drive.</summary>
internal static class DevicePaths
{
    /// <summary>The settings.</summary>
    public const string Settings = "I:\\settings.conf";

    /// <summary>The certificates to trust, in PEM; without it those stored with nanoff count.</summary>
    public const string Authorities = "I:\\ca.pem";

    /// <summary>The spool's folder.</summary>
    public const string Spool = "I:\\spool";

    /// <summary>How many starts did not last.</summary>
    public const string Starts = "I:\\starts";
}
