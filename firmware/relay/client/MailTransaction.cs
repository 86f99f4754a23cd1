namespace SmtpEmbedded.Relay;

/// <summary>
/// One message on its way to the smarthost (RFC 5321 section 3.3): MAIL, a RCPT for each recipient not yet decided, DATA, the
/// message, and what was answered to each. Commands are written and answers are read in the same order by two places that
/// walk one after the other; where the smarthost offers PIPELINING (RFC 2920) the first may run ahead, else each command
/// waits for the answer before it. Reused for message after message; allocates only for answers that refuse. One thread at a
/// time.
/// </summary>
internal sealed partial class MailTransaction
{
    /// <summary>
    /// How many commands may wait for an answer. Enough to hide the network, few enough that neither side's network buffers
    /// fill up while both only send (RFC 2920 section 3.1).
    /// </summary>
    private const int MostUnanswered = 32;

    /// <summary>Room from the start; a message with more makes it once.</summary>
    private const int FewRecipients = 4;

    /// <summary>Where the writer or the reader is; in the order of a transaction.</summary>
    private enum Step
    {
        Reset,
        Mail,
        Recipient,
        Data,

        /// <summary>The message is being written.</summary>
        Content,

        /// <summary>The end of data is written, or everything that will be asked has been asked.</summary>
        End,

        /// <summary>No transaction.</summary>
        Idle,
    }

    private readonly RelaySettings _settings;
    private readonly ServiceExtensions _extensions;
    private readonly EnvelopeCommands _commands;
    private readonly DataEncoder _encoder = new DataEncoder();
    private readonly byte[] _chunk;
    private int _chunkStart;
    private int _chunkEnd;
    private bool _contentRead;

    private QueuedMessage? _message;
    private MessageReader? _reader;
    private int _recipients;
    private RecipientResult[] _results;
    private string[] _replies;
    private bool[] _accepted;
    private int _acceptedCount;

    private Step _writing = Step.Idle;
    private int _writingRecipient;
    private Step _reading = Step.Idle;
    private int _readingRecipient;
    private int _unanswered;
    private bool _mailAccepted;
    private bool _stopped;
    private bool _nobodyAccepted;
    private bool _needsReset;

    /// <summary>Makes a transaction for a session.</summary>
    /// <param name="settings">For the limits.</param>
    /// <param name="extensions">What the smarthost offers; the session keeps it up to date.</param>
    public MailTransaction(RelaySettings settings, ServiceExtensions extensions)
    {
        _settings = settings;
        _extensions = extensions;
        _commands = new EnvelopeCommands(settings.Limits, extensions);
        _chunk = new byte[settings.Limits.ForwardBuffer];
        _results = new RecipientResult[FewRecipients];
        _replies = new string[FewRecipients];
        _accepted = new bool[FewRecipients];
        Failure = ClientFailure.None;
        FailureText = "";
    }

    /// <summary>The output buffer must hold this many bytes, so that any command fits.</summary>
    public int LeastOutput => _commands.LongestCommand;

    /// <summary>Whether the message has got its results or the connection is of no more use.</summary>
    public bool IsOver => _reading == Step.Idle;

    /// <summary>Whether the message is being written, so that no answer is due yet.</summary>
    public bool IsSendingContent => _reading == Step.Content;

    /// <summary>Whether the smarthost has answered anything about this message, 421 aside.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>What makes the connection unusable, or <see cref="ClientFailure.None"/>.</summary>
    public ClientFailure Failure { get; private set; }

    /// <summary>The failure as a sentence without its full stop.</summary>
    public string FailureText { get; private set; }

    /// <summary>How long the answer that is waited for may take, in milliseconds (RFC 5321 section 4.5.3.2).</summary>
    public int Timeout
    {
        get
        {
            switch (_reading)
            {
                case Step.Data:
                    return _settings.Limits.DataInitiationTimeout;
                case Step.Content:
                    return _settings.Limits.DataBlockTimeout;
                case Step.End:
                    return _settings.Limits.DataTerminationTimeout;
                default:
                    return _settings.Limits.ReplyTimeout;
            }
        }
    }

    /// <summary>What the answer that is waited for is about, for people.</summary>
    public string Waiting
    {
        get
        {
            switch (_reading)
            {
                case Step.Reset:
                    return "RSET";
                case Step.Mail:
                    return "MAIL";
                case Step.Recipient:
                    return "RCPT";
                case Step.Data:
                    return "DATA";
                case Step.Content:
                    return "the message";
                default:
                    return "the end of the message";
            }
        }
    }

    /// <summary>What became of a recipient; <see cref="RecipientResult.Pending"/> when nothing was decided.</summary>
    public RecipientResult Result(int recipient)
    {
        return _results[recipient];
    }

    /// <summary>The answer that decided about a recipient, or a failure of our own in words; empty while nothing is decided.</summary>
    public string ReplyTo(int recipient)
    {
        return _replies[recipient];
    }

    /// <summary>Forgets everything, for a new connection.</summary>
    public void Clear()
    {
        _writing = Step.Idle;
        _reading = Step.Idle;
        _unanswered = 0;
        _needsReset = false;
        _message = null;
        _reader = null;
        Failure = ClientFailure.None;
        FailureText = "";
    }

    /// <summary>Takes a message. It may be over at once: when no recipient is left, or the smarthost cannot take it as it is.</summary>
    public void Begin(QueuedMessage message, MessageReader reader)
    {
        _message = message;
        _reader = reader;
        _recipients = reader.Envelope.RecipientCount;
        MakeRoom();
        for (int i = 0; i < _recipients; i++)
        {
            _results[i] = RecipientResult.Pending;
            _replies[i] = "";
            _accepted[i] = false;
        }

        _acceptedCount = 0;
        _unanswered = 0;
        _mailAccepted = false;
        _stopped = false;
        _nobodyAccepted = false;
        _contentRead = false;
        _chunkStart = 0;
        _chunkEnd = 0;
        _encoder.Reset();
        IsAnswered = false;
#if !NANOFRAMEWORK_1_0
        _encoder.IsInChunks = _extensions.Chunking;
#endif

        _writingRecipient = NextRecipient(-1);
        _readingRecipient = _writingRecipient;
        _writing = _needsReset ? Step.Reset : Step.Mail;

        string refusal = _commands.Refusal(message, reader.Envelope);
        if (refusal.Length > 0)
        {
            DecideAll(RecipientResult.Failed, refusal);
            _writing = Step.Idle;
        }
        else if (_writingRecipient == _recipients)
        {
            _writing = Step.Idle;
        }

        _reading = _writing;
    }

    /// <summary>Writes as many commands, or as much of the message, as may be sent now and as the output has room for.</summary>
    public void Write(ByteBuffer output)
    {
        while (MayWriteCommand(output))
        {
            WriteCommand(output);
        }

#if !NANOFRAMEWORK_1_0
        if (_writing == Step.Content && _encoder.IsInChunks)
        {
            WriteChunk(output);
            return;
        }
#endif

        if (_writing == Step.Content)
        {
            WriteContent(output);
        }
    }

    /// <summary>Takes the answer to the oldest command not yet answered.</summary>
    /// <param name="reply">A whole reply.</param>
    public void Read(ReplyReader reply)
    {
        int severity = reply.Severity;
        if (reply.Code == 421)
        {
            ReadClosing(reply);
            return;
        }

        IsAnswered = true;
#if NANOFRAMEWORK_1_0
        if (_reading == Step.Content)
#else
        if (_reading == Step.Content && !_encoder.IsInChunks)
#endif
        {
            ReadEarly(reply);
            return;
        }

        if (_unanswered == 0)
        {
            Break(ClientFailure.Protocol, "The smarthost answers what was not asked: " + reply.Text);
            return;
        }

        _unanswered--;
        if (IsLoginDemand(reply.Code))
        {
            Break(ClientFailure.Login, "The smarthost demands a login before it takes mail: " + reply.Text);
            return;
        }

#if !NANOFRAMEWORK_1_0
        if (_reading >= Step.Content && _encoder.IsInChunks)
        {
            ReadChunkAnswer(reply);
            return;
        }
#endif

        if (reply.Code == 503 && _reading == Step.Mail)
        {
            // Bad sequence of commands: it is out of step with us, which says nothing about the message.
            Break(ClientFailure.Protocol, "Out of step: " + reply.Text);
            return;
        }

        // 354 belongs to DATA and to nothing else, and DATA has no other success (RFC 5321 section 4.3.2).
        bool goesOn = severity == 3;
        bool succeeds = severity == 2;
        if (_reading == Step.Data ? succeeds : goesOn)
        {
            Break(ClientFailure.Protocol, "The answer to " + Waiting + " is out of place: " + reply.Text);
            return;
        }

        switch (_reading)
        {
            case Step.Reset:
                ReadReset(reply);
                break;
            case Step.Mail:
                ReadMail(reply);
                break;
            case Step.Recipient:
                ReadRecipient(reply);
                break;
            case Step.Data:
                ReadData(reply);
                break;
            default:
                ReadEnd(reply);
                break;
        }

#if !NANOFRAMEWORK_1_0
        BeginChunks();
#endif
        EndIfNothingIsLeft();
    }

    // ---- Writing ---------------------------------------------------------------------------------------------------

    private bool MayWriteCommand(ByteBuffer output)
    {
        if (_writing > Step.Data || _stopped || output.Free < _commands.LongestCommand)
        {
            return false;
        }

#if !NANOFRAMEWORK_1_0
        if (_writing == Step.Data && _encoder.IsInChunks)
        {
            return false;
        }
#endif

        if (_unanswered == 0)
        {
            return true;
        }

        return _extensions.Pipelining && _unanswered < MostUnanswered;
    }

    private void WriteCommand(ByteBuffer output)
    {
        int before = output.Count;
        switch (_writing)
        {
            case Step.Reset:
                output.Append("RSET").AppendLineEnd();
                _writing = Step.Mail;
                break;
            case Step.Mail:
                _commands.AppendMail(output, _message!, _reader!.Envelope);
                _writing = Step.Recipient;
                break;
            case Step.Recipient:
                _commands.AppendRecipient(output, _reader!.Envelope, _writingRecipient);
                _writingRecipient = NextRecipient(_writingRecipient);
                if (_writingRecipient == _recipients)
                {
                    _writing = Step.Data;
                }

                break;
            default:
                output.Append("DATA").AppendLineEnd();
                _writing = Step.End;
                break;
        }

        _unanswered++;
        if (output.Overflowed)
        {
            output.Truncate(before);
            Break(ClientFailure.Message, "An address or parameter of the message is longer than the limits allow");
        }
    }

    private void WriteContent(ByteBuffer output)
    {
        if (Fill(output) && MayEnd(output))
        {
            _encoder.End(output);
            _writing = Step.End;
            _reading = Step.End;
            _unanswered++;
        }
    }

    /// <summary>Writes as much of the message as the output has room for.</summary>
    /// <returns>False when it cannot be read, and the connection is broken off for it.</returns>
    private bool Fill(ByteBuffer output)
    {
        // About a chunk at once, though the longest command has more room: the output would grow to what nothing else needs.
        int most = output.Count + _chunk.Length;
        for (;;)
        {
            int some = _chunkEnd - _chunkStart;
            int room = most - output.Count;
            _chunkStart += _encoder.Encode(_chunk, _chunkStart, some < room ? some : room, output);
            if (_chunkStart < _chunkEnd || _contentRead || output.Count >= most)
            {
                return true;
            }

            int count = _reader!.Read(_chunk, 0, _chunk.Length);
            if (count < 0)
            {
                // Without its end of data the smarthost must throw away what it has (RFC 5321 section 4.1.1.10).
                Break(ClientFailure.Message, "The message cannot be read from the spool to its end");
                return false;
            }

            _contentRead = count == 0;
            _chunkStart = 0;
            _chunkEnd = count;
        }
    }

    private bool MayEnd(ByteBuffer output) => _contentRead && _chunkStart == _chunkEnd && output.Free >= DataEncoder.EndRoom;

    // ---- Reading ---------------------------------------------------------------------------------------------------

    private void ReadReset(ReplyReader reply)
    {
        if (reply.Severity != 2)
        {
            Break(ClientFailure.Protocol, "RSET was answered: " + reply.Text);
            return;
        }

        _needsReset = false;
        _reading = Step.Mail;
    }

    private void ReadMail(ReplyReader reply)
    {
        _reading = Step.Recipient;
        if (reply.Severity == 2)
        {
            _mailAccepted = true;
            _needsReset = true;
        }
        else
        {
            DecideAll(Refused(reply), reply.Text);
            _stopped = true;
        }
    }

    private void ReadRecipient(ReplyReader reply)
    {
        int recipient = _readingRecipient;
        _readingRecipient = NextRecipient(recipient);
        if (_readingRecipient == _recipients)
        {
            _reading = Step.Data;
        }

        if (!_mailAccepted)
        {
            // Sent before the refusal of MAIL was known; that refusal has decided already.
            return;
        }

        if (reply.Severity == 2)
        {
            _accepted[recipient] = true;
            _acceptedCount++;
            return;
        }

        // 552 to RCPT means "too many recipients" and is to be taken as 452 (RFC 5321 section 4.5.3.1.10).
        RecipientResult result = reply.Code == 552 ? RecipientResult.Deferred : Refused(reply);
        _results[recipient] = result;
        _replies[recipient] = reply.Text;
    }

    private void ReadData(ReplyReader reply)
    {
        if (reply.Severity == 3)
        {
            _reading = Step.Content;
            _writing = Step.Content;
            if (_acceptedCount == 0)
            {
                // DATA was sent ahead and nobody is there to receive: an empty message brings both back into step (RFC 2920 section 3.1).
                _nobodyAccepted = true;
                _contentRead = true;
            }

            return;
        }

        _reading = Step.End;
        DecideAccepted(Refused(reply), reply.Text);
    }

    private void ReadEnd(ReplyReader reply)
    {
        _needsReset = false;
        if (!_nobodyAccepted)
        {
            DecideAccepted(reply.Severity == 2 ? RecipientResult.Delivered : Refused(reply), reply.Text);
        }
    }

    /// <summary>An answer in the middle of the message. A refusal counts, but the connection cannot go on: the smarthost reads the rest as commands or not at all.</summary>
    private void ReadEarly(ReplyReader reply)
    {
        if (reply.Severity >= 4 && !IsLoginDemand(reply.Code))
        {
            DecideAccepted(Refused(reply), reply.Text);
        }

        Break(ClientFailure.Protocol, "The smarthost answered before the end of the message: " + reply.Text);
    }

    /// <summary>421 may come at any time (RFC 5321 section 3.8); what it answers is to be tried again on another connection.</summary>
    private void ReadClosing(ReplyReader reply)
    {
        if (_reading == Step.End || _reading == Step.Content || _reading == Step.Data)
        {
            DecideAccepted(RecipientResult.Deferred, reply.Text);
        }

        Break(ClientFailure.ShuttingDown, "The smarthost closes the connection in answer to " + Waiting + ": " + reply.Text);
    }

    private void EndIfNothingIsLeft()
    {
        if (_reading == Step.Idle || _unanswered > 0 || _writing == Step.Content)
        {
            return;
        }

        bool nobodyLeft = _writing == Step.Data && _acceptedCount == 0;
        if (_stopped || nobodyLeft || _writing == Step.End)
        {
            _reading = Step.Idle;
            _writing = Step.Idle;
        }
    }

    private void Break(ClientFailure failure, string text)
    {
        Failure = failure;
        FailureText = text;
        _reading = Step.Idle;
        _writing = Step.Idle;
    }

    /// <summary>530, 534, 535 and 538 are about the login and not about the message (RFC 4954 section 6).</summary>
    private static bool IsLoginDemand(int code)
    {
        return code == 530 || code == 534 || code == 535 || code == 538;
    }

    private static RecipientResult Refused(ReplyReader reply)
    {
        return reply.Severity == 5 ? RecipientResult.Failed : RecipientResult.Deferred;
    }

    // ---- Recipients ------------------------------------------------------------------------------------------------

    private void DecideAccepted(RecipientResult result, string reply)
    {
        for (int i = 0; i < _recipients; i++)
        {
            if (_accepted[i])
            {
                _results[i] = result;
                _replies[i] = reply;
            }
        }
    }

    /// <summary>Decides about every recipient that no earlier attempt has decided.</summary>
    private void DecideAll(RecipientResult result, string reply)
    {
        for (int i = NextRecipient(-1); i < _recipients; i = NextRecipient(i))
        {
            _results[i] = result;
            _replies[i] = reply;
        }
    }

    /// <summary>The next recipient that no earlier attempt has decided, or the number of recipients.</summary>
    private int NextRecipient(int recipient)
    {
        for (int i = recipient + 1; i < _recipients; i++)
        {
            RecipientResult before = _message!.RecipientState(i);
            if (before != RecipientResult.Delivered && before != RecipientResult.Failed)
            {
                return i;
            }
        }

        return _recipients;
    }

    private void MakeRoom()
    {
        if (_recipients > _results.Length)
        {
            _results = new RecipientResult[_recipients];
            _replies = new string[_recipients];
            _accepted = new bool[_recipients];
        }
    }
}
