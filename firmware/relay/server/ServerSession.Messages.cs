namespace SmtpEmbedded.Relay;

// The message: DATA (RFC 5321 section 4.1.1.4) and BDAT (RFC 3030), up to the point where the spool has it.
public sealed partial class ServerSession
{
    private bool _isDoubtful;

    private void ExecuteData()
    {
        if (!BeginMessage(OpenMessage()))
        {
            _output.Append(Replies.SpoolFull);
            return;
        }

        _data.Begin();
        _isDoubtful = false;
        _state = SessionState.Data;
        _output.Append(Replies.StartInput);
    }

    private void ExecuteBdat()
    {
        CommandParser parser = _commands.Parser;
        int number = parser.Find(CommandParser.Rule.ChunkSize, 0);
        long size = Ascii.ReadNumber(_commands.Line, parser.CaptureStart(number), parser.CaptureEnd(number));
        bool isLast = parser.Find(CommandParser.Rule.LastMarker, 0) >= 0;

        if (_chunks == null)
        {
            // Few clients ever send chunks.
            _chunks = new ChunkReceiver(_sink);
        }

        // Whatever becomes of the command, its octets follow and must be read away (RFC 3030 section 2).
        string? refusal = null;
        if (!Sequence.Allows(CommandParser.Alternative.Bdat, _state))
        {
            refusal = Sequence.Refusal(CommandParser.Alternative.Bdat, _state);
        }
        else if (_state == SessionState.Recipients)
        {
            if (BeginMessage(OpenMessage()))
            {
                _chunks.Begin();
                _state = SessionState.BetweenChunks;
            }
            else
            {
                refusal = Replies.SpoolFull;
                ForgetTransaction();
            }
        }

        if (IsPastReadAway(size))
        {
            Close(Replies.TooBig);
            return;
        }

        _chunks.BeginChunk(size, isLast, refusal);
        _stateAfterChunk = _state;
        _state = SessionState.Chunk;
        if (size == 0)
        {
            EndChunk();
        }
    }

    // By itself, for here a session may wait for room: with the trace field in it a board would keep twice the memory meanwhile.
    private IMessageWriter? OpenMessage()
    {
        _envelope.AcceptedUtc = _clock.IsSet ? _clock.UtcMilliseconds : 0;
        _envelope.AcceptedUptime = _clock.UptimeMilliseconds;
        return _spool.Begin(_envelope, _announcedSize, false);
    }

    private bool BeginMessage(IMessageWriter? writer)
    {
        if (writer == null)
        {
            Log(LogLevel.Warning, "message refused for now: " + _spool.Error);
            return false;
        }

        // Composed behind the replies that wait to be sent: there is room, and no second buffer is needed.
        int waiting = _output.Count;
        TraceHeader.Append(
            _output, _helo, _heloLength, _clientAddress, _hostname,
            _isExtended, _envelope.IsSmtpUtf8, _isSecured, _isLoggedIn && _rule.Auth != ClientAuth.Any, writer.Id, _clock);
        int length = _output.Count - waiting;
        bool stored = writer.Append(_output.Bytes, _output.End - length, length);
        _output.Truncate(waiting);
        if (!stored)
        {
            Log(LogLevel.Warning, "message refused for now: " + _spool.Error);
            writer.Abandon();
            return false;
        }

        _sink.Begin(writer);
        return true;
    }

    private int ReceiveData(byte[] buffer, int offset, int count)
    {
        // Not past the octet that is one too many, or it would depend on the cut whether that is noticed.
        long left = (_limits.MessageBytes + 1) * ReadAwayFactor - _messageOctets;
        int taken = _data.Receive(buffer, offset, count < left ? count : (int)left);
        NoteProgress(taken);
        if (_data.IsComplete)
        {
            _isDoubtful = _data.IsEndDoubtful;
            EndMessage();
            if (Wants != SessionWants.Commit)
            {
                CloseIfDoubtful();
            }
        }
        else if (IsPastReadAway(0))
        {
            Close(Replies.TooBig);
        }

        return taken;
    }

    // Behind an end of data that is not the standard's nothing can ride: the client has its answer and connects again.
    private void CloseIfDoubtful()
    {
        if (_isDoubtful)
        {
            _isDoubtful = false;
            Log(LogLevel.Information, "closed: its message ended by a bare LF");
            PeerClosed();
        }
    }

    private int ReceiveChunk(byte[] buffer, int offset, int count)
    {
        int taken = _chunks!.Receive(buffer, offset, count);
        NoteProgress(taken);
        if (_chunks.IsChunkComplete)
        {
            EndChunk();
        }

        return taken;
    }

    private void EndChunk()
    {
        _state = _stateAfterChunk;
        if (_chunks!.Refusal != null)
        {
            if (_chunks.Refusal == Replies.SpoolFull)
            {
                _output.Append(Replies.SpoolFull);
            }
            else
            {
                Refuse(_chunks.Refusal);
            }
        }
        else if (_chunks.IsLast)
        {
            _chunks.End();
            EndMessage();
            return;
        }
        else if (_sink.Fault != MessageFault.None)
        {
            // The transaction is over; the chunks that may already be under way are read away and answered 503.
            AnswerFault();
        }
        else
        {
            _output.Append(Replies.ChunkTaken);
        }

        AwaitCommand();
    }

    // The message has come to its end: refuse it, or hand it to the spool for good.
    private void EndMessage()
    {
        if (_sink.Fault == MessageFault.None)
        {
            if (_sink.End())
            {
                _state = SessionState.Committing;
                Wants = SessionWants.Commit;
                return;
            }

            Log(LogLevel.Error, "message not acknowledged: " + _spool.Error);
            _output.Append(Replies.NotDurable);
            ForgetTransaction();
        }
        else
        {
            AnswerFault();
        }

        AwaitCommand();
    }

    private void AnswerFault()
    {
        MessageFault fault = _sink.Fault;
        ForgetTransaction();
        switch (fault)
        {
            case MessageFault.TooBig:
                Refuse(Replies.TooBig);
                break;
            case MessageFault.StrayOctets:
                Refuse(Replies.StrayOctets);
                break;
            case MessageFault.LongLine:
                Refuse(Replies.LongLine);
                break;
            case MessageFault.BadHeader:
                Refuse(Replies.BadHeader);
                break;
            case MessageFault.Loop:
                Refuse(Replies.Loop);
                break;
            default:
                Log(LogLevel.Warning, "message refused for now: " + _spool.Error);
                _output.Append(Replies.SpoolFull);
                break;
        }
    }
}
