namespace SmtpEmbedded.Relay;

/// <summary>
/// Knows who may log in. Where there is one, AUTH is offered within TLS; the gateway's compares with hashes of passwords.
/// May be called from any thread; it may take as long as such a comparison takes, so drivers keep it away from what is quick.
/// </summary>
public interface ICredentials
{
    /// <summary>Judges what a client has answered in an AUTH exchange (RFC 4954 section 4): base64, form checked, content not.</summary>
    /// <param name="responses">The one response of PLAIN (RFC 4616), or the two of LOGIN one behind the other.</param>
    /// <param name="userEnd">LOGIN: where the name ends and the password begins; 0 for PLAIN.</param>
    /// <param name="count">Where it all ends.</param>
    /// <returns>Whether the user exists and the password is right; false for everything that is not understood.</returns>
    bool Accepts(byte[] responses, int userEnd, int count);
}
