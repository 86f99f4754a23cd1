using System;
using System.Linq;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>
/// Logs in at one smarthost as its settings say. With a token: OAUTHBEARER, else XOAUTH2, and never a password instead. With a
/// password: SCRAM-SHA-256, else PLAIN or LOGIN (which the relay does by itself), and CRAM-MD5 only where nothing else is
/// offered. Only mechanisms that are offered, and only the one that is set where one is.
/// </summary>
public sealed class SmarthostLogin : ILogin
{
    private readonly Smarthost _smarthost;
    private readonly ITokenSource? _tokens;
    private ISaslMechanism? _mechanism;

    /// <summary>Prepares the login.</summary>
    /// <param name="smarthost">Read anew for each login.</param>
    /// <param name="tokens">Null where there is a password.</param>
    public SmarthostLogin(Smarthost smarthost, ITokenSource? tokens)
    {
        _smarthost = smarthost;
        _tokens = tokens;
    }

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <summary>Gives a smarthost and all behind it their logins.</summary>
    public static void Attach(Smarthost? first, IClock clock)
    {
        for (Smarthost? smarthost = first; smarthost is not null; smarthost = smarthost.Next)
        {
            if (smarthost.User.Length > 0)
            {
                ITokenSource? tokens = smarthost.TokenFile.Length > 0 ? new FileTokenSource(smarthost.TokenFile)
                    : smarthost.TokenCommand.Length > 0 ? new CommandTokenSource(smarthost.TokenCommand)
                    : smarthost.TokenUrl.Length > 0 ? new HttpTokenSource(smarthost, clock)
                    : null;
                smarthost.Login = new SmarthostLogin(smarthost, tokens);
            }
        }
    }

    /// <inheritdoc/>
    public string? Begin(string offered)
    {
        Error = "";
        _mechanism = null;
        string[] ours = _smarthost.Auth.Length > 0 ? [_smarthost.Auth]
            : _tokens is not null ? ["OAUTHBEARER", "XOAUTH2"]
            : ["SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5"];
        string[] theirs = offered.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? chosen = ours.FirstOrDefault(name => theirs.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (chosen is null)
        {
            Error = $"The smarthost offers AUTH {offered.Trim()}, and {string.Join(" or ", ours)} is wanted: nothing else is tried";
            return null;
        }

        string? secret = Secrets(out string error);
        if (secret is null)
        {
            Error = "No login: " + error;
            return null;
        }

        _mechanism = chosen switch
        {
            "OAUTHBEARER" => BearerToken.OAuthBearer(_smarthost.User, secret, _smarthost.Host, _smarthost.EffectivePort),
            "XOAUTH2" => BearerToken.XOAuth2(_smarthost.User, secret),
            "SCRAM-SHA-256" => new ScramSha256(_smarthost.User, secret),
            "CRAM-MD5" => new CramMd5(_smarthost.User, secret),
            "PLAIN" => new PlainPassword(_smarthost.User, secret),
            _ => new LoginPassword(_smarthost.User, secret),
        };
        return chosen;
    }

    /// <inheritdoc/>
    public byte[]? Respond(string? challenge)
    {
        if (_mechanism is null || (challenge is null && !_mechanism.HasInitialResponse))
        {
            return null;
        }

        byte[] decoded = new byte[(challenge?.Length ?? 0) * 3 / 4 + 3];
        if (!Convert.TryFromBase64String(challenge ?? "", decoded, out int count))
        {
            Error = "The smarthost's challenge is no base64";
            return null;
        }

        byte[]? response = _mechanism.Respond(decoded[..count]);
        if (response is null)
        {
            Error = "Login failed: " + _mechanism.Error;
        }

        return response;
    }

    /// <inheritdoc/>
    public bool End(bool accepted)
    {
        Error = _mechanism?.Error ?? "";
        if (!accepted)
        {
            _tokens?.Forget();
            return true;
        }

        if (_mechanism is { IsProven: false })
        {
            Error = "The smarthost takes the login without proving that it knows the password: is it the right host?";
            return false;
        }

        return true;
    }

    private string? Secrets(out string error)
    {
        if (_tokens is not null)
        {
            return _tokens.Get(out error);
        }

        error = "";
        return _smarthost.PasswordFile.Length > 0 ? Secret.FromFile(_smarthost.PasswordFile, out error) : _smarthost.Password;
    }
}
