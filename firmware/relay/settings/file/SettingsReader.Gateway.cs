#if !NANOFRAMEWORK_1_0
using System.Collections.Generic;
using System.Text;

namespace SmtpEmbedded.Relay;

// What only the gateway's settings have: grammar/gateway/sections.abnf.
public sealed partial class SettingsReader
{
    private string _limit = "";
    private int _limitStart = -1;
    private long _limitValue;
    private bool _hasKeyOrPort;
    private int _tlsDetail;

    partial void ResetMore()
    {
        _limitStart = -1;
        _hasKeyOrPort = false;
        _alertValues = new AlertValues(_file);
        StartGatewaySmarthost();
    }

    private bool TakeMore(SettingsParser.Rule rule, int start, int end)
    {
        if (rule != SettingsParser.Rule.LimitNumber && rule != SettingsParser.Rule.LimitUnit && !FinishLimit())
        {
            return false;
        }

        switch (rule)
        {
            case SettingsParser.Rule.ClientStart:
                BeginRule();
                return true;
            case SettingsParser.Rule.AccessRefuse:
                CurrentRule.IsRefused = true;
                return true;
            case SettingsParser.Rule.ClientSender:
                CurrentRule.Sender = Bytes(start, end);
                return true;
            case SettingsParser.Rule.ClientRecipient:
                CurrentRule.Recipient = Bytes(start, end);
                return true;
            case SettingsParser.Rule.ClientDomain:
                AddDomain(Encoding.ASCII.GetBytes(Text(start, end).ToLowerInvariant()));
                return true;
            case SettingsParser.Rule.RateNumber:
                CurrentRule.MessagesPerHour = (int)Number(start, end, int.MaxValue);
                return CurrentRule.MessagesPerHour > 0 || Fail(start, "expected at least one message an hour; \"access = refuse\" takes none");

            case SettingsParser.Rule.AccessEntry:
            case SettingsParser.Rule.SenderEntry:
            case SettingsParser.Rule.RecipientEntry:
            case SettingsParser.Rule.DomainsEntry:
            case SettingsParser.Rule.RateEntry:
            case SettingsParser.Rule.CertificateEntry:
                return Once(rule, start);

            case SettingsParser.Rule.KeyEntry:
            case SettingsParser.Rule.TlsPasswordEntry:
            case SettingsParser.Rule.TlsPortEntry:
                _tlsDetail = _hasKeyOrPort ? _tlsDetail : start;
                _hasKeyOrPort = true;
                return Once(rule, start);

            case SettingsParser.Rule.TlsCertificate:
                _into.TlsCertificate = Text(start, end);
                return true;
            case SettingsParser.Rule.TlsKey:
                _into.TlsKey = Text(start, end);
                return true;
            case SettingsParser.Rule.TlsPassword:
                _into.TlsPassword = Text(start, end);
                return true;
            case SettingsParser.Rule.TlsPort:
                int port = Port(start, end);
                _into.TlsPort = port;
                return port > 0;

            case SettingsParser.Rule.LoginName:
                return AddUser(start, end);
            case SettingsParser.Rule.LoginHash:
                _into.Users[^1] = Text(start, end);
                return true;

            case SettingsParser.Rule.LimitName:
                _limit = Text(start, end).ToLowerInvariant();
                _limitStart = start;
                return true;
            case SettingsParser.Rule.LimitNumber:
                _limitValue = Number(start, end, 99_999_999_999);
                return true;
            case SettingsParser.Rule.LimitUnit:
                _limitValue *= char.ToLowerInvariant((char)_file[start]) switch { 'k' => 1024L, 'm' => 1024L * 1024, _ => 1024L * 1024 * 1024 };
                return true;
            default:
                return TakeForGateway(rule, start, end);
        }
    }

    private bool FinishMore()
    {
        if (!FinishLimit())
        {
            return false;
        }

        if (_hasKeyOrPort && _into.TlsCertificate.Length == 0)
        {
            return Fail(FirstOfText(_tlsDetail), "this is about TLS, expected a \"certificate\" in [tls] too");
        }

        // A listener that serves TLS from the first octet on its plain ports too must wait a little who speaks first.
        if (_into.TlsCertificate.Length > 0 && _into.Limits.GreetingDelay == 0)
        {
            _into.Limits.GreetingDelay = DelayWithTls;
        }

        return true;
    }

    private void BeginRule()
    {
        var rule = new ClientRule();
        _rule = rule;
        var rules = new List<ClientRule>(_into.ClientRules) { rule };
        _into.ClientRules = rules.ToArray();
        ForgetEntries();
        _seen[(int)SettingsParser.Rule.AccessEntry] = false;
        _seen[(int)SettingsParser.Rule.SenderEntry] = false;
        _seen[(int)SettingsParser.Rule.RecipientEntry] = false;
        _seen[(int)SettingsParser.Rule.DomainsEntry] = false;
        _seen[(int)SettingsParser.Rule.RateEntry] = false;
    }

    private void AddDomain(byte[] domain)
    {
        var domains = new List<byte[]>(CurrentRule.Domains) { domain };
        CurrentRule.Domains = domains.ToArray();
    }

    private bool AddUser(int start, int end)
    {
        string name = Text(start, end);
        for (int i = 0; i < _into.Users.Length; i += 2)
        {
            if (_into.Users[i] == name)
            {
                return Fail(start, "this user is set above already, expected every name once only");
            }
        }

        var users = new List<string>(_into.Users) { name, "" };
        _into.Users = users.ToArray();
        return true;
    }

    private byte[] Bytes(int start, int end) => _file[start..end];

    private bool FinishLimit()
    {
        if (_limitStart < 0)
        {
            return true;
        }

        int start = _limitStart;
        _limitStart = -1;
        Limits limits = _into.Limits;
        switch (_limit)
        {
            case "message-size":
                limits.MessageBytes = _limitValue;
                return Within(start, 65536, MostMessageBytes, "RFC 5321 section 4.5.3.1.7");
            case "header-size":
                limits.HeaderBytes = Value();
                return Within(start, 1024, int.MaxValue, "");
            case "header-fields":
                limits.HeaderFields = Value();
                return Within(start, 10, int.MaxValue, "");
            case "text-line":
                limits.TextLine = Value();
                return Within(start, 1000, int.MaxValue, "RFC 5321 section 4.5.3.1.6");
            case "hops":
                limits.Hops = Value();
                return Within(start, 100, int.MaxValue, "RFC 5321 section 6.3");
            case "recipients":
                limits.Recipients = Value();
                return Within(start, 100, 65535, "RFC 5321 section 4.5.3.1.8");
            case "sessions":
                limits.Sessions = Value();
                return Within(start, 1, 1_000_000, "");
            case "sessions-per-address":
                limits.SessionsPerAddress = Value();
                return Within(start, 1, 1_000_000, "");
            case "session-time":
                limits.SessionTimeout = Milliseconds();
                return Within(start, 1, MostSeconds, "");
            case "session-messages":
                limits.MessagesPerSession = Value();
                return Within(start, 1, int.MaxValue, "");
            case "session-errors":
                limits.ErrorsPerSession = Value();
                return Within(start, 1, int.MaxValue, "");
            case "command-time":
                limits.CommandTimeout = Milliseconds();
                return Within(start, 300, MostSeconds, "RFC 5321 section 4.5.3.2.7");
            case "data-time":
                limits.DataTimeout = Milliseconds();
                return Within(start, 180, MostSeconds, "RFC 5321 section 4.5.3.2.5");
            case "data-block":
                limits.DataBlock = Value();
                return Within(start, 1, 1_000_000, "");
            case "handshake-time":
                limits.HandshakeTimeout = Milliseconds();
                return Within(start, 1, MostSeconds, "");
            default:
                limits.GreetingDelay = Value();
                return Within(start, 0, 60_000, "");
        }
    }

    /// <summary>Places in a message and in the spool are counted with 32 bits.</summary>
    private const long MostMessageBytes = 1L << 30;
    private const int DelayWithTls = 50;
    private const int MostSeconds = 1_000_000;

    private int Value() => (int)System.Math.Min(_limitValue, int.MaxValue);

    private int Milliseconds() => (int)System.Math.Min(_limitValue * 1000, int.MaxValue);

    private bool Within(int start, long least, long most, string source)
    {
        if (_limitValue < least)
        {
            return Fail(start, $"expected {_limit} to be at least {least}{(source.Length > 0 ? ", as " + source + " asks" : "")}");
        }

        return _limitValue <= most || Fail(start, $"expected {_limit} to be at most {most}");
    }
}
#endif
