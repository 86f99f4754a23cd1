using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Reads a settings file into <see cref="RelaySettings"/>. The grammar finds wrong sections, keys and forms; this class finds
/// values that have the form and make no sense. Both say where, and what was expected. One thread at a time; reusable.
/// </summary>
public sealed partial class SettingsReader
{
    private const int LargestPort = 65535;

    // A quota below one segment's worth could not hold a message of the size the standard asks for.
    private const long SmallestQuota = 128 * 1024;

    // No grammar of ours captures more.
    private const int MostRules = 200;

    private readonly SettingsParser _parser = new SettingsParser();
    private byte[] _file = new byte[0];
    private int _count;
    private RelaySettings _into = new RelaySettings();

    // The smarthost of the section being read.
    private Smarthost _smarthost = new Smarthost();
    private string _error = "";
    private int _errorOffset;

    // Entries seen so far: a key may be given once. The index is the parser's rule; the length goes by its last one.
    private bool[] _seen = new bool[0];

    // The network being put together, and the first entry of [smarthost] other than host.
    private byte[]? _networkAddress;
    private ClientRule? _rule;
    private int _networkStart;
    private int _smarthostDetail;
    private int _passwordStart;
    private int _quotaStart;
    private long _quota;

    /// <summary>What is wrong with the file, as a sentence; empty when nothing is.</summary>
    public string Error
    {
        get { return _error; }
    }

    /// <summary>The line of the error, from 1.</summary>
    public int ErrorLine { get; private set; }

    /// <summary>The column of the error, from 1, counted in characters.</summary>
    public int ErrorColumn { get; private set; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="file">The file's bytes, UTF-8.</param>
    /// <param name="count">How many of them there are.</param>
    /// <param name="into">Where to; what the file does not set keeps its value. After an error it is half filled and of no use.</param>
    /// <returns>Whether everything was right; otherwise <see cref="Error"/>, <see cref="ErrorLine"/> and <see cref="ErrorColumn"/> tell.</returns>
    public bool Read(byte[] file, int count, RelaySettings into)
    {
        _file = file;
        _count = count;
        _into = into;
        _smarthost = into.Smarthost;
        _error = "";
        _seen = new bool[MostRules];
        _networkAddress = null;
        _rule = null;
        ResetMore();
        _smarthostDetail = -1;
        _passwordStart = -1;
        _quotaStart = -1;
        ErrorLine = 0;
        ErrorColumn = 0;
        bool good = Parse();
        if (!good)
        {
            Locate();
        }

        return good;
    }

    private bool Parse()
    {
        _parser.Reset();
        int fed = 0;
        while (fed < _count && _parser.State == SettingsParser.Outcome.NeedsMore)
        {
            fed += _parser.Feed(_file, fed, _count - fed);
            if (!TakeCaptures())
            {
                return false;
            }
        }

        SettingsParser.Outcome outcome = _parser.Finish();
        if (!TakeCaptures())
        {
            return false;
        }

        // What was read may be a whole file, and a byte behind it that belongs to none be wrong all the same.
        if (outcome != SettingsParser.Outcome.Matched || fed < _count)
        {
            return Fail(_parser.Position, "expected " + (_parser.Expected.Length > 0 ? _parser.Expected : "something else"));
        }

        return FinishNetwork() && FinishQuota() && FinishMore() && CheckSmarthost();
    }

    private bool TakeCaptures()
    {
        for (int i = 0; i < _parser.CaptureCount; i++)
        {
            if (!Take(_parser.CaptureRule(i), _parser.CaptureStart(i), _parser.CaptureEnd(i)))
            {
                return false;
            }
        }

        _parser.ClearCaptures();
        return true;
    }

    private bool Take(SettingsParser.Rule rule, int start, int end)
    {
        // An optional part follows what it belongs to at once, or not at all.
        if (rule != SettingsParser.Rule.PrefixLength && !FinishNetwork())
        {
            return false;
        }

        if (rule != SettingsParser.Rule.QuotaUnit && !FinishQuota())
        {
            return false;
        }

        switch (rule)
        {
            case SettingsParser.Rule.ServerStart:
                _rule = null;
                ForgetEntries();
                return true;

            case SettingsParser.Rule.LineEndsEntry:
            case SettingsParser.Rule.GrammarEntry:
            case SettingsParser.Rule.AuthEntry:
            case SettingsParser.Rule.ListenEntry:
            case SettingsParser.Rule.HostnameEntry:
            case SettingsParser.Rule.AllowEntry:
            case SettingsParser.Rule.HostEntry:
            case SettingsParser.Rule.PathEntry:
            case SettingsParser.Rule.QuotaEntry:
            case SettingsParser.Rule.FromEntry:
            case SettingsParser.Rule.ToEntry:
                return Once(rule, start);

            case SettingsParser.Rule.SmarthostHeader:
                return NextSmarthost();

            case SettingsParser.Rule.PortEntry:
            case SettingsParser.Rule.SecurityEntry:
            case SettingsParser.Rule.UserEntry:
            case SettingsParser.Rule.PasswordEntry:
                if (_smarthostDetail < 0)
                {
                    _smarthostDetail = start;
                }

                return Once(rule, start);

            case SettingsParser.Rule.ListenAddress:
                return (_into.ListenAddress = Address(start, end)).Length > 0;

            case SettingsParser.Rule.ListenPort:
                int listenPort = Port(start, end);
                _into.ListenPort = listenPort;
                return listenPort > 0;

            case SettingsParser.Rule.SecondPort:
                int secondPort = Port(start, end);
                _into.SecondPort = secondPort;
                return secondPort > 0;

            case SettingsParser.Rule.LineEndsFix:
                _into.FixesLineEnds = true;
                return true;

            case SettingsParser.Rule.GrammarLenient:
                CurrentRule.IsLenient = true;
                return true;

            case SettingsParser.Rule.AuthRequired:
                CurrentRule.Auth = ClientAuth.Required;
                return true;

            case SettingsParser.Rule.AuthAny:
                CurrentRule.Auth = ClientAuth.Any;
                return true;

            case SettingsParser.Rule.HostnameValue:
                _into.Hostname = Text(start, end);
                return end - start <= _into.Limits.Domain || Fail(start, "expected a host name of at most " + _into.Limits.Domain.ToString() + " octets");

            case SettingsParser.Rule.NetworkAddress:
                _networkAddress = AddressReader.Read(_file, start, end);
                _networkStart = start;
                return _networkAddress != null || Fail(start, "expected an IPv4 or IPv6 address, \"" + Text(start, end) + "\" is none");

            case SettingsParser.Rule.PrefixLength:
                return TakePrefixLength(start, end);

            case SettingsParser.Rule.SmarthostHost:
                return TakeHost(start, end);

            case SettingsParser.Rule.SmarthostPort:
                int port = Port(start, end);
                _smarthost.Port = port;
                return port > 0;

            case SettingsParser.Rule.SecurityNone:
                _smarthost.Security = SmarthostSecurity.None;
                return true;

            case SettingsParser.Rule.SecurityStarttls:
                _smarthost.Security = SmarthostSecurity.StartTls;
                return true;

            case SettingsParser.Rule.SecurityTls:
                _smarthost.Security = SmarthostSecurity.Tls;
                return true;

            case SettingsParser.Rule.SmarthostUser:
                _smarthost.User = Text(start, end);
                return true;

            case SettingsParser.Rule.SmarthostPassword:
                _passwordStart = start;
                _smarthost.Password = Text(start, end);
                return true;

            case SettingsParser.Rule.SpoolPath:
                _into.SpoolPath = Text(start, end);
                return true;

            case SettingsParser.Rule.QuotaNumber:
                _quotaStart = start;
                _quota = Number(start, end, long.MaxValue / 1024 / 1024 / 1024);
                return _quota >= 0 || Fail(start, "expected a smaller number");

            case SettingsParser.Rule.QuotaUnit:
                byte unit = Ascii.ToLower(_file[start]);
                _quota *= unit == 'k' ? 1024L : unit == 'm' ? 1024L * 1024 : 1024L * 1024 * 1024;
                return true;

            case SettingsParser.Rule.AlertFrom:
                _into.AlertFrom = Text(start, end);
                return true;

            case SettingsParser.Rule.AlertTo:
                _into.AlertTo = Text(start, end);
                return true;

            default:
#if !NANOFRAMEWORK_1_0
                return TakeMore(rule, start, end);
#elif OPERATOR
                return TakeForOperator(rule, start, end);
#else
                return true;
#endif
        }
    }

    // Whose entries they are that come now.
    private ClientRule CurrentRule => _rule == null ? _into.AllowedRule : _rule;

    // What may be given once for each rule.
    private void ForgetEntries()
    {
        _seen[(int)SettingsParser.Rule.GrammarEntry] = false;
        _seen[(int)SettingsParser.Rule.AuthEntry] = false;
    }

    partial void ResetMore();

#if NANOFRAMEWORK_1_0
    private bool FinishMore()
    {
        return true;
    }
#endif

    /// <summary>Called when an entry has ended, after its values.</summary>
    private bool Once(SettingsParser.Rule entry, int start)
    {
        if (_seen[(int)entry])
        {
            return Fail(FirstOfText(start), "this key is set above already, expected it once only");
        }

        _seen[(int)entry] = true;
        return true;
    }

    /// <summary>An address without its brackets, or "*"; empty when it is none, and the error is set.</summary>
    private string Address(int start, int end)
    {
        int inner = _file[start] == '[' ? 1 : 0;
        if (_file[start] != '*' && AddressReader.Read(_file, start + inner, end - inner) == null)
        {
            Fail(start + inner, "expected an IPv4 or IPv6 address, \"" + Text(start + inner, end - inner) + "\" is none");
            return "";
        }

        return Text(start + inner, end - inner);
    }

    private bool TakeHost(int start, int end)
    {
        bool literal = _file[start] == '[';
        if (literal && AddressReader.Read(_file, start + 1, end - 1) == null)
        {
            return Fail(start + 1, "expected an IPv6 address, \"" + Text(start + 1, end - 1) + "\" is none");
        }

        if (end - start > _into.Limits.Domain)
        {
            return Fail(start, "expected a host name of at most " + _into.Limits.Domain.ToString() + " octets");
        }

        _smarthost.Host = literal ? Text(start + 1, end - 1) : Text(start, end);
        return true;
    }

    private bool TakePrefixLength(int start, int end)
    {
        byte[]? address = _networkAddress;
        if (address == null)
        {
            return true;
        }

        int longest = address.Length * 8;
        long length = Number(start, end, longest);
        if (length < 0)
        {
            return Fail(start, "expected a prefix length from 0 to " + longest.ToString());
        }

        if (HasBitsPast(address, (int)length))
        {
            return Fail(_networkStart, "this address has bits set behind its prefix of " + length.ToString() + ", expected the first address of the network");
        }

        AddNetwork(new Network(address, (int)length));
        return true;
    }

    /// <summary>A network without a prefix length is one address.</summary>
    private bool FinishNetwork()
    {
        byte[]? address = _networkAddress;
        if (address != null)
        {
            AddNetwork(new Network(address, address.Length * 8));
        }

        return true;
    }

    private void AddNetwork(Network network)
    {
        _networkAddress = null;
        bool isFirst = _rule == null && !_seen[(int)SettingsParser.Rule.NetworkAddress];
        Network[] known = isFirst ? new Network[0] : _rule == null ? _into.AllowedNetworks : _rule.Networks;
        if (_rule == null)
        {
            _seen[(int)SettingsParser.Rule.NetworkAddress] = true;
        }

        Network[] all = new Network[known.Length + 1];
        for (int i = 0; i < known.Length; i++)
        {
            all[i] = known[i];
        }

        all[known.Length] = network;
        if (_rule == null)
        {
            _into.AllowedNetworks = all;
        }
        else
        {
            _rule.Networks = all;
        }
    }

    private bool FinishQuota()
    {
        if (_quotaStart < 0)
        {
            return true;
        }

        int start = _quotaStart;
        _quotaStart = -1;
        _into.SpoolQuota = _quota;
        return _quota >= SmallestQuota || Fail(start, "expected a quota of at least 128k, so that a message fits");
    }

    /// <summary>A section that follows another with a host in it is the next choice.</summary>
    private bool NextSmarthost()
    {
        if (!CheckSmarthost())
        {
            return false;
        }

        if (_smarthost.Host.Length > 0)
        {
            _smarthost.Next = new Smarthost();
            _smarthost = _smarthost.Next;
            _smarthostDetail = -1;
            _passwordStart = -1;
            for (int i = (int)SettingsParser.Rule.HostEntry; i <= (int)SettingsParser.Rule.PasswordEntry; i++)
            {
                _seen[i] = false;
            }

#if !NANOFRAMEWORK_1_0
            StartGatewaySmarthost();
#endif
        }

        return true;
    }

    private bool CheckSmarthost()
    {
        if (_smarthostDetail >= 0 && _smarthost.Host.Length == 0)
        {
            return Fail(FirstOfText(_smarthostDetail), "this is about a smarthost, expected its \"host\" to be set in [smarthost] too");
        }

        if (_passwordStart >= 0 && _smarthost.User.Length == 0)
        {
            return Fail(_passwordStart, "a password is set, expected a \"user\" with it");
        }

#if NANOFRAMEWORK_1_0
        return true;
#else
        return CheckGatewaySmarthost();
#endif
    }

    private static bool HasBitsPast(byte[] address, int prefixLength)
    {
        for (int bit = prefixLength; bit < address.Length * 8; bit++)
        {
            if ((address[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>1 to 65535; 0 when it is none, and the error is set.</returns>
    private int Port(int start, int end)
    {
        long port = Number(start, end, LargestPort);
        if (port < 1)
        {
            Fail(start, "expected a port from 1 to 65535");
            return 0;
        }

        return (int)port;
    }

    /// <returns>The number, or -1 when it is above the largest.</returns>
    private long Number(int start, int end, long largest)
    {
        long value = 0;
        for (int i = start; i < end; i++)
        {
            int digit = _file[i] - '0';
            if (value > (largest - digit) / 10)
            {
                return -1;
            }

            value = value * 10 + digit;
        }

        return value;
    }

    private string Text(int start, int end)
    {
        return Encoding.UTF8.GetString(_file, start, end - start);
    }

    /// <summary>The first byte of an entry that is no blank.</summary>
    private int FirstOfText(int start)
    {
        while (start < _count && (_file[start] == Ascii.Space || _file[start] == Ascii.Tab))
        {
            start++;
        }

        return start;
    }

    private bool Fail(int offset, string message)
    {
        if (_error.Length == 0)
        {
            _error = message;
            _errorOffset = offset;
        }

        return false;
    }

    private void Locate()
    {
        int line = 1;
        int column = 1;
        for (int i = 0; i < _errorOffset && i < _count; i++)
        {
            if (_file[i] == Ascii.Lf)
            {
                line++;
                column = 1;
            }
            else if ((_file[i] & 0xC0) != 0x80)
            {
                // A continuation byte of UTF-8 is no character of its own.
                column++;
            }
        }

        ErrorLine = line;
        ErrorColumn = column;
    }
}
