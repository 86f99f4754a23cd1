#if !NANOFRAMEWORK_1_0
namespace SmtpEmbedded.Relay;

/// <content>The keys that only a gateway knows: <c>grammar/gateway/settings.abnf</c>.</content>
public sealed partial class SettingsReader
{
    private const int MostRate = 10000;
    private const int MostConnections = 20;

    private int _domainStart;
    private int _pinsStart;
    private int _rate;
    private int _rateStart;
    private int _tokenStart;
    private int _authStart;

    private void StartGatewaySmarthost()
    {
        _domainStart = -1;
        _pinsStart = -1;
        _tokenStart = -1;
        _authStart = -1;
        for (int i = (int)SettingsParser.Rule.DomainEntry; i <= (int)SettingsParser.Rule.NameserverPort; i++)
        {
            _seen[i] = false;
        }
    }

    private bool TakeForGateway(SettingsParser.Rule rule, int start, int end)
    {
        switch (rule)
        {
            case SettingsParser.Rule.DomainEntry:
            case SettingsParser.Rule.MaildirEntry:
                return Once(rule, start);

            case SettingsParser.Rule.RootsEntry:
            case SettingsParser.Rule.PinsEntry:
            case SettingsParser.Rule.SmarthostCertificateEntry:
            case SettingsParser.Rule.SmarthostAuthEntry:
            case SettingsParser.Rule.PasswordFileEntry:
            case SettingsParser.Rule.TokenFileEntry:
            case SettingsParser.Rule.TokenCommandEntry:
            case SettingsParser.Rule.TokenUrlEntry:
            case SettingsParser.Rule.ClientIdEntry:
            case SettingsParser.Rule.ClientSecretEntry:
            case SettingsParser.Rule.ClientSecretFileEntry:
            case SettingsParser.Rule.RefreshTokenEntry:
            case SettingsParser.Rule.ScopeEntry:
            case SettingsParser.Rule.SmarthostRateEntry:
            case SettingsParser.Rule.ConnectionsEntry:
            case SettingsParser.Rule.NameserverEntry:
                if (_smarthostDetail < 0)
                {
                    _smarthostDetail = start;
                }

                return Once(rule, start);

            case SettingsParser.Rule.SmarthostDomain:
            case SettingsParser.Rule.MaildirPath:
                return TakePlace(rule, start, end);
            case SettingsParser.Rule.RootsPath:
                _smarthost.Roots = Text(start, end);
                return true;
            case SettingsParser.Rule.Pin:
                string[] pins = new string[_smarthost.Pins.Length + 1];
                _smarthost.Pins.CopyTo(pins, 0);
                pins[pins.Length - 1] = Text(start, end);
                _smarthost.Pins = pins;
                _pinsStart = start;
                return true;
            case SettingsParser.Rule.CertificateName:
                _smarthost.CertificateName = Text(start, end);
                return true;
            case SettingsParser.Rule.AuthName:
                _smarthost.Auth = Text(start, end).ToUpperInvariant();
                _authStart = start;
                return true;
            case SettingsParser.Rule.PasswordPath:
                _smarthost.PasswordFile = Text(start, end);
                _passwordStart = start;
                return true;
            case SettingsParser.Rule.TokenPath:
                _smarthost.TokenFile = Text(start, end);
                return TakeToken(start);
            case SettingsParser.Rule.TokenCommand:
                _smarthost.TokenCommand = Text(start, end);
                return TakeToken(start);
            case SettingsParser.Rule.TokenUrl:
                _smarthost.TokenUrl = Text(start, end);
                return (System.Uri.TryCreate(_smarthost.TokenUrl, System.UriKind.Absolute, out System.Uri? url)
                    && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) && TakeToken(start))
                    || Fail(start, "expected a URL that begins with https:// (http:// only to this machine)");
            case SettingsParser.Rule.ClientId:
                _smarthost.ClientId = Text(start, end);
                return true;
            case SettingsParser.Rule.ClientSecret:
                _smarthost.ClientSecret = Text(start, end);
                return true;
            case SettingsParser.Rule.ClientSecretPath:
                _smarthost.ClientSecretFile = Text(start, end);
                return true;
            case SettingsParser.Rule.RefreshToken:
                _smarthost.RefreshToken = Text(start, end);
                return true;
            case SettingsParser.Rule.TokenScope:
                _smarthost.Scope = Text(start, end);
                return true;
            case SettingsParser.Rule.RateCount:
                _rate = (int)Number(start, end, MostRate);
                _rateStart = start;
                return _rate > 0 || Fail(start, "expected a number from 1 to " + MostRate);
            case SettingsParser.Rule.RatePeriod:
                int seconds = Text(start, end).ToLowerInvariant() switch { "second" => 1, "minute" => 60, "hour" => 3600, _ => 86400 };
                _smarthost.Rate = new RateLimit(_rate, seconds * 1000L);
                return true;
            case SettingsParser.Rule.ConnectionCount:
                _smarthost.Connections = (int)Number(start, end, MostConnections);
                return _smarthost.Connections > 0 || Fail(start, "expected a number from 1 to " + MostConnections);
            case SettingsParser.Rule.NameserverAddress:
                int inner = _file[start] == '[' ? 1 : 0;
                _smarthost.NameServer = Text(start + inner, end - inner);
                return AddressReader.Read(_file, start + inner, end - inner) != null
                    || Fail(start + inner, "expected an IPv4 or IPv6 address, \"" + _smarthost.NameServer + "\" is none");
            case SettingsParser.Rule.NameserverPort:
                _smarthost.NameServerPort = Port(start, end);
                return _smarthost.NameServerPort > 0;
            default:
                return TakeForOperator(rule, start, end);
        }
    }

    private bool TakePlace(SettingsParser.Rule rule, int start, int end)
    {
        _domainStart = start;
        if (_smarthost.Host.Length > 0)
        {
            return Fail(start, "this smarthost has a place already, expected one of host, domain and maildir");
        }

        _smarthost.IsDomain = rule == SettingsParser.Rule.SmarthostDomain;
        _smarthost.Host = _smarthost.IsDomain ? Text(start, end) : "maildir";
        _smarthost.Maildir = _smarthost.IsDomain ? "" : Text(start, end);
        return true;
    }

    private bool TakeToken(int start)
    {
        bool first = _tokenStart < 0;
        _tokenStart = start;
        return first || Fail(start, "a token is got in another way above, expected one of token-file, token-command and token-url");
    }

    private bool CheckGatewaySmarthost()
    {
        if (_domainStart >= 0 && _seen[(int)SettingsParser.Rule.HostEntry])
        {
            return Fail(_domainStart, "this smarthost has a host too, expected one of host, domain and maildir");
        }

        bool isOAuth = _smarthost.Auth is "XOAUTH2" or "OAUTHBEARER";
        if (isOAuth && !_smarthost.HasToken)
        {
            return Fail(_authStart, "this mechanism needs a token, expected one of token-file, token-command and token-url too");
        }

        if (_tokenStart >= 0 && (_smarthost.User.Length == 0 || (_authStart >= 0 && !isOAuth)))
        {
            return Fail(_tokenStart, _smarthost.User.Length == 0 ? "a token is set, expected a \"user\" with it" : "a token is set, expected auth = XOAUTH2 or OAUTHBEARER, or none");
        }

        if (_smarthost.TokenUrl.Length > 0 && _smarthost.ClientId.Length == 0)
        {
            return Fail(_tokenStart, "expected a client-id too");
        }

        if (_pinsStart >= 0 && _smarthost.Security == SmarthostSecurity.None)
        {
            return Fail(_pinsStart, "without TLS there is no key to compare a pin with, expected security = starttls or tls");
        }

        if (_smarthost.IsDomain && _smarthost.Port == 0 && _smarthost.Security != SmarthostSecurity.Tls)
        {
            // What MX records name listens on the port for relaying.
            _smarthost.Port = 25;
        }

        return true;
    }
}
#endif
