using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// One submission session as server (RFC 5321, RFC 6409), without any I/O: its driver feeds it the client's bytes in any cut,
/// sends what it puts out, and does what it <see cref="Wants"/>. The state file, SessionState.cs, says how a session goes.
/// One thread at a time; reusable through <see cref="Open"/>; after that no member allocates. Nothing a client sends makes
/// it throw.
/// </summary>
/// <remarks>
/// A driver's loop: send the output; if it wants Commit, call <see cref="ISpool.Sync"/> and <see cref="Committed"/>; if it
/// wants StartTls, make the handshake and call <see cref="TlsStarted"/>; if it wants Authenticate, ask
/// <see cref="RelaySettings.Credentials"/> and call <see cref="Authenticated"/>; if it wants Close, send the output and close;
/// else receive, and feed <see cref="Receive"/> until all bytes are taken. When
/// nothing arrives before <see cref="Deadline"/>, call <see cref="Expired"/>; when the client is gone,
/// <see cref="PeerClosed"/>.
///
/// Before the greeting a client has nothing to say, but one that believes TLS to begin at once. So at first a driver only
/// peeks: it takes from the socket what <see cref="Receive"/> has taken, and that is nothing where TLS is to begin.
/// </remarks>
public sealed partial class ServerSession
{
    // With our name on top, no answer to one command is longer, and neither is the trace field, which is composed behind the
    // replies before it goes to the spool: 402 octets and our name.
    private const int LongestReply = 448;

    // What is read away of a message that is refused, as a multiple of the largest one taken.
    private const int ReadAwayFactor = 4;

    // What was expected instead is said when it helps: a list of half the character set does not.
    private const int LongestHint = 80;

    private const int EnvelopeBytes = 65536;
    private const int LongestName = 255;

    private readonly RelaySettings _settings;
    private readonly Limits _limits;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly ByteBuffer _output;
    private readonly byte[] _hostname;
    private byte[] _helo = new byte[0];
    private readonly Envelope _envelope;
    private readonly CommandReader _commands;
    private readonly TransactionParameters _parameters = new TransactionParameters();
    private readonly MessageSink _sink;
    private readonly DataReceiver _strictData;
    private IDataReceiver _data;
    private IQuirks? _quirks;
    private IDataReceiver? _lenientData;
    private ChunkReceiver? _chunks;

    private byte[]? _postmaster;
    private ClientRule _rule = new ClientRule();
    private byte[] _clientAddress = new byte[4];
    private int _heloLength;
    private bool _isExtended;
    private bool _isSecured;
    private bool _isLoggedIn;
    private bool _hasAskedForRecipient;
    private SessionState _state = SessionState.Closed;
    private SessionState _stateAfterChunk;
    private long _announcedSize;
    private long _deadline;
    private long _sessionEnd;
    private long _messageOctets;
    private int _blockOctets;
    private int _errors;
    private int _idleCommands;
    private int _messages;

    /// <summary>Makes a session that awaits <see cref="Open"/>.</summary>
    /// <param name="settings">Read only, shared by all sessions.</param>
    /// <param name="spool">Where accepted messages go.</param>
    /// <param name="clock">For deadlines and the Received field.</param>
    /// <param name="log">For refusals and failures; replies to ordinary mistakes are not logged.</param>
    public ServerSession(RelaySettings settings, ISpool spool, IClock clock, ILog log)
    {
        _settings = settings;
        _limits = settings.Limits;
        _spool = spool;
        _clock = clock;
        _log = log;
        _hostname = CleanName(settings.Hostname);
        _output = new ByteBuffer(LongestReply + _hostname.Length + (_limits.ReceiveBuffer / 2));
        _envelope = new Envelope(EnvelopeBytes, _limits.Recipients);
        int extensions = _limits.MailExtensions > _limits.RecipientExtensions ? _limits.MailExtensions : _limits.RecipientExtensions;
        _commands = new CommandReader(_limits.CommandLine + extensions, _limits.MessageBytes);
        _sink = new MessageSink(_limits, new MessageHeader(_limits, clock, _hostname));
        _strictData = new DataReceiver(_sink);
        _data = _strictData;
    }

    /// <summary>What the driver has to do next.</summary>
    public SessionWants Wants { get; private set; } = SessionWants.Close;

    /// <summary>Whether the client is not greeted yet: the driver only peeks, one byte is enough, and calls <see cref="Expired"/> when none has come by <see cref="Deadline"/>.</summary>
    public bool IsEarly => _state == SessionState.Early;

    /// <summary>Where the replies stand that are to be sent.</summary>
    public byte[] Output => _output.Bytes;

    /// <summary>Where in <see cref="Output"/> they begin.</summary>
    public int OutputStart => _output.Start;

    /// <summary>How many bytes of them there are.</summary>
    public int OutputCount => _output.Count;

    /// <summary>The uptime in milliseconds at which the driver calls <see cref="Expired"/>; <see cref="long.MaxValue"/> while it is not the client who is waited for.</summary>
    public long Deadline
    {
        get
        {
            if (Wants != SessionWants.Input && Wants != SessionWants.StartTls)
            {
                return long.MaxValue;
            }

            return _deadline < _sessionEnd ? _deadline : _sessionEnd;
        }
    }

    /// <summary>
    /// Begins a session. The greeting is queued when <see cref="Limits.GreetingDelay"/> has passed, by <see cref="Expired"/>, or
    /// at once where TLS is in place already; the refusal of a client that is not allowed (RFC 5321 section 3.1) is at once.
    /// </summary>
    /// <param name="clientAddress">4 or 16 bytes in network order; not changed afterwards.</param>
    /// <param name="secured">Whether TLS is already in place (RFC 8314).</param>
    public void Open(byte[] clientAddress, bool secured)
    {
        _clientAddress = clientAddress;
        _isSecured = secured;
        _isExtended = false;
        _heloLength = 0;
        _errors = 0;
        _idleCommands = 0;
        _messages = 0;
        _output.Clear();
        _commands.Reset();
        ForgetTransaction();
        Wants = SessionWants.Input;
        _state = SessionState.Connected;
        _isLoggedIn = false;
        _sessionEnd = _clock.UptimeMilliseconds + _limits.SessionTimeout;
        AwaitCommand();

        ClientRule? rule = _settings.RuleFor(clientAddress);
        if (rule == null)
        {
            Log(LogLevel.Warning, "refused: no rule lets its address in");
            Close(Replies.ClientRefused);
            return;
        }

        _rule = rule;
        _sink.FixesStrays = rule.IsLenient || _settings.FixesLineEnds;
        BeLenient(rule.IsLenient);
        if (secured || _limits.GreetingDelay < 0)
        {
            Greet();
        }
        else
        {
            _state = SessionState.Early;
            _deadline = _clock.UptimeMilliseconds + _limits.GreetingDelay;
        }
    }

    /// <summary>Takes bytes from the client and acts on them.</summary>
    /// <returns>How many it took: fewer than <paramref name="count"/> only when it no longer wants input or the output must be sent first.</returns>
    public int Receive(byte[] buffer, int offset, int count)
    {
        int taken = 0;
        while (taken < count && Wants == SessionWants.Input && _output.Free >= LongestReply + _hostname.Length)
        {
            switch (_state)
            {
                case SessionState.Data:
                    taken += ReceiveData(buffer, offset + taken, count - taken);
                    break;
                case SessionState.Chunk:
                    taken += ReceiveChunk(buffer, offset + taken, count - taken);
                    break;
                case SessionState.Authenticating:
                    taken += ReceiveAuthLine(buffer, offset + taken, count - taken);
                    break;
                case SessionState.Early:
                    taken += ReceiveEarly(buffer, offset + taken);
                    break;
                default:
                    taken += ReceiveCommand(buffer, offset + taken, count - taken);
                    break;
            }
        }

        if (Wants == SessionWants.StartTls && taken < count && _state != SessionState.Early)
        {
            // Said in clear behind STARTTLS, by whoever: it must not count as said within TLS (CVE-2011-0411).
            Log(LogLevel.Warning, "closed: octets behind STARTTLS");
            PeerClosed();
        }

        return taken;
    }

    /// <summary>Says that bytes of the output were sent.</summary>
    public void Sent(int count)
    {
        _output.Consume(count);
    }

    /// <summary>Answers <see cref="SessionWants.Commit"/>: the spool was told to sync. What it says now about this very message counts; whether it could make others durable does not.</summary>
    public void Committed()
    {
        if (_state != SessionState.Committing)
        {
            return;
        }

        if (_sink.IsDurable())
        {
            _messages++;
            _idleCommands = 0;
            _output.Append("250 2.0.0 queued as ").AppendNumber(_sink.Id).AppendLineEnd();
        }
        else
        {
            Log(LogLevel.Error, "message not acknowledged: " + _spool.Error);
            _output.Append(Replies.NotDurable);
        }

        Wants = SessionWants.Input;
        ForgetTransaction();
        AwaitCommand();
        CloseIfDoubtful();
    }

    /// <summary>Says that the client has closed or lost the connection. A message that is not complete is forgotten; one that is complete stays with the spool.</summary>
    public void PeerClosed()
    {
        _sink.Abandon();
        _state = SessionState.Closed;
        Wants = SessionWants.Close;
    }

    /// <summary>Says that <see cref="Deadline"/> has passed: time to greet, or else to say 421 (RFC 5321 section 4.5.3.2.7) and end the session.</summary>
    public void Expired()
    {
        if (Wants == SessionWants.StartTls)
        {
            PeerClosed();
        }
        else if (_state == SessionState.Early)
        {
            Greet();
            AwaitCommand();
        }
        else if (Wants == SessionWants.Input)
        {
            Close(Replies.TimedOut);
        }
    }

    /// <summary>Ends the session because the relay stops: queues 421 (RFC 5321 section 3.8). While it wants Commit, first let it have that.</summary>
    public void Stop()
    {
        if (Wants == SessionWants.StartTls)
        {
            PeerClosed();
        }
        else if (Wants != SessionWants.Close)
        {
            Close(Replies.Stopping);
        }
    }

    private void Greet()
    {
        _state = SessionState.Connected;
        _output.Append("220 ").Append(_hostname, 0, _hostname.Length).Append(" ESMTP SmtpEmbedded\r\n");
    }

    private void BeLenient(bool isLenient)
    {
        if (isLenient && _quirks == null && _settings.Quirks != null)
        {
            _quirks = _settings.Quirks.Create();
            _lenientData = _quirks.ReceiverFor(_sink);
        }

        isLenient &= _quirks != null;
        _isDoubtful = false;
        _commands.Quirks = isLenient ? _quirks : null;
        _commands.Recipient = _rule.Recipient;
        _data = isLenient ? _lenientData! : _strictData;
    }

    // Only TLS may speak first; its octet is looked at and left where it is.
    private int ReceiveEarly(byte[] buffer, int offset)
    {
        _commands.Read(buffer, offset, 1);
        bool isTls = _commands.Reading == CommandReading.Command && _commands.Parser.MatchedAlternative == CommandParser.Alternative.Foreign;
        if (isTls && _settings.OffersTls)
        {
            WantTls();
            return 0;
        }

        Log(LogLevel.Warning, "closed: it spoke before it was greeted");
        Close(isTls ? Replies.NoTlsHere : Replies.TooEarly);
        return 1;
    }

    private void ForgetTransaction()
    {
        _sink.Abandon();
        _envelope.Clear();
        _hasAskedForRecipient = false;
        _announcedSize = 0;
        _messageOctets = 0;
        _blockOctets = 0;
        _state = _heloLength > 0 ? SessionState.Greeted : SessionState.Connected;
    }

    private void AwaitCommand()
    {
        _deadline = _clock.UptimeMilliseconds + _limits.CommandTimeout;
    }

    private void NoteProgress(int octets)
    {
        _messageOctets += octets;
        _blockOctets += octets;
        if (_blockOctets >= _limits.DataBlock)
        {
            _blockOctets = 0;
            _deadline = _clock.UptimeMilliseconds + _limits.DataTimeout;
        }
    }

    // Whether so much of a message has come, or is announced to come, that reading it away only to refuse it is too much.
    private bool IsPastReadAway(long more)
    {
        // Divided before it is added: what is announced may be any number.
        return _messageOctets / ReadAwayFactor + more / ReadAwayFactor > _limits.MessageBytes;
    }

    // Answers with 5yz and counts it; the one too many is answered 421 instead.
    private void Refuse(string reply)
    {
        if (CountError())
        {
            _output.Append(reply);
        }
    }

    private void RefuseArgument()
    {
        CommandParser.Alternative verb = _commands.Parser.MatchedAlternative;
        _hasAskedForRecipient |= verb == CommandParser.Alternative.Rcpt;
        if (verb == CommandParser.Alternative.Auth && _commands.ErrorOffset > "AUTH".Length && _commands.ErrorOffset <= "AUTH LOGIN".Length)
        {
            Refuse(IsAuthOffered ? Replies.UnknownMechanism : Replies.NotImplemented);
        }
        else if (verb == CommandParser.Alternative.Bdat)
        {
            // How many octets follow is not known: nothing after it can be told for a command.
            Close(Replies.BadChunkSize);
        }
        else if (CountError())
        {
            _output.Append(Replies.SyntaxErrorStart).AppendNumber(_commands.ErrorOffset + 1);
            string expected = _commands.Expected;
            if (expected.Length > 0 && expected.Length <= LongestHint)
            {
                _output.Append(", expected ").Append(expected);
            }

            _output.AppendLineEnd();
        }
    }

    private bool CountError()
    {
        _errors++;
        if (_errors <= _limits.ErrorsPerSession)
        {
            return true;
        }

        Log(LogLevel.Warning, "closed: too many errors");
        Close(Replies.TooManyErrors);
        return false;
    }

    private void Close(string reply)
    {
        _output.Append(reply);
        _sink.Abandon();
        _state = SessionState.Closed;
        Wants = SessionWants.Close;
    }

    private void Log(LogLevel level, string text)
    {
        ByteBuffer address = new ByteBuffer(AddressText.LongestLiteral);
        AddressText.AppendLiteral(address, _clientAddress);
        _log.Write(level, "server", Encoding.UTF8.GetString(address.Bytes, address.Start, address.Count) + " " + text);
    }

    // Our name as it may stand in a reply and in a header, whatever the settings say.
    private static byte[] CleanName(string name)
    {
        byte[] given = Encoding.UTF8.GetBytes(name.Length == 0 ? "localhost" : name);
        byte[] clean = new byte[given.Length < LongestName ? given.Length : LongestName];
        for (int i = 0; i < clean.Length; i++)
        {
            clean[i] = given[i] > Ascii.Space && given[i] < 0x7F ? given[i] : (byte)'-';
        }

        return clean;
    }
}
