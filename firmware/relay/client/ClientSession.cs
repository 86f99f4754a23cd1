namespace SmtpEmbedded.Relay;

/// <summary>
/// The client's side of an SMTP session with the smarthost (RFC 5321), without any input or output of its own: a driver
/// carries bytes between it and a connection, and hands it one message after another.
/// <code>
///   Open -> Greeting -> EHLO [-> HELO]
///                        | security = starttls: STARTTLS -> handshake -> EHLO again
///                        | user set: AUTH
///                        v
///                      Ready  --Begin--> Transaction --> Ready ... --Quit--> Quit --> Closed
/// </code>
/// What is set is required: with starttls nothing but EHLO, STARTTLS and QUIT is ever said in clear, and a password is said in clear
/// only to a smarthost on this very machine. Every failure that ends the session is a value in <see cref="Failure"/> and is
/// temporary; only answers to MAIL, RCPT, DATA and the end of data decide about recipients. Reusable for connection after
/// connection. Neither a step nor a byte of a message allocates; logins and refusals do. One thread at a time.
/// </summary>
public sealed class ClientSession
{
    /// <summary>How long the answer to QUIT is waited for: nothing depends on it.</summary>
    private const int QuitTimeout = 5000;

    private readonly RelaySettings _settings;
    private readonly IClock _clock;
    private readonly ByteBuffer _output;
    private readonly ReplyReader _reply;
    private readonly ServiceExtensions _extensions = new ServiceExtensions();
    private readonly PasswordLogin _login;
    private readonly MailTransaction _transaction;
    private ClientState _state = ClientState.Closed;
    private Smarthost _smarthost;
    private bool _secured;

    /// <summary>Makes a session that is closed.</summary>
    /// <param name="settings">Our name and the limits.</param>
    /// <param name="clock">For the deadlines.</param>
    public ClientSession(RelaySettings settings, IClock clock)
    {
        _settings = settings;
        _smarthost = settings.Smarthost;
        _clock = clock;
        _reply = new ReplyReader(settings.Limits);
        _login = new PasswordLogin(settings.Limits);
        _transaction = new MailTransaction(settings, _extensions);
        int capacity = settings.Limits.ForwardBuffer;
        _output = new ByteBuffer(capacity > _transaction.LeastOutput ? capacity : _transaction.LeastOutput);
        Deadline = long.MaxValue;
        FailureText = "";
    }

    /// <summary>What the driver is to do next, once the output is sent.</summary>
    public ClientWants Wants
    {
        get
        {
            switch (_state)
            {
                case ClientState.Closed:
                    return ClientWants.Close;
                case ClientState.Handshake:
                    return ClientWants.StartTls;
                case ClientState.Ready:
                    return ClientWants.Message;
                default:
                    return ClientWants.Input;
            }
        }
    }

    /// <summary>The uptime in milliseconds at which the driver calls <see cref="Expired"/> if nothing has moved (RFC 5321 section 4.5.3.2).</summary>
    public long Deadline { get; private set; }

    /// <summary>Why the session ended before its time.</summary>
    public ClientFailure Failure { get; private set; }

    /// <summary>The failure as a sentence an operator can act on; empty when there is none.</summary>
    public string FailureText { get; private set; }

    /// <summary>
    /// Whether the smarthost has answered anything about the last message begun, except that it closes. While it has not, the
    /// message can be sent on another connection as if nothing had happened.
    /// </summary>
    public bool IsAnswered => _transaction.IsAnswered;

    /// <summary>Whether the smarthost is told what the sender wants to hear (RFC 3461).</summary>
    public bool PassesDsn => _extensions.Dsn;

    /// <summary>The array that holds what is to be sent.</summary>
    public byte[] Output => _output.Bytes;

    /// <summary>The first byte to send.</summary>
    public int OutputStart => _output.Start;

    /// <summary>How many bytes are to be sent now.</summary>
    public int OutputCount => _output.Count;

    /// <summary>Starts on a new connection.</summary>
    /// <param name="smarthost">Who is at its other end: security and login are taken from it.</param>
    /// <param name="secured">Whether TLS is established already (implicit TLS, RFC 8314).</param>
    public void Open(Smarthost smarthost, bool secured)
    {
        _smarthost = smarthost;
        _output.Clear();
        _reply.Reset();
        _extensions.Clear();
        _transaction.Clear();
        _secured = secured;
        Failure = ClientFailure.None;
        FailureText = "";
        Enter(ClientState.Greeting, _settings.Limits.GreetingTimeout);
        if (_smarthost.Security == SmarthostSecurity.Tls && !secured)
        {
            Fail(ClientFailure.Tls, "The settings ask for TLS from the first byte, and the connection has none");
        }
    }

    /// <summary>Takes bytes from the smarthost.</summary>
    /// <returns>How many it took; fewer than <paramref name="count"/> only once the session wants to close.</returns>
    public int Receive(byte[] buffer, int offset, int count)
    {
        int taken = 0;
        while (taken < count && _state != ClientState.Closed)
        {
            if (_state == ClientState.Handshake)
            {
                // Bytes behind the answer to STARTTLS came in clear and would be read as if TLS had protected them.
                Fail(ClientFailure.Tls, "The smarthost, or someone in between, sent bytes in clear behind its answer to STARTTLS");
                break;
            }

            taken += _reply.Read(buffer, offset + taken, count - taken);
            switch (_reply.Progress)
            {
                case ReplyProgress.Line:
                    ReadOffer();
                    break;
                case ReplyProgress.Reply:
                    ReadOffer();
                    ReadReply();
                    break;
                case ReplyProgress.Invalid:
                    Fail(ClientFailure.Protocol, "What the smarthost says to " + Waiting() + " " + _reply.Fault);
                    break;
            }
        }

        return taken;
    }

    /// <summary>The driver has sent bytes of the output. More of a message takes their place at once.</summary>
    public void Sent(int count)
    {
        _output.Consume(count);
        if (_state == ClientState.Transaction)
        {
            Proceed();
        }
    }

    /// <summary>The handshake that <see cref="ClientWants.StartTls"/> asked for is over.</summary>
    /// <param name="established">Whether TLS stands and the certificate was verified.</param>
    /// <param name="error">If not, why.</param>
    public void TlsStarted(bool established, string error)
    {
        if (_state != ClientState.Handshake)
        {
            return;
        }

        if (!established)
        {
            Fail(ClientFailure.Tls, "TLS with the smarthost failed: " + error);
            return;
        }

        // What was said in clear counts for nothing (RFC 3207 section 4.2).
        _secured = true;
        _extensions.Clear();
        SendEhlo();
    }

    /// <summary>The connection is lost, or the smarthost has closed it.</summary>
    /// <param name="error">Why, or an empty string when it was closed in good order.</param>
    public void PeerClosed(string error)
    {
        if (_state == ClientState.Quit)
        {
            Close();
        }
        else if (_state != ClientState.Closed)
        {
            string what = error.Length == 0 ? "The smarthost closed the connection" : "The connection to the smarthost broke (" + error + ")";
            Fail(ClientFailure.Disconnected, what + " while " + Waiting() + " was waited for");
        }
    }

    /// <summary>Nothing has moved until <see cref="Deadline"/>.</summary>
    public void Expired()
    {
        if (_state == ClientState.Quit)
        {
            Close();
        }
        else if (_state != ClientState.Closed)
        {
            Fail(ClientFailure.Timeout, "The smarthost gave no answer to " + Waiting() + " in time");
        }
    }

    /// <summary>
    /// Sends a message; only when <see cref="Wants"/> is <see cref="ClientWants.Message"/>. It is over when that is so again,
    /// or when the session wants to close; then the results can be read. A message the smarthost cannot take as it is (too
    /// big, or in need of an extension that is not offered) is over at once, without a byte sent.
    /// </summary>
    /// <param name="message">Says which recipients are left.</param>
    /// <param name="reader">Open, at its start; must stay so until the message is over.</param>
    public void Begin(QueuedMessage message, MessageReader reader)
    {
        _transaction.Begin(message, reader);
        Enter(ClientState.Transaction, _transaction.Timeout);
        Proceed();
    }

    /// <summary>What became of a recipient of the last message, by its place in the envelope; <see cref="RecipientResult.Pending"/> for one not sent to or not decided.</summary>
    public RecipientResult Result(int recipient)
    {
        return _transaction.Result(recipient);
    }

    /// <summary>The smarthost's answer about a recipient of the last message, or our own reason in words with an enhanced status code; empty when nothing was decided.</summary>
    public string ReplyTo(int recipient)
    {
        return _transaction.ReplyTo(recipient);
    }

    /// <summary>Ends the session in good order; only when <see cref="Wants"/> is <see cref="ClientWants.Message"/>.</summary>
    public void Quit()
    {
        _output.Append("QUIT").AppendLineEnd();
        Enter(ClientState.Quit, QuitTimeout);
    }

    // ---- Replies ---------------------------------------------------------------------------------------------------

    /// <summary>Notes what a line of the reply to EHLO offers; its first line is a greeting.</summary>
    private void ReadOffer()
    {
        if (_state == ClientState.Ehlo && _reply.Lines > 1 && _reply.Severity == 2)
        {
            _extensions.Add(_reply.LineBytes, _reply.TextStart, _reply.TextEnd);
        }
    }

    private void ReadReply()
    {
        if (_output.Count > 0 && _reply.Code != 421 && !MayBeAhead())
        {
            // An answer to a command that has not left yet was made for something else, and all that follow would be too.
            Fail(ClientFailure.Protocol, "The smarthost answers before it was asked: " + _reply.Text);
            return;
        }

        if (_state == ClientState.Transaction)
        {
            _transaction.Read(_reply);
            Proceed();
            return;
        }

        if (_state == ClientState.Quit)
        {
            Close();
            return;
        }

        if (_reply.Code == 421)
        {
            Fail(ClientFailure.ShuttingDown, "The smarthost closes the connection: " + _reply.Text);
            return;
        }

        switch (_state)
        {
            case ClientState.Greeting:
                ReadGreeting();
                break;
            case ClientState.Ehlo:
                ReadEhlo();
                break;
            case ClientState.Helo:
                ReadHelo();
                break;
            case ClientState.StartTls:
                ReadStartTls();
                break;
            case ClientState.Login:
                ReadLogin();
                break;
            default:
                Fail(ClientFailure.Protocol, "The smarthost answers what was not asked: " + _reply.Text);
                break;
        }
    }

    private void ReadGreeting()
    {
        if (_reply.Severity == 2)
        {
            SendEhlo();
        }
        else
        {
            FailWithQuit(ClientFailure.Refused, "The smarthost refuses the session: " + _reply.Text);
        }
    }

    private void ReadEhlo()
    {
        if (_reply.Severity == 2)
        {
            Secure();
        }
        else if (_reply.Severity == 5 && !NeedsStartTls() && !IsLoginWanted)
        {
            // A server of old (RFC 5321 section 3.2). It cannot offer TLS or AUTH, so this way is open only where neither is needed.
            _extensions.Clear();
            _output.Append("HELO ").Append(_settings.Hostname).AppendLineEnd();
            Enter(ClientState.Helo, _settings.Limits.ReplyTimeout);
        }
        else
        {
            FailWithQuit(ClientFailure.Refused, "The smarthost refuses EHLO " + _settings.Hostname + ": " + _reply.Text);
        }
    }

    private void ReadHelo()
    {
        if (_reply.Severity == 2)
        {
            Enter(ClientState.Ready, 0);
        }
        else
        {
            FailWithQuit(ClientFailure.Refused, "The smarthost refuses HELO " + _settings.Hostname + ": " + _reply.Text);
        }
    }

    private void ReadStartTls()
    {
        // No other (RFC 3207 section 4): it would be the answer to something else, and of somebody else.
        if (_reply.Code == 220)
        {
            Enter(ClientState.Handshake, _settings.Limits.ConnectTimeout);
        }
        else
        {
            FailWithQuit(ClientFailure.Tls, "The smarthost refuses STARTTLS: " + _reply.Text);
        }
    }

    private void ReadLogin()
    {
        if (_reply.Severity == 2)
        {
            if (_login.End(true))
            {
                Enter(ClientState.Ready, 0);
            }
            else
            {
                FailWithQuit(ClientFailure.Login, _login.Fault);
            }
        }
        else if (_reply.Severity != 3)
        {
            _login.End(false);
            string more = _login.Fault.Length > 0 ? " (" + Printable.From(_login.Fault) + ")" : "";
            FailWithQuit(ClientFailure.Login, "The smarthost refuses the login of user " + Printable.From(_smarthost.User) + ": " + _reply.Text + more);
        }
        else if (_login.Continue(_reply, _output))
        {
            Enter(ClientState.Login, _settings.Limits.ReplyTimeout);
        }
        else
        {
            Fail(ClientFailure.Login, _login.Fault);
        }
    }

    // ---- Steps -----------------------------------------------------------------------------------------------------

    private void SendEhlo()
    {
        _output.Append("EHLO ").Append(_settings.Hostname).AppendLineEnd();
        Enter(ClientState.Ehlo, _settings.Limits.ReplyTimeout);
    }

    /// <summary>After EHLO: TLS where it is required and not there yet, then the login.</summary>
    private void Secure()
    {
        if (!NeedsStartTls())
        {
            LogIn();
        }
        else if (_extensions.StartTls)
        {
            _output.Append("STARTTLS").AppendLineEnd();
            Enter(ClientState.StartTls, _settings.Limits.ReplyTimeout);
        }
        else
        {
            FailWithQuit(ClientFailure.Tls, "The smarthost does not offer STARTTLS, which the settings require; nothing is sent in clear");
        }
    }

    private void LogIn()
    {
        if (!IsLoginWanted)
        {
            Enter(ClientState.Ready, 0);
        }
        else if (!_secured && !Loopback.Names(_smarthost.Host))
        {
            FailWithQuit(ClientFailure.Login, "A user is set, but a password is not sent without TLS except to this machine: set [smarthost] security to starttls or tls");
        }
        else if (_login.Start(_smarthost, _extensions, _output))
        {
            Enter(ClientState.Login, _settings.Limits.ReplyTimeout);
        }
        else
        {
            FailWithQuit(ClientFailure.Login, _login.Fault);
        }
    }

    /// <summary>Lets the message go on, and ends it when it is over.</summary>
    private void Proceed()
    {
        _transaction.Write(_output);
        if (!_transaction.IsOver)
        {
            Enter(ClientState.Transaction, _transaction.Timeout);
        }
        else if (_transaction.Failure == ClientFailure.None)
        {
            Enter(ClientState.Ready, 0);
        }
        else
        {
            Fail(_transaction.Failure, _transaction.FailureText);
        }
    }

    /// <summary>Whether output may be waiting while answers arrive: only while commands are sent ahead or a message is.</summary>
    private bool MayBeAhead()
    {
        return _state == ClientState.Transaction && (_extensions.Pipelining || _transaction.IsSendingContent);
    }

    private bool NeedsStartTls()
    {
        return _smarthost.Security == SmarthostSecurity.StartTls && !_secured;
    }

    private bool IsLoginWanted => _smarthost.User.Length > 0;

    private void Enter(ClientState state, int timeoutMilliseconds)
    {
        _state = state;
        Deadline = state == ClientState.Ready ? long.MaxValue : _clock.UptimeMilliseconds + timeoutMilliseconds;
    }

    private void FailWithQuit(ClientFailure failure, string text)
    {
        // Only where both sides are in step; the answer is not waited for.
        _output.Append("QUIT").AppendLineEnd();
        End(failure, text);
    }

    private void Fail(ClientFailure failure, string text)
    {
        // Nothing that still waits to be sent may go out: it could complete what must not be completed.
        _output.Clear();
        End(failure, text);
    }

    private void End(ClientFailure failure, string text)
    {
        Failure = failure;
        FailureText = text;
        Close();
    }

    private void Close()
    {
        _state = ClientState.Closed;
        Deadline = long.MaxValue;
    }

    private string Waiting()
    {
        switch (_state)
        {
            case ClientState.Greeting:
                return "the greeting";
            case ClientState.Ehlo:
                return "EHLO";
            case ClientState.Helo:
                return "HELO";
            case ClientState.StartTls:
                return "STARTTLS";
            case ClientState.Handshake:
                return "the TLS handshake";
            case ClientState.Login:
                return "AUTH";
            case ClientState.Transaction:
                return _transaction.Waiting;
            case ClientState.Quit:
                return "QUIT";
            default:
                return "nothing";
        }
    }
}
