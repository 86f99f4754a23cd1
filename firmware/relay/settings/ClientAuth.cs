namespace SmtpEmbedded.Relay;

/// <summary>What logging in means for the clients of a <see cref="ClientRule"/>.</summary>
public enum ClientAuth
{
    /// <summary>They may log in where there is TLS and there are users; they need not.</summary>
    Offered,

    /// <summary>They must log in before MAIL (RFC 6409 section 4.3).</summary>
    Required,

    /// <summary>Whatever they log in with is taken, over clear text too, and proves nothing: for devices that will not send without.</summary>
    Any,
}
