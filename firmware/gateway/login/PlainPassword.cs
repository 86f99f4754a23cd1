using System.Text;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>PLAIN (RFC 4616).</summary>
public sealed class PlainPassword(string user, string password) : ISaslMechanism
{
    /// <inheritdoc/>
    public bool HasInitialResponse => true;

    /// <inheritdoc/>
    public bool IsProven => true;

    /// <inheritdoc/>
    public string Error => "";

    /// <inheritdoc/>
    public byte[]? Respond(byte[] challenge) => Encoding.UTF8.GetBytes($"\0{user}\0{password}");
}
