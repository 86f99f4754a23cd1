using System.Text;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>LOGIN: in use everywhere, standardised nowhere. The name at the first challenge, the password at the second, whatever they say.</summary>
public sealed class LoginPassword(string user, string password) : ISaslMechanism
{
    private int _step;

    /// <inheritdoc/>
    public bool HasInitialResponse => false;

    /// <inheritdoc/>
    public bool IsProven => true;

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public byte[]? Respond(byte[] challenge)
    {
        Error = _step > 1 ? "the smarthost asks for more than LOGIN has to say" : "";
        return _step++ switch
        {
            0 => Encoding.UTF8.GetBytes(user),
            1 => Encoding.UTF8.GetBytes(password),
            _ => null,
        };
    }
}
