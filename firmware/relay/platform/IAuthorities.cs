namespace SmtpEmbedded.Relay.Platform;

/// <summary>Where the certificates to trust are kept, for a program that has no memory to hold them all the time.</summary>
public interface IAuthorities
{
    /// <summary>Asked for each handshake, from the thread that makes it; the certificates are let go of when it is done.</summary>
    /// <returns>The certificates in PEM, several one behind the other; null for those the machine has stored.</returns>
    byte[]? Read();
}
