using System;

namespace SmtpEmbedded.Relay;

/// <summary>Why a message that is being received will be refused at its end.</summary>
public enum MessageFault
{
    /// <summary>Nothing so far.</summary>
    None,

    /// <summary>More octets than <see cref="Limits.MessageBytes"/>: 552 5.3.4.</summary>
    TooBig,

    /// <summary>A CR or LF that is not part of CRLF, or a NUL: 554 5.6.0.</summary>
    StrayOctets,

    /// <summary>A line longer than <see cref="Limits.TextLine"/>: 554 5.6.0.</summary>
    LongLine,

    /// <summary>More octets or fields in the header section than <see cref="Limits.HeaderBytes"/> and <see cref="Limits.HeaderFields"/>: 554 5.6.0.</summary>
    BadHeader,

    /// <summary>More Received fields than <see cref="Limits.Hops"/>: 554 5.4.6.</summary>
    Loop,

    /// <summary>The spool took no more: 452 4.3.1.</summary>
    SpoolFull,
}

/// <summary>
/// Takes a message's bytes from a parser's captures to the spool. The stream is named by positions as the parser counts them;
/// what cannot be decided yet (a dot at the start of a line, a CR) is held back across chunks. After a fault the writer is
/// abandoned at once, and the rest of the message is only counted. Allocates nothing after construction.
/// </summary>
public sealed class MessageSink
{
    // The longest undecided end of a chunk is two octets: a dot and a CR at the start of a line.
    private const int MostHeld = 8;

    private static readonly byte[] s_lineEnd = new byte[] { Ascii.Cr, Ascii.Lf };

    private static readonly byte[] s_space = new byte[] { Ascii.Space };

    private readonly Limits _limits;
    private readonly MessageHeader _header;
    private readonly byte[] _held = new byte[MostHeld];
    private IMessageWriter? _writer;
    private IMessageWriter? _ended;
    private byte[] _buffer;
    private int _offset;
    private int _bufferPosition;
    private int _taken;
    private int _heldCount;
    private int _lineStart;
    private long _octets;
    private byte _lastOctet;

    /// <summary>Makes a sink.</summary>
    /// <param name="limits">The largest message, our own trace field not counted, and its longest line.</param>
    /// <param name="header">What its header section passes through.</param>
    internal MessageSink(Limits limits, MessageHeader header)
    {
        _limits = limits;
        _header = header;
        _buffer = _held;
    }

    /// <summary>Whether a bare CR, LF or NUL is made good instead of refused.</summary>
    public bool FixesStrays { get; set; }

    /// <summary>Why the message will be refused, the first reason if there are several.</summary>
    public MessageFault Fault { get; private set; }

    /// <summary>The message's number in the spool, for the reply; 0 without one.</summary>
    public long Id { get; private set; }

    /// <summary>Begins a message.</summary>
    /// <param name="writer">Where its bytes go; the sink ends or abandons it.</param>
    public void Begin(IMessageWriter writer)
    {
        Abandon();
        _writer = writer;
        _ended = null;
        Id = writer.Id;
        Fault = MessageFault.None;
        _taken = 0;
        _heldCount = 0;
        _octets = 0;
        _lineStart = 0;
        _lastOctet = Ascii.Lf;
        _header.Begin(writer.Id);
    }

    /// <summary>Says where the bytes are that the next calls speak of.</summary>
    /// <param name="buffer">A chunk of the stream.</param>
    /// <param name="offset">Where the chunk begins.</param>
    /// <param name="position">The position in the stream of its first byte.</param>
    public void Look(byte[] buffer, int offset, int position)
    {
        _buffer = buffer;
        _offset = offset;
        _bufferPosition = position;
    }

    /// <summary>Everything up to the position that is not yet taken is message.</summary>
    public void PassTo(int position)
    {
        CheckLine(position);

        // Positions may wrap past 2 GiB; their differences do not.
        int count = position - _taken;
        int old = _bufferPosition - _taken;
        if (count > 0 && old > 0)
        {
            int fromHeld = count < old ? count : old;
            Write(_held, _heldCount - old, fromHeld);
            _taken += fromHeld;
            count -= fromHeld;
        }

        if (count > 0)
        {
            Write(_buffer, _offset + (_taken - _bufferPosition), count);
            _taken += count;
        }
    }

    /// <summary>Everything up to the position that is not yet taken is framing and no part of the message.</summary>
    public void DropTo(int position)
    {
        if (position - _taken > 0)
        {
            // A stuffed dot is not part of the line (RFC 5321 section 4.5.3.1.6).
            _lineStart += position - _taken;
            _taken = position;
        }
    }

    /// <summary>A line of the message ends at the position.</summary>
    public void EndLine(int position)
    {
        CheckLine(position);
        _lineStart = position;
        if (!_header.IsOver)
        {
            PassTo(position);
            _header.EndLine();
        }
    }

    /// <summary>What lies between the positions is a bare CR, a bare LF or a NUL. Made good, a LF becomes the end of line it was meant for, the others a space.</summary>
    public void Stray(int start, int end, bool isLf)
    {
        PassTo(start);
        DropTo(end);
        if (!FixesStrays)
        {
            Refuse(MessageFault.StrayOctets);
        }
        else if (isLf)
        {
            Write(s_lineEnd, 0, s_lineEnd.Length);
            EndLine(end);
        }
        else
        {
            Write(s_space, 0, 1);
        }
    }

    /// <summary>Keeps what lies between the last position taken and the end of the chunk until more is known.</summary>
    public void Hold(int end)
    {
        int count = end - _taken;
        int old = _bufferPosition - _taken;
        int kept = 0;
        if (old > 0)
        {
            // The chunk was too short to decide: what was held goes on being held.
            Array.Copy(_held, _heldCount - old, _held, 0, old);
            kept = old;
        }

        if (count > kept)
        {
            Array.Copy(_buffer, _offset + (_taken + kept - _bufferPosition), _held, kept, count - kept);
        }

        _heldCount = count;
    }

    /// <summary>Makes sure the message ends in CRLF: a chunk may end anywhere, a message that is sent on by DATA may not.</summary>
    public void EndLine()
    {
        if (_lastOctet != Ascii.Lf)
        {
            Write(s_lineEnd, 0, s_lineEnd.Length);
            _header.EndLine();
        }
    }

    /// <summary>Refuses the message; the spool forgets it now.</summary>
    public void Refuse(MessageFault fault)
    {
        if (Fault == MessageFault.None)
        {
            Fault = fault;
            Abandon();
        }
    }

    /// <summary>Ends the message in the spool.</summary>
    /// <returns>False when the spool would not; it has then forgotten it.</returns>
    public bool End()
    {
        if (_writer == null)
        {
            return false;
        }

        if (_header.End(_writer) && _writer.End())
        {
            _ended = _writer;
            _writer = null;
            return true;
        }

        Abandon();
        return false;
    }

    /// <summary>Whether the message that was ended last is durable; asked once, after the spool was told to sync.</summary>
    public bool IsDurable()
    {
        bool durable = _ended != null && _ended.IsDurable;
        _ended = null;
        return durable;
    }

    /// <summary>Forgets a message that has not ended.</summary>
    public void Abandon()
    {
        if (_writer != null)
        {
            _writer.Abandon();
            _writer = null;
        }
    }

    private void Write(byte[] bytes, int offset, int count)
    {
        _octets += count;
        _lastOctet = bytes[offset + count - 1];
        if (_octets > _limits.MessageBytes)
        {
            Refuse(MessageFault.TooBig);
        }
        else if (_writer != null && !(_header.IsOver ? _writer.Append(bytes, offset, count) : _header.Write(_writer, bytes, offset, count)))
        {
            Refuse(MessageFault.SpoolFull);
        }
        else if (_header.Fault != MessageFault.None)
        {
            Refuse(_header.Fault);
        }
    }

    private void CheckLine(int end)
    {
        int longest = _lineStart + _limits.TextLine;
        if (end - longest > 0)
        {
            // What stands before may have been wrong already: the first fault counts, however the message was cut.
            PassTo(longest);
            Refuse(MessageFault.LongLine);
        }
    }
}
