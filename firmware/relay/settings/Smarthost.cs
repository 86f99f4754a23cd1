namespace SmtpEmbedded.Relay;

/// <summary>
/// One place that takes our mail. Several stand in order of preference: the first is used while it works, the next while it
/// does not, and the first again as soon as it does. Filled once before anything runs; only the forwarder's own notes change.
/// </summary>
public sealed partial class Smarthost
{
    /// <summary>The host: a name or an address without brackets; empty when none is set. <c>[smarthost] host</c>.</summary>
    public string Host { get; set; } = "";

    /// <summary>The port; 0 means the port that belongs to <see cref="Security"/>: 587, or 465 for TLS, or 25 for none. <c>[smarthost] port</c>.</summary>
    public int Port { get; set; }

    /// <summary>How the connection is protected. <c>[smarthost] security</c>.</summary>
    public SmarthostSecurity Security { get; set; } = SmarthostSecurity.StartTls;

    /// <summary>The name to log in with; empty for no login. <c>[smarthost] user</c>.</summary>
    public string User { get; set; } = "";

    /// <summary>The password to log in with. Never logged. <c>[smarthost] password</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary>Ways to log in beyond PLAIN and LOGIN; null for none. Set by the program.</summary>
    public ILogin? Login { get; set; }

    /// <summary>How much it may be given; null for as much as it takes. Set in the settings' own place, used by all connections.</summary>
    public RateLimit? Rate { get; set; }

    /// <summary>The one to use while this one does not work; null for the last. A further <c>[smarthost]</c> section.</summary>
    public Smarthost? Next { get; set; }

    /// <summary>The port to reach it on: <see cref="Port"/>, or the usual one for the security chosen (RFC 6409 section 3.1, RFC 8314 section 3.3).</summary>
    public int EffectivePort
    {
        get
        {
            if (Port != 0)
            {
                return Port;
            }

            return Security == SmarthostSecurity.Tls ? 465 : Security == SmarthostSecurity.StartTls ? 587 : 25;
        }
    }

    /// <summary>Whether its last connection did not fail; true before the first. For showing: it may change at any moment.</summary>
    public bool IsUp => Failures == 0;

    // ---- What the forwarder has found, shared by its connections and guarded by this object's lock. ------------------

    /// <summary>Connections that failed in a row.</summary>
    internal int Failures { get; set; }

    /// <summary>The uptime before which it is left alone.</summary>
    internal long NextTry { get; set; }

    /// <summary>What ended the last connection before its time.</summary>
    internal ClientFailure LastFailure { get; set; }

    /// <summary>Whether the operator has been told of the present trouble.</summary>
    internal bool IsTold { get; set; }

    /// <summary>The uptime before which the operator is not told again, though it be new trouble.</summary>
    internal long NextTold { get; set; }

    /// <summary>The uptime at which the first of <see cref="Failures"/> happened.</summary>
    internal long TroubleSince { get; set; }
}
