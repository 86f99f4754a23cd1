namespace SmtpEmbedded.Relay;

/// <summary>
/// What the client said about a message outside of it (RFC 5321 section 2.3.1): the reverse-path, the recipients, and the
/// options given with them. It is kept as the bytes the spool writes, so that taking a command's parameters in and putting
/// the envelope to disk are plain copies. Reusable; one thread at a time. Values are held as received: without the angle
/// brackets, xtext (RFC 3461 section 4) not decoded.
/// </summary>
/// <remarks>
/// Order matters in one place only: <see cref="SetNotify"/> and <see cref="SetOriginalRecipient"/> speak about the recipient
/// added last. Everything that can be refused returns false and leaves the envelope as it was.
/// </remarks>
public sealed class Envelope
{
    /// <summary>The most bytes an envelope takes unless told otherwise.</summary>
    public const int DefaultMaximumBytes = 65536;

    /// <summary>The most recipients unless told otherwise (RFC 5321 section 4.5.3.1.8 asks for at least 100).</summary>
    public const int DefaultMaximumRecipients = 1000;

    // Layout: a fixed head, then fields of tag (1), length (2, little-endian), value. FORMAT.md says the same in words.
    private const int HeadBytes = 16;
    private const int FieldHeadBytes = 3;
    private const byte CurrentVersion = 1;
    private const byte SmtpUtf8Flag = 1;
    private const byte EightBitFlag = 2;
    private const int VersionPlace = 0;
    private const int FlagsPlace = 1;
    private const int RetPlace = 2;
    private const int AcceptedPlace = 8;
    private const byte ReversePathTag = 1;
    private const byte RecipientTag = 2;
    private const byte OriginalRecipientTag = 3;
    private const byte NotifyTag = 4;
    private const byte EnvelopeIdTag = 5;
    private const byte ClientAddressTag = 6;
    private const byte HeloTag = 7;

    private readonly int _maximumBytes;
    private readonly int _maximumRecipients;
    private byte[] _bytes;
    private int _count;
    private int[] _recipients;
    private int _recipientCount;

    /// <summary>Creates an empty envelope with the default limits.</summary>
    public Envelope()
        : this(DefaultMaximumBytes, DefaultMaximumRecipients)
    {
    }

    /// <summary>Creates an empty envelope. It starts small and grows to its limits as needed.</summary>
    /// <param name="maximumBytes">The most bytes its encoded form may take.</param>
    /// <param name="maximumRecipients">The most recipients, 1 to 65535.</param>
    public Envelope(int maximumBytes, int maximumRecipients)
    {
        _maximumBytes = maximumBytes < HeadBytes ? HeadBytes : maximumBytes;
        _maximumRecipients = maximumRecipients;
        _bytes = new byte[_maximumBytes < 64 ? _maximumBytes : 64];
        _recipients = new int[4];
        Clear();
    }

    /// <summary>The encoded form; its first <see cref="Count"/> bytes count. The array changes when the envelope grows: do not keep it.</summary>
    public byte[] Bytes => _bytes;

    /// <summary>How many bytes the encoded form takes.</summary>
    public int Count => _count;

    /// <summary>The most recipients this envelope takes.</summary>
    public int MaximumRecipients => _maximumRecipients;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        for (int i = 0; i < HeadBytes; i++)
        {
            _bytes[i] = 0;
        }

        _bytes[VersionPlace] = CurrentVersion;
        _count = HeadBytes;
        _recipientCount = 0;
        AcceptedUptime = 0;
    }

    /// <summary>Whether a reverse-path has been set; the empty one ("MAIL FROM:&lt;&gt;") counts.</summary>
    public bool HasReversePath => Find(ReversePathTag) != 0;

    /// <summary>Sets who is told when the message fails: the bytes between &lt; and &gt;, none for the null reverse-path (RFC 5321 section 4.5.5).</summary>
    /// <returns>False when it is set already or there is no room.</returns>
    public bool SetReversePath(byte[] buffer, int offset, int count)
    {
        return AddOnce(ReversePathTag, buffer, offset, count);
    }

    /// <summary>Where the reverse-path begins in <see cref="Bytes"/>.</summary>
    public int ReversePathOffset => Find(ReversePathTag) + FieldHeadBytes;

    /// <summary>How long the reverse-path is; 0 for the null reverse-path.</summary>
    public int ReversePathLength => LengthAt(Find(ReversePathTag));

    /// <summary>Adds a recipient: the bytes between &lt; and &gt;.</summary>
    /// <returns>False when there is no room for it: answer 452 4.5.3.</returns>
    public bool AddRecipient(byte[] buffer, int offset, int count)
    {
        if (_recipientCount >= _maximumRecipients)
        {
            return false;
        }

        int place = Add(RecipientTag, buffer, offset, count);
        if (place < 0)
        {
            return false;
        }

        NoteRecipient(place);
        return true;
    }

    /// <summary>How many recipients there are.</summary>
    public int RecipientCount => _recipientCount;

    /// <summary>Where a recipient begins in <see cref="Bytes"/>.</summary>
    /// <param name="index">From 0.</param>
    public int RecipientOffset(int index) => _recipients[index] + FieldHeadBytes;

    /// <summary>How long a recipient is.</summary>
    /// <param name="index">From 0.</param>
    public int RecipientLength(int index) => LengthAt(_recipients[index]);

    /// <summary>Sets when the sender wants to hear about the recipient added last (RFC 3461 section 4.1).</summary>
    /// <param name="notify">Values of <see cref="DsnNotify"/> added up.</param>
    /// <returns>False when there is no recipient yet, it is set already, or there is no room.</returns>
    public bool SetNotify(int notify)
    {
        if (_recipientCount == 0 || FindOfRecipient(_recipientCount - 1, NotifyTag) != 0 || !MakeRoom(FieldHeadBytes + 1))
        {
            return false;
        }

        PutFieldHead(NotifyTag, 1);
        _bytes[_count++] = (byte)notify;
        return true;
    }

    /// <summary>When the sender wants to hear about a recipient: values of <see cref="DsnNotify"/> added up, <see cref="DsnNotify.NotGiven"/> when it did not say.</summary>
    /// <param name="index">From 0.</param>
    public int Notify(int index)
    {
        int place = FindOfRecipient(index, NotifyTag);
        return place == 0 || LengthAt(place) != 1 ? DsnNotify.NotGiven : _bytes[place + FieldHeadBytes];
    }

    /// <summary>Sets the ORCPT value of the recipient added last, as it came: "rfc822;" and xtext (RFC 3461 section 4.2).</summary>
    /// <returns>False when there is no recipient yet, it is set already, or there is no room.</returns>
    public bool SetOriginalRecipient(byte[] buffer, int offset, int count)
    {
        return _recipientCount != 0
            && FindOfRecipient(_recipientCount - 1, OriginalRecipientTag) == 0
            && Add(OriginalRecipientTag, buffer, offset, count) >= 0;
    }

    /// <summary>Where the ORCPT value of a recipient begins in <see cref="Bytes"/>.</summary>
    /// <param name="index">From 0.</param>
    public int OriginalRecipientOffset(int index) => FindOfRecipient(index, OriginalRecipientTag) + FieldHeadBytes;

    /// <summary>How long the ORCPT value of a recipient is; 0 when none was given.</summary>
    /// <param name="index">From 0.</param>
    public int OriginalRecipientLength(int index) => LengthAt(FindOfRecipient(index, OriginalRecipientTag));

    /// <summary>Sets the ENVID value as it came, in xtext (RFC 3461 section 4.4).</summary>
    /// <returns>False when it is set already or there is no room.</returns>
    public bool SetEnvelopeId(byte[] buffer, int offset, int count)
    {
        return AddOnce(EnvelopeIdTag, buffer, offset, count);
    }

    /// <summary>Where the ENVID value begins in <see cref="Bytes"/>.</summary>
    public int EnvelopeIdOffset => Find(EnvelopeIdTag) + FieldHeadBytes;

    /// <summary>How long the ENVID value is; 0 when none was given.</summary>
    public int EnvelopeIdLength => LengthAt(Find(EnvelopeIdTag));

    /// <summary>Sets the address of the client: 4 bytes (IPv4) or 16 (IPv6), in network order.</summary>
    /// <returns>False when it is set already or there is no room.</returns>
    public bool SetClientAddress(byte[] buffer, int offset, int count)
    {
        return AddOnce(ClientAddressTag, buffer, offset, count);
    }

    /// <summary>Where the client's address begins in <see cref="Bytes"/>.</summary>
    public int ClientAddressOffset => Find(ClientAddressTag) + FieldHeadBytes;

    /// <summary>How long the client's address is: 4, 16, or 0 for a message made here.</summary>
    public int ClientAddressLength => LengthAt(Find(ClientAddressTag));

    /// <summary>Sets the name the client gave with HELO or EHLO (RFC 5321 section 4.1.1.1).</summary>
    /// <returns>False when it is set already or there is no room.</returns>
    public bool SetHelo(byte[] buffer, int offset, int count)
    {
        return AddOnce(HeloTag, buffer, offset, count);
    }

    /// <summary>Where the name given with HELO or EHLO begins in <see cref="Bytes"/>.</summary>
    public int HeloOffset => Find(HeloTag) + FieldHeadBytes;

    /// <summary>How long the name given with HELO or EHLO is; 0 when none was given.</summary>
    public int HeloLength => LengthAt(Find(HeloTag));

    /// <summary>Whether the client gave SMTPUTF8 (RFC 6531 section 3.4): an address or a header field may hold UTF-8.</summary>
    public bool IsSmtpUtf8
    {
        get => (_bytes[FlagsPlace] & SmtpUtf8Flag) != 0;
        set => SetFlag(SmtpUtf8Flag, value);
    }

    /// <summary>Whether the client gave BODY=8BITMIME (RFC 6152 section 3).</summary>
    public bool IsEightBit
    {
        get => (_bytes[FlagsPlace] & EightBitFlag) != 0;
        set => SetFlag(EightBitFlag, value);
    }

    /// <summary>How much of the message a failure report should carry (RFC 3461 section 4.3).</summary>
    public DsnRet Ret
    {
        get
        {
            byte value = _bytes[RetPlace];
            return value == (byte)DsnRet.Full ? DsnRet.Full : value == (byte)DsnRet.Headers ? DsnRet.Headers : DsnRet.NotGiven;
        }

        set => _bytes[RetPlace] = (byte)value;
    }

    /// <summary>When the message was accepted, in milliseconds since 1970-01-01T00:00:00Z; 0 when the clock was not set.</summary>
    public long AcceptedUtc
    {
        get => LittleEndian.ReadLong(_bytes, AcceptedPlace);
        set => LittleEndian.WriteLong(_bytes, AcceptedPlace, value);
    }

    /// <summary>When the message was accepted, in milliseconds of uptime. Not kept on disk: after a restart the spool works it out from <see cref="AcceptedUtc"/> where it can.</summary>
    public long AcceptedUptime { get; set; }

    /// <summary>Takes over the encoded form of an envelope, checking its structure.</summary>
    /// <returns>False when the bytes are no envelope or do not fit; the envelope is then empty.</returns>
    public bool Load(byte[] buffer, int offset, int count)
    {
        if (!PrepareLoad(count))
        {
            return false;
        }

        System.Array.Copy(buffer, offset, _bytes, 0, count);
        return FinishLoad(count);
    }

    /// <summary>Makes <see cref="Bytes"/> large enough to read an encoded envelope into; <see cref="FinishLoad"/> follows.</summary>
    internal bool PrepareLoad(int count)
    {
        Clear();
        return count >= HeadBytes && MakeRoom(count - HeadBytes);
    }

    internal bool FinishLoad(int count)
    {
        _count = count;
        if (_bytes[VersionPlace] != CurrentVersion || !Index())
        {
            Clear();
            return false;
        }

        return true;
    }

    /// <summary>Becomes a copy of another envelope.</summary>
    /// <returns>False when it does not fit.</returns>
    public bool CopyFrom(Envelope other)
    {
        bool loaded = Load(other._bytes, 0, other._count);
        AcceptedUptime = other.AcceptedUptime;
        return loaded;
    }

    private bool Index()
    {
        int place = HeadBytes;
        while (place < _count)
        {
            if (_count - place < FieldHeadBytes || LengthAt(place) > _count - place - FieldHeadBytes)
            {
                return false;
            }

            // Other fields are looked up when asked for; fields of a later version are passed over.
            if (_bytes[place] == RecipientTag)
            {
                if (_recipientCount >= _maximumRecipients)
                {
                    return false;
                }

                NoteRecipient(place);
            }

            place += FieldHeadBytes + LengthAt(place);
        }

        return true;
    }

    private int FindOfRecipient(int index, byte tag)
    {
        int place = _recipients[index];
        return Find(tag, place + FieldHeadBytes + LengthAt(place), true);
    }

    private int Find(byte tag) => Find(tag, HeadBytes, false);

    // The field with a tag from a place on, or 0; of a recipient only what stands before the next one is said.
    private int Find(byte tag, int place, bool isOfRecipient)
    {
        while (place < _count && !(isOfRecipient && _bytes[place] == RecipientTag))
        {
            if (_bytes[place] == tag)
            {
                return place;
            }

            place += FieldHeadBytes + LengthAt(place);
        }

        return 0;
    }

    private bool AddOnce(byte tag, byte[] buffer, int offset, int count)
    {
        return Find(tag) == 0 && Add(tag, buffer, offset, count) >= 0;
    }

    private void NoteRecipient(int place)
    {
        if (_recipientCount == _recipients.Length)
        {
            int[] larger = new int[_recipients.Length * 2];
            System.Array.Copy(_recipients, 0, larger, 0, _recipientCount);
            _recipients = larger;
        }

        _recipients[_recipientCount++] = place;
    }

    // Place 0 is the head, so it stands for "not there".
    private int LengthAt(int place) => place == 0 ? 0 : _bytes[place + 1] | (_bytes[place + 2] << 8);

    private int Add(byte tag, byte[] buffer, int offset, int count)
    {
        if (count > 0xFFFF || !MakeRoom(FieldHeadBytes + count))
        {
            return -1;
        }

        int place = _count;
        PutFieldHead(tag, count);
        System.Array.Copy(buffer, offset, _bytes, _count, count);
        _count += count;
        return place;
    }

    private void PutFieldHead(byte tag, int length)
    {
        _bytes[_count] = tag;
        _bytes[_count + 1] = (byte)length;
        _bytes[_count + 2] = (byte)(length >> 8);
        _count += FieldHeadBytes;
    }

    private bool MakeRoom(int more)
    {
        int needed = _count + more;
        if (needed > _maximumBytes)
        {
            return false;
        }

        if (needed > _bytes.Length)
        {
            _bytes = Growth.Of(_bytes, 0, _count, needed, _maximumBytes);
        }

        return true;
    }

    private void SetFlag(byte flag, bool value)
    {
        int flags = _bytes[FlagsPlace];
        _bytes[FlagsPlace] = (byte)(value ? flags | flag : flags & ~flag);
    }
}
