using System;

namespace SmtpEmbedded.Relay;

/// <summary>Why a message that is being received will be refused at its end.</summary>
internal enum MessageFault
{
    /// <summary>Nothing so far.</summary>
    None,

    /// <summary>More octets than <see cref="Limits.MessageBytes"/>: 552 5.3.4.</summary>
    TooBig,

    /// <summary>A CR or LF that is not part of CRLF, or a NUL: 554 5.6.0.</summary>
    StrayOctets,

    /// <summary>The spool took no more: 452 4.3.1.</summary>
    SpoolFull,
}

/// <summary>
/// Takes a message's bytes from a parser's captures to the spool. The stream is named by positions as the parser counts them;
/// what cannot be decided yet (a dot at the start of a line, a CR) is held back across chunks. After a fault the writer is
/// abandoned at once, and the rest of the message is only counted. Allocates nothing after construction.
/// </summary>
internal sealed class MessageSink
{
    // The longest undecided end of a chunk is two octets: a dot and a CR at the start of a line.
    private const int MostHeld = 8;

    private static readonly byte[] s_lineEnd = new byte[] { Ascii.Cr, Ascii.Lf };

    private readonly long _mostOctets;
    private readonly byte[] _held = new byte[MostHeld];
    private IMessageWriter? _writer;
    private IMessageWriter? _ended;
    private byte[] _buffer;
    private int _offset;
    private int _bufferPosition;
    private int _taken;
    private int _heldCount;
    private long _octets;
    private byte _lastOctet;

    /// <summary>Makes a sink.</summary>
    /// <param name="mostOctets">The largest message, our own trace field not counted.</param>
    public MessageSink(long mostOctets)
    {
        _mostOctets = mostOctets;
        _buffer = _held;
    }

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
        _lastOctet = Ascii.Lf;
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
            _taken = position;
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

        if (_writer.End())
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
        if (_octets > _mostOctets)
        {
            Refuse(MessageFault.TooBig);
        }
        else if (_writer != null && !_writer.Append(bytes, offset, count))
        {
            Refuse(MessageFault.SpoolFull);
        }
    }
}
