using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Looks at a message's header section while it passes, and adds at its end what a submission must have and this one lacks:
/// Date and Message-ID (RFC 6409 sections 8.1 and 8.2, RFC 5322 section 3.6). While the clock is not set no Date is added; the
/// forwarder does that later, from the time of receipt. A text that has no header section gets one. Allocates nothing after
/// construction.
/// </summary>
internal sealed class MessageHeader
{
    // The longest name of a field that is waited for; longer ones are none.
    private const int LongestName = 100;

    private readonly Limits _limits;
    private readonly IClock _clock;
    private readonly byte[] _hostname;
    private readonly HeaderLineParser _parser = new HeaderLineParser();
    private readonly Random _random = new Random();

    // The beginning of a line as long as it is not known what it is; and what is added.
    private readonly ByteBuffer _text;
    private long _id;
    private int _octets;
    private int _fields;
    private int _hops;
    private bool _isDecided;
    private bool _hasDate;
    private bool _hasMessageId;

    /// <summary>Makes an object for message after message.</summary>
    /// <param name="limits">The bounds of a header section.</param>
    /// <param name="clock">For what is added.</param>
    /// <param name="hostname">Our name.</param>
    public MessageHeader(Limits limits, IClock clock, byte[] hostname)
    {
        _limits = limits;
        _clock = clock;
        _hostname = hostname;
        _text = new ByteBuffer(LongestName + hostname.Length + 128);
    }

    /// <summary>Whether the section has come to its end: what follows is no business of this object.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What is wrong with the section.</summary>
    public MessageFault Fault { get; private set; }

    /// <summary>Gets ready for a message.</summary>
    /// <param name="id">Its number in the spool.</param>
    public void Begin(long id)
    {
        _id = id;
        _octets = 0;
        _fields = 0;
        _hops = 0;
        _hasDate = false;
        _hasMessageId = false;
        IsOver = false;
        Fault = MessageFault.None;
        EndLine();
    }

    /// <summary>Says that a line has ended.</summary>
    public void EndLine()
    {
        _isDecided = false;
        _text.Clear();
        _parser.Reset();
    }

    /// <summary>Passes octets on, all of one line.</summary>
    /// <returns>False when the writer takes no more.</returns>
    public bool Write(IMessageWriter writer, byte[] bytes, int offset, int count)
    {
        int used = 0;
        _octets += count;
        if (!_isDecided && !IsOver)
        {
            int room = LongestName - _text.Count;
            used = _parser.Feed(bytes, offset, count < room ? count : room);
            _text.Append(bytes, offset, used);
            if (_parser.State == HeaderLineParser.Outcome.NeedsMore && _text.Count < LongestName)
            {
                return true;
            }

            _isDecided = true;
            if (!TakeLine(writer))
            {
                return false;
            }
        }

        if (_octets > _limits.HeaderBytes && !IsOver && Fault == MessageFault.None)
        {
            Fault = MessageFault.BadHeader;
        }

        return used == count || writer.Append(bytes, offset + used, count - used);
    }

    /// <summary>Ends a message that may have ended before its header section.</summary>
    /// <returns>False when the writer takes no more.</returns>
    public bool End(IMessageWriter writer)
    {
        return IsOver || Complete(writer, false);
    }

    private bool TakeLine(IMessageWriter writer)
    {
        HeaderLineParser.Alternative line = _parser.MatchedAlternative;
        if (_parser.State == HeaderLineParser.Outcome.Matched && line != HeaderLineParser.Alternative.HeaderEnd)
        {
            if (line == HeaderLineParser.Alternative.FieldStart)
            {
                NoteField(_text.Start, _text.Start + _parser.CaptureEnd(0));
                return Pass(writer, 0);
            }

            if (_fields > 0)
            {
                return Pass(writer, 0);
            }
        }

        return Complete(writer, _parser.State != HeaderLineParser.Outcome.Matched || line != HeaderLineParser.Alternative.HeaderEnd);
    }

    private void NoteField(int start, int end)
    {
        _fields++;
        _hasDate |= Ascii.EqualsIgnoreCase(_text.Bytes, start, end, "date");
        _hasMessageId |= Ascii.EqualsIgnoreCase(_text.Bytes, start, end, "message-id");
        if (Ascii.EqualsIgnoreCase(_text.Bytes, start, end, "received"))
        {
            _hops++;
        }

        if (_hops > _limits.Hops)
        {
            Fault = MessageFault.Loop;
        }
        else if (_fields > _limits.HeaderFields)
        {
            Fault = MessageFault.BadHeader;
        }
    }

    // Writes what is missing, and behind it what was held back.
    private bool Complete(IMessageWriter writer, bool addEmptyLine)
    {
        IsOver = true;
        int held = _text.Count;
        if (!_hasDate && _clock.IsSet)
        {
            _text.Append("Date: ");
            MailDate.Append(_text, _clock.UtcMilliseconds);
            _text.AppendLineEnd();
        }

        if (!_hasMessageId)
        {
            // The spool's number is used once; the rest tells one board from another, and one life of a board from the next.
            _text.Append("Message-ID: <").AppendNumber(_id).Append(Ascii.Dot).AppendNumber(_clock.UptimeMilliseconds)
                .Append(Ascii.Dot).AppendNumber(_random.Next(int.MaxValue)).Append((byte)'@')
                .Append(_hostname, 0, _hostname.Length).Append(">\r\n");
        }

        if (addEmptyLine)
        {
            _text.AppendLineEnd();
        }

        return Pass(writer, held);
    }

    // Passes on the text from a place on, then what stands before it.
    private bool Pass(IMessageWriter writer, int from)
    {
        return (_text.Count == from || writer.Append(_text.Bytes, _text.Start + from, _text.Count - from))
            && (from == 0 || writer.Append(_text.Bytes, _text.Start, from));
    }
}
