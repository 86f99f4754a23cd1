using System.Text;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2: a token in place of a password. A refusal comes with its reason, which has to be acknowledged.</summary>
public sealed class BearerToken : ISaslMechanism
{
    private readonly byte[] _first;
    private readonly byte[] _acknowledgement;
    private bool _isSent;

    private BearerToken(string first, string acknowledgement)
    {
        _first = Encoding.UTF8.GetBytes(first);
        _acknowledgement = Encoding.UTF8.GetBytes(acknowledgement);
    }

    /// <inheritdoc/>
    public bool HasInitialResponse => true;

    /// <inheritdoc/>
    public bool IsProven => true;

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <summary>XOAUTH2, as Google and Microsoft describe it.</summary>
    public static BearerToken XOAuth2(string user, string token) => new($"user={user}\u0001auth=Bearer {token}\u0001\u0001", "");

    /// <summary>OAUTHBEARER (RFC 7628 section 3.1).</summary>
    public static BearerToken OAuthBearer(string user, string token, string host, int port)
    {
        string name = user.Replace("=", "=3D", System.StringComparison.Ordinal).Replace(",", "=2C", System.StringComparison.Ordinal);
        return new($"n,a={name},\u0001host={host}\u0001port={port}\u0001auth=Bearer {token}\u0001\u0001", "\u0001");
    }

    /// <inheritdoc/>
    public byte[]? Respond(byte[] challenge)
    {
        if (!_isSent)
        {
            _isSent = true;
            return _first;
        }

        // RFC 7628 section 3.2.2: the reason in JSON, shown as it is; then the server says 535.
        Error = "the token was refused: " + Encoding.UTF8.GetString(challenge);
        return _acknowledgement;
    }
}
