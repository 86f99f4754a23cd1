using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes an alert as mail (RFC 5322, RFC 2045, RFC 3834): readable on a phone, in UTF-8, seven bits on the wire, so that any
/// smarthost takes it. Without a set clock there is no Date field (a wrong one is worse; RFC 6409 section 8.1 lets the next
/// hop add it). Nothing in source, title or details can add a header field. One thread at a time.
/// </summary>
internal sealed class AlertComposer
{
    private readonly RelaySettings _settings;
    private readonly IClock _clock;
    private readonly MessageIds _ids;
    private readonly MailWriter _writer = new MailWriter();

    /// <summary>Makes a composer.</summary>
    public AlertComposer(RelaySettings settings, IClock clock)
    {
        _settings = settings;
        _clock = clock;
        _ids = new MessageIds(clock);
    }

    /// <summary>Who alerts come from: as set, or "alerts@" and the host name.</summary>
    public string From => _settings.AlertFrom.Length > 0 ? _settings.AlertFrom : "alerts@" + _settings.Hostname;

    /// <summary>Who gets them: as set, or "postmaster@" and the host name.</summary>
    public string To => _settings.AlertTo.Length > 0 ? _settings.AlertTo : "postmaster@" + _settings.Hostname;

    /// <summary>Writes the envelope of an alert.</summary>
    /// <returns>False when it does not fit.</returns>
    public bool WriteEnvelope(Envelope envelope)
    {
        byte[] from = Encoding.UTF8.GetBytes(From);
        byte[] to = Encoding.UTF8.GetBytes(To);
        envelope.Clear();
        envelope.AcceptedUptime = _clock.UptimeMilliseconds;
        envelope.AcceptedUtc = _clock.IsSet ? _clock.UtcMilliseconds : 0;
        return envelope.SetReversePath(from, 0, from.Length) && envelope.AddRecipient(to, 0, to.Length);
    }

    /// <summary>Writes the message and ends it.</summary>
    /// <returns>False when the spool did not take it; the message is then abandoned.</returns>
    public bool WriteMessage(IMessageWriter message, Severity severity, string source, string title, string details)
    {
        byte[] cleanSource = Utf8Text.Line(source, _settings.Limits.AlertSource);
        byte[] cleanTitle = Utf8Text.Line(title, _settings.Limits.AlertTitle);
        _writer.Start(message);
        WriteHeader(severity, cleanSource, cleanTitle);
        WriteBody(severity, cleanSource, cleanTitle, details);
        return _writer.End();
    }

    private void WriteHeader(Severity severity, byte[] source, byte[] title)
    {
        _writer.Text("From: ").Clean(From).LineEnd();
        _writer.Text("To: ").Clean(To).LineEnd();
        byte[] prefix = Encoding.UTF8.GetBytes("[" + Name(severity) + "] ");
        byte[] colon = source.Length > 0 && title.Length > 0 ? Encoding.UTF8.GetBytes(": ") : new byte[0];
        SubjectField.Write(_writer, Join(prefix, source, colon, title));
        if (_clock.IsSet)
        {
            _writer.Text("Date: ").Date(_clock.UtcMilliseconds).LineEnd();
        }

        _writer.Text("Message-ID: <").Text(_ids.Next()).Byte((byte)'@').Clean(_settings.Hostname).Text(">").LineEnd();
        _writer.Text("Auto-Submitted: auto-generated").LineEnd();
        _writer.Text("MIME-Version: 1.0").LineEnd();
        _writer.Text("Content-Type: text/plain; charset=utf-8").LineEnd();
        _writer.Text("Content-Transfer-Encoding: quoted-printable").LineEnd();
        _writer.LineEnd();
    }

    private void WriteBody(Severity severity, byte[] source, byte[] title, string details)
    {
        QuotedPrintable.Write(_writer, title);
        _writer.LineEnd();
        byte[] block = Utf8Text.Block(details, _settings.Limits.AlertDetails);
        if (block.Length > 0)
        {
            QuotedPrintable.Write(_writer, block);
            _writer.LineEnd();
        }

        _writer.Text("Severity: ").Text(Name(severity)).LineEnd();
        WriteLine("Source: ", source);
        WriteLine("Relay: ", Utf8Text.Line(_settings.Hostname, _settings.Limits.Domain));
        if (_clock.IsSet)
        {
            _writer.Text("Raised: ").Date(_clock.UtcMilliseconds).LineEnd();
        }
        else
        {
            _writer.Text("Raised: ").Number(_clock.UptimeMilliseconds / 1000).Text(" seconds after start-up (the clock was not set)").LineEnd();
        }
    }

    private void WriteLine(string label, byte[] value)
    {
        if (value.Length > 0)
        {
            QuotedPrintable.Write(_writer, Join(Encoding.UTF8.GetBytes(label), value, new byte[0], new byte[0]));
        }
    }

    // Written out, for on the device the text of an enum value is its number.
    private static string Name(Severity severity)
    {
        switch (severity)
        {
            case Severity.Information:
                return "Information";
            case Severity.Warning:
                return "Warning";
            case Severity.Error:
                return "Error";
            default:
                return "Critical";
        }
    }

    private static byte[] Join(byte[] first, byte[] second, byte[] third, byte[] fourth)
    {
        byte[] all = new byte[first.Length + second.Length + third.Length + fourth.Length];
        System.Array.Copy(first, 0, all, 0, first.Length);
        System.Array.Copy(second, 0, all, first.Length, second.Length);
        System.Array.Copy(third, 0, all, first.Length + second.Length, third.Length);
        System.Array.Copy(fourth, 0, all, first.Length + second.Length + third.Length, fourth.Length);
        return all;
    }
}
