using System;
using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// The queue of accepted messages, as a log of records in segments (FORMAT.md). Memory holds a small entry a waiting message
/// and the last bytes on their way to the disk, never a message. All members may be called from any thread.
/// </summary>
/// <remarks>
/// Two locks. <c>_lock</c> guards everything in memory and the order of appended bytes; it is held for copies and buffered
/// writes, never for a sync or a removal. <c>_gate</c> lets one thread sync at a time: those who come meanwhile wait there, and
/// all of them are served by the next sync. Taken in this order: gate, lock.
/// </remarks>
public sealed partial class Spool : ISpool
{
    private const string LogSource = "spool";
    private const string NoMemory = "There is no memory for it.";

    /// <summary>Room for the state of a message with a few recipients.</summary>
    private const int LeastRecord = RecordFormat.HeadBytes + RecordFormat.StatePayloadBytes + 16;

    private readonly ISegmentStore _store;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly SpoolOptions _options;
    private readonly object _lock = new object();
    private readonly object _gate = new object();

    private readonly IdTable _messages = new IdTable();
    private readonly MessageHeap _dueAlerts = new MessageHeap(byDue: false);
    private readonly MessageHeap _due = new MessageHeap(byDue: false);
    private readonly MessageHeap _waiting = new MessageHeap(byDue: true);
    private readonly SegmentList _segments = new SegmentList();

    private SpoolSegment? _active;
    private SpoolSegment? _lastRead;
    private long _nextId = 1;
    private int _nextNumber = 1;
    private int _salt;
    private long _used;
    private long _liveBytes;
    private int _writers;
    private int _undurable;
    private long _retryAt = long.MinValue;
    private byte[]? _spareSegmentBuffer;
    private byte[]?[] _spareBuffers = new byte[]?[2];
    private int _spareCount;
    private byte[] _record = new byte[LeastRecord];
    private string _error = "";

    /// <summary>Creates the spool; <see cref="Open()"/> reads what is there.</summary>
    /// <param name="store">Where the segments are. This spool is its only user.</param>
    /// <param name="clock">For the times of attempts.</param>
    /// <param name="log">Told what recovery did and what the disk refused.</param>
    /// <param name="options">Not changed afterwards.</param>
    public Spool(ISegmentStore store, IClock clock, ILog log, SpoolOptions options)
    {
        _store = store;
        _clock = clock;
        _log = log;
        _options = options;
        _salt = options.Salt;
        if (_salt == 0)
        {
            long time = (clock.UtcMilliseconds * 0x5851F42D4C957F2D) + clock.UptimeMilliseconds;
            _salt = (int)(time ^ (time >> 32)) | 1;
        }
    }

    /// <inheritdoc/>
    public string Error => _error;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _messages.Count - _undurable;
            }
        }
    }

    /// <summary>Puts messages that wait into an array, as many as fit, alerts first and else in no order: for showing.</summary>
    /// <returns>How many it put there.</returns>
    public int Peek(QueuedMessage[] into)
    {
        lock (_lock)
        {
            return _waiting.CopyTo(into, _due.CopyTo(into, _dueAlerts.CopyTo(into, 0)));
        }
    }

    /// <inheritdoc/>
    public int PercentUsed => (int)(UsedBytes * 100 / _options.Quota);

    /// <summary>How many bytes all segments take, as the quota counts them.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    /// <inheritdoc/>
    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        if (envelope.Count > _options.MaximumEnvelopeBytes || envelope.RecipientCount > _options.MaximumRecipients)
        {
            _error = "The envelope is larger than the spool takes.";
            return null;
        }

        SpoolWriter writer;
        lock (_lock)
        {
            int most = _options.MaximumMessages + (isAlert ? _options.ReservedMessages : 0);
            if (_messages.Count + _writers >= most)
            {
                _error = "The spool holds as many messages as it may.";
                return null;
            }

            if (!HasRoom(envelope.Count + (size > 0 ? size : _options.UnknownSize), isAlert))
            {
                return null;
            }

            if (IsDiskLeftAlone())
            {
                return null;
            }

            long now = _clock.UptimeMilliseconds;
            long utc = envelope.AcceptedUtc == 0 && _clock.IsSet ? _clock.UtcMilliseconds : envelope.AcceptedUtc;
            QueuedMessage message = new QueuedMessage(_nextId++, isAlert, envelope.RecipientCount, 0, utc, now);
            writer = new SpoolWriter(this, message, RentBuffer(), isCopy: false);
            _writers++;
        }

        try
        {
            if (writer.WriteEnvelope(envelope))
            {
                return writer;
            }
        }
        catch (OutOfMemoryException)
        {
            _error = NoMemory;
        }

        writer.Abandon();
        return null;
    }

    /// <inheritdoc/>
    public bool Open(QueuedMessage message, MessageReader reader)
    {
        reader.Close();
        SpoolSegment segment;
        ISegment input;
        long offset;
        long stored;
        lock (_lock)
        {
            if (message.Segment == null || message.IsDropped)
            {
                _error = "The message is no longer in the spool.";
                return false;
            }

            segment = message.Segment;
            if (!OpenInput(segment))
            {
                return false;
            }

            input = segment.Input!;
            offset = message.Offset;
            stored = message.StoredBytes;
        }

        return StartReader(reader, segment, input, message.Id, offset, stored);
    }

    /// <summary>The messages that wait, held ones included, in no order: for listing the queue, not for holding them.</summary>
    public QueuedMessage[] Waiting()
    {
        lock (_lock)
        {
            QueuedMessage[] all = new QueuedMessage[_messages.Count - _undurable];
            int count = 0;
            for (int i = 0; i < _messages.Places; i++)
            {
                if (_messages.At(i) is QueuedMessage message && message.IsDurable)
                {
                    all[count++] = message;
                }
            }

            return all;
        }
    }

    /// <summary>Makes everything durable and closes all files. Nothing may be called afterwards.</summary>
    public void Close()
    {
        Sync();
        lock (_lock)
        {
            for (int i = 0; i < _segments.Count; i++)
            {
                SpoolSegment segment = _segments.At(i);
                segment.Output?.Close();
                segment.Output = null;
                segment.Input?.Close();
                segment.Input = null;
                segment.IsClosed = true;
                segment.HasFailed = true;
            }

            _active = null;
        }
    }

    // ---- What the writers call. ------------------------------------------------------------------------------------

    internal void ReturnBuffer(byte[] buffer)
    {
        lock (_lock)
        {
            if (_spareCount == _spareBuffers.Length)
            {
                if (_spareCount >= 64)
                {
                    return;
                }

                byte[]?[] larger = new byte[]?[_spareCount * 2];
                Array.Copy(_spareBuffers, 0, larger, 0, _spareCount);
                _spareBuffers = larger;
            }

            _spareBuffers[_spareCount++] = buffer;
        }
    }

    internal bool IsDurable(QueuedMessage message)
    {
        lock (_lock)
        {
            return message.IsDurable && !message.IsDropped;
        }
    }

    /// <summary>Appends what a writer has gathered, and more behind it.</summary>
    internal bool Write(SpoolWriter writer, byte[] more, int moreCount)
    {
        lock (_lock)
        {
            return WriteLocked(writer, more, moreCount);
        }
    }

    /// <summary>Appends the last records of a message; from then on it exists, durable with the next sync.</summary>
    internal bool EndMessage(SpoolWriter writer)
    {
        lock (_lock)
        {
            QueuedMessage message = writer.Message;
            bool written = WriteLocked(writer, writer.Buffer, 0);
            SpoolSegment? segment = writer.Segment;
            if (!written || segment == null)
            {
                if (segment != null && segment.HasFailed)
                {
                    // Refused, and yet the whole of it may have arrived: its end is recorded, lest it come to life one day.
                    _dones.Add(message.Id, segment.Number, segment.Number, segment, holdsBody: false);
                    _mustRestate = true;
                }

                return false;
            }

            message.Size = writer.Size;
            message.Segment = segment;
            message.Offset = writer.Offset;
            message.StoredBytes = writer.StoredBytes;
            message.OldestCopy = segment.Number;
            message.NewestCopy = segment.Number;
            message.EndOffset = segment.Length;
            message.EndSequence = ++_appended;
            _messages.Set(message);
            AddEnded(message);
            AddLive(segment, message.StoredBytes);
            writer.IsOpen = false;
            _writers--;
            segment.Writers--;
            return true;
        }
    }

    internal void AbandonMessage(SpoolWriter writer)
    {
        lock (_lock)
        {
            if (!writer.IsOpen)
            {
                return;
            }

            writer.IsOpen = false;
            _writers--;
            SpoolSegment? segment = writer.Segment;
            if (segment == null)
            {
                return;
            }

            if (!segment.HasFailed)
            {
                // Only to spare recovery's memory: without its end record the message does not exist anyway.
                RecordFormat.WriteHead(_record, 0, RecordType.Abandoned, 0, 0, writer.Id);
                RecordFormat.Seal(_record, 0, segment.Seed);
                Append(segment, _record, 0, RecordFormat.HeadBytes);
            }

            segment.Writers--;
            CloseOutputIfIdle(segment);
        }
    }

    // ---- What the readers call. ------------------------------------------------------------------------------------

    internal void CloseInput(SpoolSegment segment)
    {
        lock (_lock)
        {
            segment.Readers--;
            if (segment.Readers == 0 && (_options.SegmentPerMessage || segment != _lastRead || segment.Live == 0))
            {
                segment.Input?.Close();
                segment.Input = null;
                _tidyWanted |= segment.Live == 0;
            }
        }
    }

    private bool OpenInput(SpoolSegment segment)
    {
        if (segment.Input == null)
        {
            segment.Input = _store.OpenRead(segment.Number);
            if (segment.Input == null)
            {
                _error = _store.Error;
                return false;
            }
        }

        // The file read last stays open for the next message, for that is mostly in it too.
        if (_lastRead != segment && _lastRead != null && _lastRead.Readers == 0)
        {
            _lastRead.Input?.Close();
            _lastRead.Input = null;
        }

        _lastRead = segment;
        segment.Readers++;
        return true;
    }

    private bool StartReader(MessageReader reader, SpoolSegment segment, ISegment input, long id, long offset, long stored)
    {
        SpoolReader? source = reader.LastSource as SpoolReader;
        bool started;
        try
        {
            if (source == null || !source.IsOf(this))
            {
                source = null;
                source = new SpoolReader(this, _options.ReaderBytes);
            }

            started = source.Start(segment, input, id, offset, stored, reader.Envelope);
        }
        catch (OutOfMemoryException)
        {
            if (source == null)
            {
                CloseInput(segment);
            }
            else
            {
                source.Close();
            }

            _error = NoMemory;
            return false;
        }

        reader.Attach(source);
        if (!started)
        {
            string cause = input.Error;
            reader.Close();
            _error = "Message " + id + " in segment " + segment.Number + " cannot be read" + (cause.Length == 0 ? ": its records are damaged." : ": " + cause);
        }

        return started;
    }

    // ---- Appending. All of it under the lock. ----------------------------------------------------------------------

    private byte[] RentBuffer()
    {
        if (_spareCount == 0)
        {
            return new byte[_options.WriterBytes < 256 ? 256 : _options.WriterBytes];
        }

        byte[] buffer = _spareBuffers[--_spareCount]!;
        _spareBuffers[_spareCount] = null;
        return buffer;
    }

    private bool WriteLocked(SpoolWriter writer, byte[] more, int moreCount)
    {
        int count = writer.Count + moreCount;
        if (!writer.IsCopy && !HasRoom(count, writer.Message.IsAlert))
        {
            return false;
        }

        SpoolSegment? segment = writer.Segment;
        if (segment == null)
        {
            segment = _options.SegmentPerMessage ? CreateSegment(false) : EnsureActive();
            if (segment == null)
            {
                return false;
            }

            writer.Segment = segment;
            writer.Offset = segment.Length;
            segment.Writers++;
            if (segment != _active)
            {
                segment.IsClosed = true;
            }
        }

        if (segment.HasFailed)
        {
            return false;
        }

        writer.Seal(segment.Seed);
        if (!Append(segment, writer.Buffer, 0, writer.Count) || (moreCount > 0 && !Append(segment, more, 0, moreCount)))
        {
            return false;
        }

        writer.StoredBytes += count;
        return true;
    }

    private bool HasRoom(long count, bool isAlert)
    {
        long limit = isAlert ? _options.Quota : _options.Quota - _options.Reserve;
        long needed = count + (_active == null || _options.SegmentPerMessage ? RecordFormat.SegmentHeadBytes : 0);
        if (_active != null && !_options.SegmentPerMessage)
        {
            // Bytes in a unit that is counted already are free.
            needed = Rounded(_active.Length + needed) - Rounded(_active.Length);
        }
        else
        {
            needed = Rounded(needed);
        }

        if (_used + needed > limit)
        {
            _error = "The spool's quota is used up: " + _used + " of " + limit + " bytes.";
            return false;
        }

        return true;
    }

    private long Rounded(long length)
    {
        int unit = _options.AllocationUnit;
        return unit <= 1 ? length : (length + unit - 1) / unit * unit;
    }

    private bool IsDiskLeftAlone()
    {
        return _retryAt > _clock.UptimeMilliseconds;
    }

    /// <summary>The segment that takes new messages and state records; null when the disk refuses a new one.</summary>
    private SpoolSegment? EnsureActive()
    {
        if (_active != null)
        {
            if (_active.Length < _options.SegmentBytes)
            {
                return _active;
            }

            CloseActive();
        }

        _active = CreateSegment(true);
        return _active;
    }

    private void CloseActive()
    {
        SpoolSegment segment = _active!;
        _active = null;
        segment.IsClosed = true;
        if (FlushBuffer(segment))
        {
            _spareSegmentBuffer = segment.Buffer;
            segment.Buffer = null;
            CloseOutputIfIdle(segment);
        }
    }

    private SpoolSegment? CreateSegment(bool buffered)
    {
        if (IsDiskLeftAlone())
        {
            return null;
        }

        int number = _nextNumber;
        SpoolSegment segment = new SpoolSegment(number, RecordFormat.Seed(_salt, number));
        if (buffered)
        {
            segment.Buffer = _spareSegmentBuffer ?? new byte[_options.SegmentBufferBytes < 256 ? 256 : _options.SegmentBufferBytes];
        }

        // Never the same number twice: what failed may be there all the same.
        _nextNumber++;
        ISegment? output = _store.Create(number);
        if (output == null)
        {
            _error = _store.Error;
            LeaveDiskAlone("A new segment cannot be created: " + _error);
            return null;
        }

        segment.Output = output;
        if (buffered)
        {
            _spareSegmentBuffer = null;
        }

        _segments.Add(segment);
        RecordFormat.WriteSegmentHead(_record, 0, number, _nextId, _salt);
        return Append(segment, _record, 0, RecordFormat.SegmentHeadBytes) ? segment : null;
    }

    private bool Append(SpoolSegment segment, byte[] bytes, int offset, int count)
    {
        if (segment.HasFailed)
        {
            return false;
        }

        if (segment.Buffer != null && segment.Buffered + count > segment.Buffer.Length && !FlushBuffer(segment))
        {
            return false;
        }

        MarkDirty(segment);
        if (segment.Buffer != null && count < segment.Buffer.Length)
        {
            Array.Copy(bytes, offset, segment.Buffer, segment.Buffered, count);
            segment.Buffered += count;
        }
        else if (!segment.Output!.Append(bytes, offset, count))
        {
            Fail(segment, segment.Output.Error, syncFailed: false);
            return false;
        }

        _used -= Rounded(segment.Length);
        segment.Length += count;
        _used += Rounded(segment.Length);
        return true;
    }

    private bool FlushBuffer(SpoolSegment segment)
    {
        if (segment.Buffered == 0)
        {
            return !segment.HasFailed;
        }

        if (!segment.Output!.Append(segment.Buffer!, 0, segment.Buffered))
        {
            Fail(segment, segment.Output.Error, syncFailed: false);
            return false;
        }

        segment.Buffered = 0;
        return true;
    }

    private void CloseOutputIfIdle(SpoolSegment segment)
    {
        if (segment.IsClosed && segment.Writers == 0 && !segment.IsDirty && !segment.IsSyncing && segment.Output != null)
        {
            segment.Output.Close();
            segment.Output = null;
            _tidyWanted |= segment.Live == 0;
        }
    }

    private void AddLive(SpoolSegment segment, long bytes)
    {
        segment.Live++;
        segment.LiveBytes += bytes;
        _liveBytes += bytes;
    }

    private void RemoveLive(SpoolSegment segment, long bytes)
    {
        segment.Live--;
        segment.LiveBytes -= bytes;
        _liveBytes -= bytes;
        _tidyWanted |= segment.Live == 0 && segment != _active;
    }

    private void LeaveDiskAlone(string why)
    {
        _retryAt = _clock.UptimeMilliseconds + _options.RetryMilliseconds;
        _log.Write(LogLevel.Error, LogSource, why);
    }

    private int PutText(string text, int offset)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int count = bytes.Length > RecordFormat.MaximumTextBytes ? RecordFormat.MaximumTextBytes : bytes.Length;
        if (offset + count > _record.Length)
        {
            _record = Growth.Of(_record, 0, offset, offset + count, int.MaxValue);
        }

        Array.Copy(bytes, 0, _record, offset, count);
        return count;
    }
}
