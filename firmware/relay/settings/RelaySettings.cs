namespace SmtpEmbedded.Relay;

/// <summary>
/// Everything an operator can set, with the defaults that hold when nothing is set. Filled once before anything runs (by
/// <c>SettingsReader</c> or by the program), then only read, from any thread.
/// </summary>
public sealed partial class RelaySettings
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

    /// <summary>Whether a bare LF in a message is made a CRLF, and a bare CR or a NUL a space, instead of refusing the message with 554 5.6.0. <c>[server] line-ends</c>.</summary>
    public bool FixesLineEnds { get; set; }

    /// <summary>A second port to listen on, as 587 beside 25 (RFC 6409 section 3.1); -1 for none, 0 lets the system choose. <c>[server] listen</c>.</summary>
    public int SecondPort { get; set; } = -1;

    /// <summary>The port on which TLS begins at once (RFC 8314 section 3.3); -1 for none, 0 lets the system choose. <c>[tls] port</c>.</summary>
    public int TlsPort { get; set; } = -1;

    /// <summary>Who may log in: name, hash of the password, name, hash ... <c>[users]</c>.</summary>
    public string[] Users { get; set; } = new string[0];

    /// <summary>Whether clients can have TLS: STARTTLS, and on <see cref="TlsPort"/>. Set by a host that has a certificate.</summary>
    public bool OffersTls { get; set; }

    /// <summary>What lenient rules take besides SMTP; null where nothing is, and no rule may be lenient.</summary>
    public IQuirks? Quirks { get; set; }

    /// <summary>Knows who may log in; null where nobody can.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>What holds for the clients in <see cref="AllowedNetworks"/>; its own networks do not count. <c>[server] grammar</c> and <c>auth</c>.</summary>
    public ClientRule AllowedRule { get; set; } = new ClientRule();

    /// <summary>What holds for other clients, or for some of those more exactly. <c>[client ...]</c>.</summary>
    public ClientRule[] ClientRules { get; set; } = new ClientRule[0];

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

    /// <summary>How many mails alerts become, and when: the other keys of <c>[alerts]</c>.</summary>
    public AlertRules AlertRules { get; } = new AlertRules();

    // ----------------------------------------------------------------------------------------------------------------

    /// <summary>The bounds of everything.</summary>
    public Limits Limits { get; set; } = new Limits();

    /// <summary>
    /// What suits a board with about 100 KiB of memory: ports 25 and 587 on every address, two sessions, small buffers, a queue of 160 KiB.
    /// Who may send is still to be said: <see cref="AllowedNetworks"/> holds loopback only.
    /// </summary>
    public static RelaySettings ForDevice()
    {
        RelaySettings settings = new RelaySettings();
        settings.ListenAddress = "*";
        settings.ListenPort = 25;
        settings.SecondPort = 587;
        settings.SpoolQuota = 160 * 1024;
        Limits limits = settings.Limits;
        limits.Sessions = 2;
        limits.SessionsPerAddress = 2;

        // RFC 5321 section 4.5.3.1.7 asks for no less.
        limits.MessageBytes = 64 * 1024;
        limits.ReceiveBuffer = 256;
        limits.IdleSession = 3 * 1000;
        limits.RoomTimeout = 60 * 1000;
        limits.ForwardBuffer = 448;

        // A small queue is soon full: it is to move again within the time a client waits.
        limits.LongestReconnect = limits.FirstReconnect;
        limits.AuthLine = 1024;
        limits.ReplyLine = 512;
        limits.AlertDetails = 2048;
        limits.OpenAlerts = 16;
        return settings;
    }

    /// <summary>The rule for a client: the one with the longest prefix that holds its address; of equals the last.</summary>
    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <returns>The rule; null where the client may not use the server.</returns>
    public ClientRule? RuleFor(byte[] address)
    {
        ClientRule? best = null;
        int longest = -1;
        for (int i = -1; i < ClientRules.Length; i++)
        {
            Network[] networks = i < 0 ? AllowedNetworks : ClientRules[i].Networks;
            for (int j = 0; j < networks.Length; j++)
            {
                if (networks[j].PrefixLength >= longest && networks[j].Contains(address))
                {
                    longest = networks[j].PrefixLength;
                    best = i < 0 ? AllowedRule : ClientRules[i];
                }
            }
        }

        return best == null || best.IsRefused ? null : best;
    }
}
