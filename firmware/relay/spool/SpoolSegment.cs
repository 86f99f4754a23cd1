namespace SmtpEmbedded.Relay;

/// <summary>What the spool knows about one segment. Guarded by the spool's lock.</summary>
internal sealed class SpoolSegment
{
    private const int Closed = 1;
    private const int Failed = 2;
    private const int Dirty = 4;
    private const int Syncing = 8;
    private const int Synced = 16;
    private const int Busy = 32;
    private const int Unreadable = 64;
    private const int State = 128;
    private const int Refused = 256;

    // On a board every field takes 12 bytes of every segment; so what can be is kept in a few.
    private int _flags;
    private long _references;
    private int _users;

    public SpoolSegment(int number, int seed)
    {
        Number = number;
        Seed = seed;
        ForgetReferences();
    }

    public int Number { get; }

    /// <summary>What its record heads are checked against.</summary>
    public int Seed { get; set; }

    /// <summary>The file while it is open for appending.</summary>
    public ISegment? Output { get; set; }

    /// <summary>The file while it is open for reading.</summary>
    public ISegment? Input { get; set; }

    /// <summary>How many readers use <see cref="Input"/>.</summary>
    public int Readers
    {
        get { return _users >> 16; }
        set { _users = (value << 16) | Writers; }
    }

    /// <summary>Its bytes, those in <see cref="Buffer"/> included.</summary>
    public long Length { get; set; }

    /// <summary>Bytes on their way to the file; null when they go there directly.</summary>
    public byte[]? Buffer { get; set; }

    public int Buffered { get; set; }

    /// <summary>Takes no new message and no new state record; writers that began in it may go on.</summary>
    public bool IsClosed
    {
        get { return Has(Closed); }
        set { Set(Closed, value); }
    }

    /// <summary>The disk refused bytes: nothing is ever appended again.</summary>
    public bool HasFailed
    {
        get { return Has(Failed); }
        set { Set(Failed, value); }
    }

    /// <summary>Holds bytes that no sync has covered.</summary>
    public bool IsDirty
    {
        get { return Has(Dirty); }
        set { Set(Dirty, value); }
    }

    /// <summary>A sync works on <see cref="Output"/> without the lock.</summary>
    public bool IsSyncing
    {
        get { return Has(Syncing); }
        set { Set(Syncing, value); }
    }

    /// <summary>What the last sync said.</summary>
    public bool SyncFailed
    {
        get { return Has(Refused); }
        set { Set(Refused, value); }
    }

    /// <summary>Some of it is durable.</summary>
    public bool WasSynced
    {
        get { return Has(Synced); }
        set { Set(Synced, value); }
    }

    /// <summary>Someone removes or cleans it.</summary>
    public bool IsBusy
    {
        get { return Has(Busy); }
        set { Set(Busy, value); }
    }

    /// <summary>Could not be read when the spool was opened: nobody knows what it holds, so it stays.</summary>
    public bool IsUnreadable
    {
        get { return Has(Unreadable); }
        set { Set(Unreadable, value); }
    }

    /// <summary>Recovery found records in it about what happened to messages.</summary>
    public bool HasState
    {
        get { return Has(State); }
        set { Set(State, value); }
    }

    /// <summary>Why it has to be set aside; null when it is sound.</summary>
    public string? Damage { get; set; }

    /// <summary>Messages begun here and not ended.</summary>
    public int Writers
    {
        get { return _users & 0xFFFF; }
        set { _users = (Readers << 16) | value; }
    }

    /// <summary>Messages here that exist.</summary>
    public int Live { get; set; }

    /// <summary>How many bytes those messages take here.</summary>
    public long LiveBytes { get; set; }

    /// <summary>The lowest number of the segments that hold what state records in here speak about; while one of those exists, these records are needed.</summary>
    public int OldestReference => (int)_references;

    /// <summary>The highest of those numbers. With a segment a message it may be above this segment's own.</summary>
    public int NewestReference => (int)(_references >> 32);

    /// <summary>The last Done record about a message in here: the segment may go once that is durable.</summary>
    public long DoneSequence { get; set; }

    /// <summary>Notes that a record in here speaks about a message whose copies are in segments of these numbers.</summary>
    public void Refer(int oldest, int newest)
    {
        oldest = oldest < OldestReference ? oldest : OldestReference;
        newest = newest > NewestReference ? newest : NewestReference;
        _references = ((long)newest << 32) | (uint)oldest;
    }

    /// <summary>Nothing in here is needed any more, whatever its records speak about.</summary>
    public void ForgetReferences()
    {
        _references = ((long)int.MinValue << 32) | int.MaxValue;
    }

    private bool Has(int flag)
    {
        return (_flags & flag) != 0;
    }

    private void Set(int flag, bool value)
    {
        _flags = value ? _flags | flag : _flags & ~flag;
    }
}
