using System.Text;

namespace SmtpEmbedded.Relay;

// The commands: one method each for those that move a transaction on (RFC 5321 section 4.1.1).
public sealed partial class ServerSession
{
    private int ReceiveCommand(byte[] buffer, int offset, int count)
    {
        int taken = _commands.Read(buffer, offset, count);
        switch (_commands.Reading)
        {
            case CommandReading.Pending:
                return taken;
            case CommandReading.Command:
                Execute(_commands.Parser.MatchedAlternative);
                break;
            case CommandReading.UnknownVerb:
                Refuse(Replies.UnknownVerb);
                break;
            case CommandReading.BadArgument:
                RefuseArgument();
                break;
            case CommandReading.TooLong:
                Refuse(Replies.LineTooLong);

                // The rest of the line is the same command: its time is not begun anew.
                return taken;
            default:
                Close(Replies.EndlessInput);
                break;
        }

        if (Wants == SessionWants.Input)
        {
            AwaitCommand();
        }

        return taken;
    }

    private void Execute(CommandParser.Alternative verb)
    {
        if (verb == CommandParser.Alternative.Data || verb == CommandParser.Alternative.Bdat)
        {
            AddDefaultRecipient();
        }

        if (verb == CommandParser.Alternative.Bdat)
        {
            ExecuteBdat();
            return;
        }

        if (!Sequence.Allows(verb, _state))
        {
            Refuse(Sequence.Refusal(verb, _state));
            return;
        }

        switch (verb)
        {
            case CommandParser.Alternative.Mail:
                ExecuteMail();
                return;
            case CommandParser.Alternative.Rcpt:
                ExecuteRcpt();
                return;
            case CommandParser.Alternative.Data:
                ExecuteData();
                return;
            case CommandParser.Alternative.Quit:
                Close(Replies.Goodbye);
                return;
            case CommandParser.Alternative.Foreign:
                Log(LogLevel.Warning, "closed: it speaks another protocol");
                Close(_commands.Parser.Find(CommandParser.Rule.ClientHello, 0) >= 0 ? Replies.NoTlsHere : Replies.NoSmtp);
                return;
            default:
                break;
        }

        // The rest moves no message on; a client may not go on with it for ever.
        _idleCommands++;
        if (_idleCommands > _limits.IdleCommands)
        {
            Close(Replies.TooManyCommands);
            return;
        }

        switch (verb)
        {
            case CommandParser.Alternative.Ehlo:
                ExecuteHello(_commands.Parser.Find(CommandParser.Rule.EhloDomain, 0), true);
                break;
            case CommandParser.Alternative.Helo:
                ExecuteHello(_commands.Parser.Find(CommandParser.Rule.HeloDomain, 0), false);
                break;
            case CommandParser.Alternative.Rset:
                ForgetTransaction();
                _output.Append(Replies.Done);
                break;
            case CommandParser.Alternative.Noop:
                _output.Append(Replies.Done);
                break;
            case CommandParser.Alternative.Vrfy:
                _output.Append(Replies.WillTry);
                break;
            case CommandParser.Alternative.Help:
                _output.Append(Replies.Help);
                break;
            case CommandParser.Alternative.Expn:
                _output.Append(Replies.WillNotExpand);
                break;
            case CommandParser.Alternative.Starttls:
                ExecuteStartTls();
                break;
            default:
                ExecuteAuth();
                break;
        }
    }

    private void ExecuteHello(int name, bool isExtended)
    {
        int start = _commands.Parser.CaptureStart(name);
        int end = _commands.Parser.CaptureEnd(name);
        if (end - start > LongestName
            || Ascii.HasEightBit(_commands.Line, start, end)
            || !PathLimits.AllowDomain(_commands.Line, start, end, _limits))
        {
            Refuse(Replies.BadDomain);
            return;
        }

        if (end - start > _helo.Length)
        {
            _helo = Growth.Of(_helo, 0, 0, end - start, LongestName);
        }

        System.Array.Copy(_commands.Line, start, _helo, 0, end - start);
        _heloLength = end - start;
        _isExtended = isExtended;
        ForgetTransaction();
        if (isExtended)
        {
            _output.Append("250-").Append(_hostname, 0, _hostname.Length)
                .Append("\r\n250-SIZE ").AppendNumber(_limits.MessageBytes)
                .Append("\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-DSN\r\n250-LIMITS RCPTMAX=")
                .AppendNumber(_limits.Recipients).Append(" MAILMAX=").AppendNumber(_limits.MessagesPerSession).AppendLineEnd();
            if (_settings.OffersTls && !_isSecured)
            {
                _output.Append("250-STARTTLS\r\n");
            }

            if (IsAuthOffered)
            {
                _output.Append("250-AUTH PLAIN LOGIN\r\n");
            }

            _output.Append("250 ENHANCEDSTATUSCODES\r\n");
        }
        else
        {
            _output.Append("250 ").Append(_hostname, 0, _hostname.Length).AppendLineEnd();
        }
    }

    private void ExecuteMail()
    {
        if (_messages >= _limits.MessagesPerSession)
        {
            Close(Replies.TooManyMessages);
            return;
        }

        if (_rule.Auth == ClientAuth.Required && !_isLoggedIn)
        {
            Refuse(Replies.LoginFirst);
            return;
        }

        byte[] line = _commands.Line;
        CommandParser parser = _commands.Parser;
        int mailbox = parser.Find(CommandParser.Rule.Mailbox, 0);
        int start = 0;
        int end = 0;
        if (mailbox >= 0)
        {
            start = parser.CaptureStart(mailbox);
            end = parser.CaptureEnd(mailbox);
            if (!PathLimits.AllowMailbox(line, start, LocalPartEnd(), end, _limits))
            {
                Refuse(Replies.BadSenderPath);
                return;
            }
        }

        string? refusal = _parameters.ReadMail(parser, line, IsAuthOffered);
        if (refusal == null && !_parameters.IsSmtpUtf8 && Ascii.HasEightBit(line, start, end))
        {
            refusal = Replies.SenderNotAscii;
        }

        if (refusal == null && _parameters.Size > _limits.MessageBytes)
        {
            refusal = Replies.TooBig;
        }

        if (refusal != null)
        {
            Refuse(refusal);
            return;
        }

        if (!_rule.Count(_clientAddress, _clock.UptimeMilliseconds))
        {
            Log(LogLevel.Warning, "message refused for now: too many in an hour");
            _output.Append(Replies.TooOften);
            return;
        }

        _envelope.Clear();
        _envelope.IsEightBit = _parameters.IsEightBit;
        _envelope.IsSmtpUtf8 = _parameters.IsSmtpUtf8;
        _envelope.Ret = _parameters.Ret;
        _envelope.SetClientAddress(_clientAddress, 0, _clientAddress.Length);
        _envelope.SetHelo(_helo, 0, _heloLength);
        if (mailbox >= 0 && _rule.Sender.Length > 0)
        {
            _envelope.SetReversePath(_rule.Sender, 0, _rule.Sender.Length);
        }
        else
        {
            _envelope.SetReversePath(line, start, end - start);
        }

        if (_parameters.EnvelopeIdLength > 0)
        {
            _envelope.SetEnvelopeId(line, _parameters.EnvelopeIdStart, _parameters.EnvelopeIdLength);
        }

        _announcedSize = _parameters.Size;
        _state = SessionState.Sender;
        _output.Append(Replies.SenderTaken);
    }

    // For clients that may leave it to the relay whom they write to. One that has named somebody, be it in vain, may not.
    private void AddDefaultRecipient()
    {
        if (_state == SessionState.Sender && !_hasAskedForRecipient && _rule.Recipient.Length > 0
            && _envelope.AddRecipient(_rule.Recipient, 0, _rule.Recipient.Length))
        {
            _state = SessionState.Recipients;
        }
    }

    private void ExecuteRcpt()
    {
        byte[] line = _commands.Line;
        CommandParser parser = _commands.Parser;
        _hasAskedForRecipient = true;
        int mailbox = parser.Find(CommandParser.Rule.Mailbox, 0);
        byte[] path = line;
        int start;
        int end;
        if (mailbox >= 0)
        {
            start = parser.CaptureStart(mailbox);
            end = parser.CaptureEnd(mailbox);
            if (!PathLimits.AllowMailbox(line, start, LocalPartEnd(), end, _limits))
            {
                Refuse(Replies.BadRecipientPath);
                return;
            }
        }
        else
        {
            // <Postmaster>, the one address without a domain (RFC 5321 section 4.1.1.3): whoever is told of alerts.
            path = _postmaster ??= Encoding.UTF8.GetBytes(_settings.AlertTo.Length > 0 ? _settings.AlertTo : "postmaster@" + _settings.Hostname);
            start = 0;
            end = path.Length;
        }

        string? refusal = _parameters.ReadRecipient(parser, line);
        if (refusal == null && mailbox >= 0)
        {
            if (!_envelope.IsSmtpUtf8 && Ascii.HasEightBit(line, start, end))
            {
                refusal = Replies.RecipientNotAscii;
            }
            else if (!_rule.AllowsDomain(line, LocalPartEnd() + 1, end))
            {
                refusal = Replies.DomainRefused;
            }
        }

        if (refusal != null)
        {
            Refuse(refusal);
            return;
        }

        // All of it must find room, or the recipient would be kept without what was said about it.
        int room = end - start + _parameters.OriginalRecipientLength + 16;
        if (_envelope.Count + room > EnvelopeBytes || !_envelope.AddRecipient(path, start, end - start))
        {
            _output.Append(Replies.TooManyRecipients);
            return;
        }

        if (_parameters.Notify != DsnNotify.NotGiven)
        {
            _envelope.SetNotify(_parameters.Notify);
        }

        if (_parameters.OriginalRecipientLength > 0)
        {
            _envelope.SetOriginalRecipient(line, _parameters.OriginalRecipientStart, _parameters.OriginalRecipientLength);
        }

        _state = SessionState.Recipients;
        _output.Append(Replies.RecipientTaken);
    }

    // The local part of the mailbox that was read, and not of anything else in the line.
    private int LocalPartEnd()
    {
        return _commands.Parser.CaptureEnd(_commands.Parser.Find(CommandParser.Rule.LocalPart, 0));
    }
}
