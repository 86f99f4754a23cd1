using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Puts mail of our own into the spool (RFC 5322, RFC 2045, RFC 3834): readable on a phone, in UTF-8, seven bits on the wire,
/// so that any smarthost takes it. Without a set clock there is no Date field (a wrong one is worse; RFC 6409 section 8.1
/// lets the next hop add it). Nothing in a subject or body can add a header field. One thread at a time.
/// </summary>
public sealed class AlertMail
{
    private readonly RelaySettings _settings;
    private readonly ISpool? _spool;
    private readonly IClock _clock;
    private readonly MessageIds _ids;

    /// <param name="settings">Sender, recipient and limits.</param>
    /// <param name="spool">Where mail goes; null for one that only writes.</param>
    /// <param name="clock">For Date and Message-ID.</param>
#if NANOFRAMEWORK_1_0 && !WHOLE_API
    // Out of sight of an application, or the spool would have to be in sight too, names and all.
    internal AlertMail(RelaySettings settings, ISpool? spool, IClock clock)
#else
    public AlertMail(RelaySettings settings, ISpool? spool, IClock clock)
#endif
    {
        _settings = settings;
        _spool = spool;
        _clock = clock;
        _ids = new MessageIds(clock);
    }

    /// <summary>Who alerts come from: as set, or "alerts@" and the host name.</summary>
    internal string From => _settings.AlertFrom.Length > 0 ? _settings.AlertFrom : "alerts@" + _settings.Hostname;

    /// <summary>Who gets them: as set, or "postmaster@" and the host name.</summary>
    public string To => _settings.AlertTo.Length > 0 ? _settings.AlertTo : "postmaster@" + _settings.Hostname;

    /// <summary>Puts a mail into the spool, durably.</summary>
    /// <param name="to">The recipient.</param>
    /// <param name="other">One more, or empty.</param>
    /// <param name="subject">Any text; it becomes one line.</param>
    /// <param name="thread">Mails with the same one are shown together (References, RFC 5322 section 3.6.4).</param>
    /// <param name="body">Any text.</param>
    /// <returns>The message's number; 0 when the spool did not take it.</returns>
    public long Put(string to, string other, string subject, string thread, string body)
    {
        // Made for each mail: they are few, and on a board what is not there takes no memory.
        Envelope envelope = new Envelope();
        if (!WriteEnvelope(envelope, to, other))
        {
            return 0;
        }

        IMessageWriter? message = _spool!.Begin(envelope, 0, true);
        return message != null && Write(message, to, other, subject, thread, body) && _spool.Sync() && message.IsDurable ? message.Id : 0;
    }

    /// <summary>Why the spool refused the last mail, as a sentence.</summary>
    public string Error => _spool!.Error;

    /// <summary>How many messages wait in the spool, ours and others'.</summary>
    public int Waiting => _spool!.Count;

    /// <summary>How much of the spool's quota is used up, in percent.</summary>
    public int PercentUsed => _spool!.PercentUsed;

    /// <summary>Makes the forwarder's thread look at what there is to do.</summary>
    public void Ring() => _spool!.Sync();

    /// <summary>A time for people: of the wall clock if that is set.</summary>
    /// <param name="uptime">The time in milliseconds of uptime.</param>
    public string When(long uptime)
    {
        if (!_clock.IsSet)
        {
            return (uptime / 1000).ToString() + " seconds after start-up (the clock was not set)";
        }

        ByteBuffer date = new ByteBuffer(MailDate.Length);
        MailDate.Append(date, _clock.UtcMilliseconds - _clock.UptimeMilliseconds + uptime);
        return Encoding.UTF8.GetString(date.Bytes, 0, date.Count);
    }

    /// <summary>Text as one line of mail: control characters are blanks, and what is past a limit is cut off between two characters.</summary>
    public static string Line(string? text, int mostBytes) => Text(Utf8Text.Line(text, mostBytes));

    /// <summary>Text of any number of lines within a limit, cut off between two characters.</summary>
    public static string Block(string? text, int mostBytes) => Text(Utf8Text.Block(text, mostBytes));

    /// <summary>Writes who it is from and to.</summary>
    /// <returns>False when it does not fit.</returns>
    internal bool WriteEnvelope(Envelope envelope, string to, string other)
    {
        envelope.Clear();
        envelope.AcceptedUptime = _clock.UptimeMilliseconds;
        envelope.AcceptedUtc = _clock.IsSet ? _clock.UtcMilliseconds : 0;
        byte[] from = Encoding.UTF8.GetBytes(From);
        return envelope.SetReversePath(from, 0, from.Length) && Add(envelope, to) && (other.Length == 0 || Add(envelope, other));
    }

    /// <summary>Writes the message and ends it.</summary>
    /// <returns>False when it was not taken; it is then abandoned.</returns>
    internal bool Write(IMessageWriter message, string to, string other, string subject, string thread, string body)
    {
        MailWriter writer = new MailWriter();
        writer.Start(message);
        writer.Text("From: ").Clean(From).LineEnd();
        writer.Text("To: ").Clean(to).LineEnd();
        if (other.Length > 0)
        {
            writer.Text("Cc: ").Clean(other).LineEnd();
        }

        SubjectField.Write(writer, Utf8Text.Line(subject, _settings.Limits.AlertTitle + _settings.Limits.AlertSource + 100));
        if (_clock.IsSet)
        {
            writer.Text("Date: ").Date(_clock.UtcMilliseconds).LineEnd();
        }

        Id(writer, "Message-ID: <", _ids.Next());

        // No mail has the identifier they refer to: a client hangs them all below the place where it would be.
        byte[] name = Encoding.UTF8.GetBytes(thread);
        string root = "alerts." + (Crc32C.Append(0, name, 0, name.Length) & 0x7FFFFFFF).ToString();
        Id(writer, "In-Reply-To: <", root);
        Id(writer, "References: <", root);
        writer.Text("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Write(writer, Encoding.UTF8.GetBytes(body));
        return writer.End();
    }

    private static string Text(byte[] text) => Encoding.UTF8.GetString(text, 0, text.Length);

    private static bool Add(Envelope envelope, string address)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(address);
        return envelope.AddRecipient(bytes, 0, bytes.Length);
    }

    private void Id(MailWriter writer, string field, string name)
    {
        writer.Text(field).Text(name).Byte((byte)'@').Clean(_settings.Hostname).Text(">\r\n");
    }
}
