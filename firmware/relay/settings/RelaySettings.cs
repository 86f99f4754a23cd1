namespace SmtpEmbedded.Relay;

/// <summary>
/// Everything an operator can set, with the defaults that hold when nothing is set. Filled once before anything runs (by
/// <c>SettingsReader</c> or by the program), then only read, from any thread.
/// </summary>
public sealed class RelaySettings
{
    // ---- [server] --------------------------------------------------------------------------------------------------

    /// <summary>The address to listen on, as text without brackets. <c>[server] listen</c>.</summary>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 lets the system choose (programs only, a settings file cannot say 0). <c>[server] listen</c>.</summary>
    public int ListenPort { get; set; } = 2525;

    /// <summary>The name the relay gives itself in its greeting, in EHLO, in Received fields and in Message-IDs. <c>[server] hostname</c>.</summary>
    public string Hostname { get; set; } = "localhost";

    /// <summary>Who may send through the relay. <c>[server] allow</c>; loopback only unless set.</summary>
    public Network[] AllowedNetworks { get; set; } = new Network[] { new Network(new byte[] { 127, 0, 0, 0 }, 8) };

    // ---- [smarthost] -----------------------------------------------------------------------------------------------

    /// <summary>Who takes our mail: the first choice, with the others behind it. <c>[smarthost]</c>.</summary>
    public Smarthost Smarthost { get; } = new Smarthost();

    // ---- [spool] ---------------------------------------------------------------------------------------------------

    /// <summary>The folder of the queue. <c>[spool] path</c>.</summary>
    public string SpoolPath { get; set; } = "./spool";

    /// <summary>The most bytes the queue may take up. <c>[spool] quota</c>.</summary>
    public long SpoolQuota { get; set; } = 1024L * 1024 * 1024;

    // ---- [alerts] --------------------------------------------------------------------------------------------------

    /// <summary>The sender of alerts; empty stands for "alerts@" and <see cref="Hostname"/>. <c>[alerts] from</c>.</summary>
    public string AlertFrom { get; set; } = "";

    /// <summary>Who is sent alerts; empty stands for "postmaster@" and <see cref="Hostname"/>. <c>[alerts] to</c>.</summary>
    public string AlertTo { get; set; } = "";

    // ---- [page] ----------------------------------------------------------------------------------------------------

    /// <summary>The address the operator's page is served on, as <see cref="ListenAddress"/>; on a gateway /metrics and /healthz too. <c>[page] listen</c>.</summary>
    public string PageAddress { get; set; } = "127.0.0.1";

    /// <summary>Its port; 0: nothing is served. <c>[page] listen</c>.</summary>
    public int PagePort { get; set; }

    // ----------------------------------------------------------------------------------------------------------------

    /// <summary>The bounds of everything.</summary>
    public Limits Limits { get; set; } = new Limits();

    /// <summary>
    /// What suits a board with about 100 KiB of memory: port 25 on every address, two sessions, small buffers, a queue of 160 KiB.
    /// Who may send is still to be said: <see cref="AllowedNetworks"/> holds loopback only.
    /// </summary>
    public static RelaySettings ForDevice()
    {
        RelaySettings settings = new RelaySettings();
        settings.ListenAddress = "*";
        settings.ListenPort = 25;
        settings.SpoolQuota = 160 * 1024;
        Limits limits = settings.Limits;
        limits.Sessions = 2;
        limits.SessionsPerAddress = 2;

        // RFC 5321 section 4.5.3.1.7 asks for no less.
        limits.MessageBytes = 64 * 1024;
        limits.ForwardBuffer = 512;
        limits.AuthLine = 1024;
        limits.ReplyLine = 512;
        limits.AlertDetails = 2048;
        return settings;
    }
}
