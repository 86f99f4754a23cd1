namespace SmtpEmbedded.Relay;

/// <summary>
/// Reads one message back from the spool: its envelope, and its bytes as often as needed. Reusable: one reader serves one
/// message after another (<see cref="ISpool.Open"/>). One thread at a time.
/// </summary>
public sealed class MessageReader
{
    private IMessageSource? _source;
    private IMessageSource? _last;
    private readonly byte[] _none = new byte[0];
    private byte[] _prefix = new byte[0];
    private int _prefixRead;

    /// <summary>Creates a reader with the default limits for envelopes.</summary>
    public MessageReader()
        : this(Envelope.DefaultMaximumBytes, Envelope.DefaultMaximumRecipients)
    {
    }

    /// <summary>Creates a reader.</summary>
    /// <param name="maximumEnvelopeBytes">The most bytes an envelope may take.</param>
    /// <param name="maximumRecipients">The most recipients an envelope may name.</param>
    public MessageReader(int maximumEnvelopeBytes, int maximumRecipients)
    {
        Envelope = new Envelope(maximumEnvelopeBytes, maximumRecipients);
    }

    /// <summary>The envelope of the message that is open.</summary>
    public Envelope Envelope { get; }

    /// <summary>Reads the next bytes of the message: CRLF line ends, dots not stuffed.</summary>
    /// <returns>How many were read; 0 at the end, -1 when the message is damaged or the disk fails.</returns>
    public int Read(byte[] buffer, int offset, int count)
    {
        int left = _prefix.Length - _prefixRead;
        if (left > 0 && _source != null)
        {
            int taken = left < count ? left : count;
            System.Array.Copy(_prefix, _prefixRead, buffer, offset, taken);
            _prefixRead += taken;
            return taken;
        }

        return _source == null ? -1 : _source.Read(buffer, offset, count);
    }

    /// <summary>Whole lines that are read before the message, as if they were its first; not changed afterwards.</summary>
    public byte[] Prefix
    {
        get => _prefix;
        set
        {
            _prefix = value;
            _prefixRead = 0;
        }
    }

    /// <summary>Starts over at the first byte of the message.</summary>
    public void Rewind()
    {
        _prefixRead = 0;
        _source?.Rewind();
    }

    /// <summary>Lets go of the message; calling it again does nothing.</summary>
    public void Close()
    {
        _source?.Close();
        _source = null;
    }

    /// <summary>Reads from a source from now on; for implementations of <see cref="ISpool"/>.</summary>
    public void Attach(IMessageSource source)
    {
        if (_source != source)
        {
            Close();
        }

        _prefix = _none;
        _source = source;
        _last = source;
    }

    /// <summary>What was read from last, for an implementation that wants to use its source again; may still be attached.</summary>
    public IMessageSource? LastSource => _last;
}
