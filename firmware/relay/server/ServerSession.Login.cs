namespace SmtpEmbedded.Relay;

// Becoming safe and becoming known: STARTTLS (RFC 3207) and AUTH (RFC 4954).
public sealed partial class ServerSession
{
    // Base64 of a name and a password; what is longer is read, and is no one's.
    private const int MostResponse = 1024;

    private const int PlainStep = 0;
    private const int UserStep = 1;
    private const int PasswordStep = 2;

    private AuthLineParser? _authLine;
    private byte[]? _responses;
    private int _responseCount;
    private int _userEnd;
    private int _authStep;
    private int _authOctets;

    /// <summary>What is to be judged while it wants Authenticate; see <see cref="ICredentials.Accepts"/>.</summary>
    public byte[] Responses => _responses!;

    /// <summary>Where the name ends in <see cref="Responses"/>; 0 for PLAIN.</summary>
    public int UserEnd => _userEnd;

    /// <summary>Where <see cref="Responses"/> end.</summary>
    public int ResponsesEnd => _responseCount;

    // Over clear text only where what is logged in with means nothing.
    private bool IsAuthOffered => _rule.Auth == ClientAuth.Any || _isSecured && _settings.Credentials != null;

    /// <summary>Answers <see cref="SessionWants.StartTls"/>: whether TLS is in place. Nothing that was said before holds any more (RFC 3207 section 4.2).</summary>
    public void TlsStarted(bool established)
    {
        if (Wants != SessionWants.StartTls)
        {
            return;
        }

        if (!established)
        {
            Log(LogLevel.Warning, "closed: no TLS came about");
            PeerClosed();
            return;
        }

        bool greeted = _state != SessionState.Early;
        _isSecured = true;
        _isLoggedIn = false;
        _heloLength = 0;
        _commands.Reset();
        ForgetTransaction();
        Wants = SessionWants.Input;
        if (!greeted)
        {
            Greet();
        }

        AwaitCommand();
    }

    /// <summary>Answers <see cref="SessionWants.Authenticate"/>.</summary>
    public void Authenticated(bool accepted)
    {
        if (Wants == SessionWants.Authenticate)
        {
            Wants = SessionWants.Input;
            EndLogin(accepted);
        }
    }

    private void ExecuteStartTls()
    {
        if (_isSecured || !_settings.OffersTls)
        {
            Refuse(_isSecured ? Replies.NotNow : Replies.NotImplemented);
            return;
        }

        _output.Append(Replies.StartTls);
        WantTls();
    }

    private void WantTls()
    {
        Wants = SessionWants.StartTls;
        _deadline = _clock.UptimeMilliseconds + _limits.HandshakeTimeout;
    }

    private void ExecuteAuth()
    {
        if (!IsAuthOffered)
        {
            Refuse(_settings.Credentials != null && _settings.OffersTls ? Replies.TlsFirst : Replies.NotImplemented);
            return;
        }

        if (_isLoggedIn)
        {
            Refuse(Replies.NotNow);
            return;
        }

        CommandParser parser = _commands.Parser;
        _authStep = parser.Find(CommandParser.Rule.PlainMechanism, 0) >= 0 ? PlainStep : UserStep;
        _responseCount = 0;
        _userEnd = 0;
        int initial = parser.Find(CommandParser.Rule.InitialResponse, 0);
        if (initial < 0)
        {
            Challenge();
            return;
        }

        // "=" alone is the empty response; base64 never begins so.
        int start = parser.CaptureStart(initial);
        if (_commands.Line[start] != '=')
        {
            KeepResponse(_commands.Line, start, parser.CaptureEnd(initial));
        }

        TakeResponse();
    }

    private void Challenge()
    {
        _output.Append(_authStep == PlainStep ? Replies.Challenge : _authStep == UserStep ? Replies.ChallengeUser : Replies.ChallengePassword);
        if (_authLine == null)
        {
            // Few boards have logins.
            _authLine = new AuthLineParser();
        }

        _authLine.Reset();
        _authOctets = 0;
        _state = SessionState.Authenticating;
    }

    private int ReceiveAuthLine(byte[] buffer, int offset, int count)
    {
        int taken = 0;
        if (_authLine!.State == AuthLineParser.Outcome.NeedsMore)
        {
            taken = _authLine.Feed(buffer, offset, count);
            KeepResponse(buffer, offset, offset + taken);
        }

        // The rest of a line that is wrong is read away.
        bool isOver = _authLine.State == AuthLineParser.Outcome.Matched;
        while (!isOver && _authLine.State == AuthLineParser.Outcome.Failed && taken < count)
        {
            isOver = buffer[offset + taken] == Ascii.Lf;
            taken++;
        }

        _authOctets += taken;
        if (_authOctets > _limits.AuthLine)
        {
            Close(Replies.AuthLineTooLong);
        }
        else if (isOver)
        {
            AwaitCommand();
            _state = SessionState.Greeted;
            if (_authLine.State == AuthLineParser.Outcome.Failed)
            {
                Refuse(Replies.BadAuthLine);
            }
            else if (_authLine.CaptureCount > 0)
            {
                Refuse(Replies.LoginCancelled);
            }
            else
            {
                TakeResponse();
            }
        }

        return taken;
    }

    // Keeps base64, and none where nobody is going to look.
    private void KeepResponse(byte[] buffer, int start, int end)
    {
        if (_rule.Auth == ClientAuth.Any)
        {
            return;
        }

        if (_responses == null)
        {
            _responses = new byte[MostResponse];
        }

        for (int i = start; i < end && _responseCount <= MostResponse; i++)
        {
            if (buffer[i] > Ascii.Space)
            {
                if (_responseCount < MostResponse)
                {
                    _responses[_responseCount] = buffer[i];
                }

                _responseCount++;
            }
        }
    }

    private void TakeResponse()
    {
        if (_authStep == UserStep)
        {
            _userEnd = _responseCount;
            _authStep = PasswordStep;
            Challenge();
        }
        else if (_rule.Auth == ClientAuth.Any || _responses == null || _responseCount > MostResponse)
        {
            EndLogin(_rule.Auth == ClientAuth.Any);
        }
        else
        {
            Wants = SessionWants.Authenticate;
        }
    }

    private void EndLogin(bool accepted)
    {
        if (_responses != null)
        {
            System.Array.Clear(_responses, 0, MostResponse);
        }

        _isLoggedIn = accepted;
        if (accepted)
        {
            _output.Append(Replies.LoggedIn);
        }
        else
        {
            Log(LogLevel.Warning, "login refused");
            Refuse(Replies.LoginFailed);
        }

        AwaitCommand();
    }
}
