using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Tells the sender of a message which recipients it did not reach (RFC 3464 in the form of RFC 3462): words for people,
/// fields for programs, and the header section of the message. Never written about a message with the null reverse-path, so
/// that reports about reports cannot exist (RFC 5321 section 6.1), nor about our own alerts, whose sender is no mailbox, nor
/// where the sender asked for silence (NOTIFY, RFC 3461). Who asked to hear of success is told that the message was relayed,
/// where the smarthost cannot tell it (RFC 3461 section 5.2.2). Seven bits throughout. One object a report, for on a board what is
/// seldom needed is not kept.
/// </summary>
internal sealed class FailureReport
{
    /// <summary>How much of the header section is returned.</summary>
    private const int MostHeaderBytes = 8 * 1024;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly MessageIds _ids;
    private readonly bool _tellsRelayed;
    private readonly MailWriter _writer = new MailWriter();
    private readonly FailureStatus _status = new FailureStatus();
    private readonly Envelope _envelope = new Envelope();
    private string _remote = "";

    /// <summary>Makes a report that is not written yet.</summary>
    /// <param name="settings">For our name.</param>
    /// <param name="spool">Where it goes.</param>
    /// <param name="clock">For its dates.</param>
    /// <param name="ids">For its Message-ID.</param>
    /// <param name="passesDsn">As in <see cref="IsDue"/>.</param>
    public FailureReport(RelaySettings settings, ISpool spool, IClock clock, MessageIds ids, bool passesDsn)
    {
        _settings = settings;
        _spool = spool;
        _clock = clock;
        _ids = ids;
        _tellsRelayed = !passesDsn;
    }

    /// <summary>Whether anyone is to be told of the results.</summary>
    /// <param name="message">What the attempt was about.</param>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="results">Each recipient's result in this attempt.</param>
    /// <param name="passesDsn">Whether the smarthost was asked to report success itself.</param>
    public static bool IsDue(QueuedMessage message, Envelope envelope, RecipientResult[] results, bool passesDsn)
    {
        bool isDue = false;
        for (int i = 0; i < envelope.RecipientCount && !message.IsAlert && envelope.ReversePathLength > 0; i++)
        {
            isDue |= IsReported(envelope, results, i, !passesDsn);
        }

        return isDue;
    }

    /// <summary>Puts the report into the spool, durably.</summary>
    /// <param name="message">The message that failed.</param>
    /// <param name="reader">Open on it; is read from its start.</param>
    /// <param name="results">Each recipient's result in this attempt.</param>
    /// <param name="replies">The reply or reason for each.</param>
    /// <param name="remote">Who replied.</param>
    /// <returns>False when the spool did not take it.</returns>
    public bool Write(QueuedMessage message, MessageReader reader, RecipientResult[] results, string[] replies, string remote)
    {
        _remote = remote;
        Envelope original = reader.Envelope;
        if (!WriteEnvelope(original))
        {
            return false;
        }

        IMessageWriter? report = _spool.Begin(_envelope, 0, false);
        if (report == null)
        {
            return false;
        }

        string boundary = "=_" + _ids.Next();
        _writer.Start(report);
        bool hasFailure = false;
        for (int i = 0; i < original.RecipientCount; i++)
        {
            hasFailure |= results[i] == RecipientResult.Failed && IsReported(original, results, i, _tellsRelayed);
        }

        WriteHeader(original, boundary, hasFailure);
        WriteWords(original, results, replies, boundary);
        WriteFields(original, results, replies, boundary);
        WriteOriginalHeader(reader, boundary);
        return _writer.End() && _spool.Sync() && report.IsDurable;
    }

    private static bool IsReported(Envelope envelope, RecipientResult[] results, int recipient, bool tellsRelayed)
    {
        int asked = envelope.Notify(recipient);
        int told = results[recipient] == RecipientResult.Failed ? DsnNotify.Failure
            : results[recipient] == RecipientResult.Delivered && tellsRelayed ? DsnNotify.Success : 0;
        return ((asked == DsnNotify.NotGiven ? DsnNotify.Failure : asked) & told) != 0;
    }

    private bool WriteEnvelope(Envelope original)
    {
        _envelope.Clear();
        _envelope.AcceptedUptime = _clock.UptimeMilliseconds;
        _envelope.AcceptedUtc = _clock.IsSet ? _clock.UtcMilliseconds : 0;
        int from = original.ReversePathOffset;
        int length = original.ReversePathLength;
        _envelope.IsSmtpUtf8 = Ascii.HasEightBit(original.Bytes, from, from + length);
        return _envelope.SetReversePath(original.Bytes, 0, 0) && _envelope.AddRecipient(original.Bytes, from, length);
    }

    private void WriteHeader(Envelope original, string boundary, bool hasFailure)
    {
        _writer.Text("From: Mail relay <MAILER-DAEMON@").Clean(_settings.Hostname).Text(">").LineEnd();
        _writer.Text("To: <");
        if (_envelope.IsSmtpUtf8)
        {
            // RFC 6532: the report to an internationalised address carries it as it is.
            _writer.Bytes(original.Bytes, original.ReversePathOffset, original.ReversePathLength);
        }
        else
        {
            _writer.Clean(original.Bytes, original.ReversePathOffset, original.ReversePathLength);
        }

        _writer.Text(">").LineEnd();
        _writer.Text(hasFailure ? "Subject: Your mail could not be delivered" : "Subject: Your mail was relayed").LineEnd();
        if (_clock.IsSet)
        {
            _writer.Text("Date: ").Date(_clock.UtcMilliseconds).LineEnd();
        }

        _writer.Text("Message-ID: <").Text(_ids.Next()).Byte((byte)'@').Clean(_settings.Hostname).Text(">").LineEnd();
        _writer.Text("Auto-Submitted: auto-replied").LineEnd();
        _writer.Text("MIME-Version: 1.0").LineEnd();
        _writer.Text("Content-Type: multipart/report; report-type=delivery-status;").LineEnd();
        _writer.Text("\tboundary=\"").Text(boundary).Text("\"").LineEnd().LineEnd();
    }

    private void WriteWords(Envelope original, RecipientResult[] results, string[] replies, string boundary)
    {
        _writer.Text("--").Text(boundary).LineEnd();
        _writer.Text("Content-Type: text/plain; charset=us-ascii").LineEnd().LineEnd();
        _writer.Text("This is the mail relay at ").Clean(_settings.Hostname).Text(".").LineEnd().LineEnd();
        _writer.Text("What became of your message:").LineEnd();
        for (int i = 0; i < original.RecipientCount; i++)
        {
            if (IsReported(original, results, i, _tellsRelayed))
            {
                _writer.LineEnd().Text("  ").Clean(original.Bytes, original.RecipientOffset(i), original.RecipientLength(i)).LineEnd();
                _writer.Text(results[i] == RecipientResult.Failed ? "    failed for good: " : "    handed on, no more will be told: ").Clean(replies[i]).LineEnd();
            }
        }

        _writer.LineEnd().Text("The header of your message is below.").LineEnd().LineEnd();
    }

    /// <summary>The part for programs (RFC 3464 section 2).</summary>
    private void WriteFields(Envelope original, RecipientResult[] results, string[] replies, string boundary)
    {
        _writer.Text("--").Text(boundary).LineEnd();
        _writer.Text("Content-Type: message/delivery-status").LineEnd().LineEnd();
        if (original.EnvelopeIdLength > 0)
        {
            _writer.Text("Original-Envelope-Id: ");
            WriteXtext(original.Bytes, original.EnvelopeIdOffset, original.EnvelopeIdLength);
            _writer.LineEnd();
        }

        _writer.Text("Reporting-MTA: dns; ").Clean(_settings.Hostname).LineEnd();
        if (original.AcceptedUtc > 0)
        {
            _writer.Text("Arrival-Date: ").Date(original.AcceptedUtc).LineEnd();
        }

        for (int i = 0; i < original.RecipientCount; i++)
        {
            if (IsReported(original, results, i, _tellsRelayed))
            {
                WriteRecipient(original, i, results[i] == RecipientResult.Delivered, replies[i]);
            }
        }

        _writer.LineEnd();
    }

    private void WriteRecipient(Envelope original, int recipient, bool isRelayed, string reply)
    {
        _writer.LineEnd();
        int length = original.OriginalRecipientLength(recipient);
        if (length > 0)
        {
            _writer.Text("Original-Recipient: ");
            WriteXtext(original.Bytes, original.OriginalRecipientOffset(recipient), length);
            _writer.LineEnd();
        }

        _writer.Text("Final-Recipient: rfc822; ").Clean(original.Bytes, original.RecipientOffset(recipient), original.RecipientLength(recipient)).LineEnd();
        _writer.Text(isRelayed ? "Action: relayed" : "Action: failed").LineEnd();
        _status.Read(reply);
        _writer.Text("Status: ");
        if (_status.Length > 0)
        {
            _writer.Clean(_status.Bytes, _status.Start, _status.Length);
        }
        else
        {
            _writer.Text(isRelayed ? "2.0.0" : "5.0.0");
        }

        _writer.LineEnd();
        if (_status.IsReply)
        {
            _writer.Text("Remote-MTA: dns; ").Clean(_remote).LineEnd();
            _writer.Text("Diagnostic-Code: smtp; ").Clean(reply).LineEnd();
        }
    }

    /// <summary>Writes a value given as xtext (RFC 3461 section 4) with its "+41" turned back into characters.</summary>
    private void WriteXtext(byte[] bytes, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
        {
            byte value = bytes[i];
            if (value == (byte)'+' && i + 2 < offset + count)
            {
                int high = Ascii.HexDigit(bytes[i + 1]);
                int low = Ascii.HexDigit(bytes[i + 2]);
                if (high >= 0 && low >= 0)
                {
                    value = (byte)(high << 4 | low);
                    i += 2;
                }
            }

            _writer.Byte(Ascii.IsControl(value) || value >= 0x80 ? (byte)'?' : value);
        }
    }

    /// <summary>The header section of the message, as far as <see cref="MostHeaderBytes"/> go; what is not ASCII becomes "?".</summary>
    private void WriteOriginalHeader(MessageReader reader, string boundary)
    {
        _writer.Text("--").Text(boundary).LineEnd();
        _writer.Text("Content-Type: text/rfc822-headers").LineEnd().LineEnd();
        reader.Rewind();
        byte[] chunk = new byte[256];
        int written = 0;
        bool isLineStart = true;
        bool isOver = false;
        while (!isOver && written < MostHeaderBytes)
        {
            int count = reader.Read(chunk, 0, chunk.Length);
            if (count <= 0)
            {
                break;
            }

            for (int i = 0; i < count && !isOver && written < MostHeaderBytes; i++)
            {
                byte value = chunk[i];
                if (value == Ascii.Cr)
                {
                    // Lines in the spool end in CRLF: the LF that follows ends the line.
                    continue;
                }

                if (value == Ascii.Lf)
                {
                    isOver = isLineStart;
                    if (!isOver)
                    {
                        _writer.LineEnd();
                    }

                    isLineStart = true;
                }
                else
                {
                    isLineStart = false;
                    bool passes = value == Ascii.Tab || (!Ascii.IsControl(value) && value < 0x80);
                    _writer.Byte(passes ? value : (byte)'?');
                    written++;
                }
            }
        }

        if (!isLineStart)
        {
            _writer.LineEnd();
        }

        _writer.LineEnd().Text("--").Text(boundary).Text("--").LineEnd();
    }
}
