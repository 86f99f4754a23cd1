using System;
using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// What real devices send, written anew as SMTP: the grammar finds what a line was meant for, this class puts it together as a
/// strict command, and the strict grammar judges that. So nothing reaches a session that a well-behaved client could not have
/// sent.
/// </summary>
public sealed class Quirks : IQuirks
{
    private const string Unknown = "unknown";

    private static readonly byte[] s_postmaster = Encoding.UTF8.GetBytes("postmaster");

    private readonly QuirkyCommandParser _parser = new QuirkyCommandParser();
    private readonly byte[] _domain;
    private ByteBuffer? _text;

    /// <summary>Makes one for <see cref="RelaySettings.Quirks"/>.</summary>
    /// <param name="hostname">Our name: the domain of a name without one.</param>
    public Quirks(string hostname)
        : this(Encoding.UTF8.GetBytes(hostname.Length > 0 ? hostname : "localhost"))
    {
    }

    private Quirks(byte[] domain)
    {
        _domain = domain;
    }

    /// <inheritdoc/>
    public IQuirks Create()
    {
        return new Quirks(_domain);
    }

    /// <inheritdoc/>
    public IDataReceiver ReceiverFor(MessageSink sink)
    {
        return new LenientDataReceiver(sink);
    }

    /// <inheritdoc/>
    public int Rewrite(byte[] line, int length, byte[] recipient)
    {
        _parser.Reset();
        _parser.Feed(line, 0, length);
        if (_parser.State != QuirkyCommandParser.Outcome.Matched || _parser.CaptureCount == CommandReader.MostCaptures)
        {
            return 0;
        }

        if (_text == null)
        {
            _text = new ByteBuffer(line.Length);
        }

        ByteBuffer text = _text;
        text.Clear();
        switch (_parser.MatchedAlternative)
        {
            case QuirkyCommandParser.Alternative.QuirkyHello:
                text.Append(_parser.Find(QuirkyCommandParser.Rule.HeloWord, 0) >= 0 ? "HELO " : "EHLO ");
                AppendName(text, line, _parser.Find(QuirkyCommandParser.Rule.QuirkyName, 0), true);
                break;
            case QuirkyCommandParser.Alternative.QuirkyMail:
                text.Append("MAIL FROM:<");
                AppendMailbox(text, line, new byte[0]);
                break;
            case QuirkyCommandParser.Alternative.QuirkyRcpt:
                text.Append("RCPT TO:<");
                AppendMailbox(text, line, recipient);
                break;
            case QuirkyCommandParser.Alternative.QuirkyAuth:
                text.Append(_parser.Find(QuirkyCommandParser.Rule.QuirkyLogin, 0) >= 0 ? "AUTH LOGIN" : "AUTH PLAIN");

                // A name in clear is nobody's; where any will do, none will do too.
                text.Append(_parser.Find(QuirkyCommandParser.Rule.QuirkyResponse, 0) >= 0 ? " =" : "");
                break;
            default:
                int rest = _parser.Find(QuirkyCommandParser.Rule.QuirkyRest, 0);
                text.Append(line, 0, rest >= 0 ? _parser.CaptureEnd(rest) : 0);
                break;
        }

        text.AppendLineEnd();
        if (text.Overflowed)
        {
            return 0;
        }

        Array.Copy(text.Bytes, text.Start, line, 0, text.Count);
        return text.Count;
    }

    private void AppendMailbox(ByteBuffer text, byte[] line, byte[] recipient)
    {
        int local = _parser.Find(QuirkyCommandParser.Rule.QuirkyLocal, 0);
        int domain = _parser.Find(QuirkyCommandParser.Rule.QuirkyDomain, 0);
        if (local >= 0)
        {
            int start = _parser.CaptureStart(local);
            int end = _parser.CaptureEnd(local);
            if (domain >= 0 || recipient.Length == 0)
            {
                // Where dots stand where none may, quotes make it right (RFC 5321 section 4.1.2), and it is still the same name.
                string quote = HasOddDots(line, start, end) ? "\"" : "";
                text.Append(quote).Append(line, start, end - start).Append(quote);
            }

            if (domain < 0 && recipient.Length > 0)
            {
                text.Append(recipient, 0, recipient.Length);
            }
            else if (domain < 0 && !Ascii.EqualsIgnoreCase(line, start, end, s_postmaster))
            {
                text.Append((byte)'@').Append(_domain, 0, _domain.Length);
            }
        }
        else if (domain >= 0)
        {
            text.Append(s_postmaster, 0, s_postmaster.Length);
        }

        if (domain >= 0)
        {
            text.Append((byte)'@');
            AppendName(text, line, domain, false);
        }

        text.Append((byte)'>');
        for (int i = _parser.Find(QuirkyCommandParser.Rule.QuirkyParameter, 0); i >= 0; i = _parser.Find(QuirkyCommandParser.Rule.QuirkyParameter, i + 1))
        {
            text.Append(Ascii.Space).Append(line, _parser.CaptureStart(i), _parser.CaptureEnd(i) - _parser.CaptureStart(i));
        }
    }

    private static bool HasOddDots(byte[] line, int start, int end)
    {
        bool isOdd = line[end - 1] == Ascii.Dot;
        byte last = Ascii.Dot;
        for (int i = start; i < end; i++)
        {
            isOdd |= last == Ascii.Dot && line[i] == Ascii.Dot;
            last = line[i];
        }

        return isOdd;
    }

    // A name with letters, digits, and single dots and hyphens between them; what is anything else becomes a hyphen.
    private void AppendName(ByteBuffer text, byte[] line, int capture, bool isHello)
    {
        int before = text.Count;
        if (capture >= 0)
        {
            int end = _parser.CaptureEnd(capture);
            int start = _parser.CaptureStart(capture);
            if (line[start] == '[' && !isHello)
            {
                text.Append(line, start, end - start);
                return;
            }

            for (int i = start; i < end; i++)
            {
                byte value = line[i];
                if (Ascii.IsLetter(value) || Ascii.IsDigit(value) || value >= 0x80 && !isHello)
                {
                    text.Append(value);
                }
                else if (value == Ascii.Dot)
                {
                    DropMarks(text, before);
                    if (text.Count > before)
                    {
                        text.Append(value);
                    }
                }
                else if (text.Count > before && text.Bytes[text.End - 1] != Ascii.Dot)
                {
                    text.Append((byte)'-');
                }
            }

            DropMarks(text, before);
        }

        if (text.Count == before)
        {
            text.Append(Unknown);
        }
    }

    private static void DropMarks(ByteBuffer text, int before)
    {
        while (text.Count > before && (text.Bytes[text.End - 1] == Ascii.Dot || text.Bytes[text.End - 1] == '-'))
        {
            text.Truncate(text.Count - 1);
        }
    }
}
