namespace SmtpEmbedded.Device;

/// <summary>What the light tells.</summary>
internal enum LedState
{
    /// <summary>Even, quick: starting.</summary>
    Starting,

    /// <summary>Two flashes and a pause: waiting for someone to fill in the form.</summary>
    Setup,

    /// <summary>Even, slow: no Wi-Fi.</summary>
    NoNetwork,

    /// <summary>A short flash every three seconds: all is well, nothing waits.</summary>
    Running,

    /// <summary>A short flash every second: mail waits to be sent.</summary>
    Waiting,

    /// <summary>On, with short gaps: something is wrong with the board; the console says what.</summary>
    Trouble,
}
