namespace SmtpEmbedded.Relay;

/// <content>Durability: the group commit, and what becomes of things when the disk refuses.</content>
public sealed partial class Spool
{
    // Every record that must become durable takes the next number; up to _settled each is durable, or was lost and dealt with.
    private long _appended;
    private long _settled;
    private long _syncUpTo;
    private long _failedUpTo;

    private QueuedMessage?[] _ended = new QueuedMessage?[1];
    private int _endedCount;
    private SpoolSegment?[] _dirty = new SpoolSegment?[1];
    private int _dirtyCount;
    private SpoolSegment?[] _syncing = new SpoolSegment?[1];
    private int _syncingCount;
    private int _highestDurable;
    private bool _hasUnsyncedState;
    private bool _mustRestate;
    private bool _hasDropped;
    private readonly DoneList _dones = new DoneList();

    /// <inheritdoc/>
    public bool Sync()
    {
        long target;
        lock (_lock)
        {
            target = _appended;
            if (_settled >= target && !_mustRestate)
            {
                return IsSafe(target);
            }
        }

        lock (_gate)
        {
            lock (_lock)
            {
                if (_settled >= target && !_mustRestate)
                {
                    return IsSafe(target);
                }

                BeginSync();
            }

            // Without the lock: others append to these very segments meanwhile, and their next sync covers that.
            for (int i = 0; i < _syncingCount; i++)
            {
                SpoolSegment segment = _syncing[i]!;
                if (!segment.Output!.Sync())
                {
                    lock (_lock)
                    {
                        segment.SyncFailed = true;
                    }
                }
            }

            lock (_lock)
            {
                EndSync();
                bool safe = IsSafe(target) && !_hasDropped;
                _hasDropped = false;
                return safe;
            }
        }
    }

    // True promises that everything is safe, what was recorded about other messages included; IMessageWriter.IsDurable tells of one message.
    private bool IsSafe(long target) => !_mustRestate && (_failedUpTo == 0 || _failedUpTo < target);

    private void BeginSync()
    {
        if (_mustRestate && !IsDiskLeftAlone())
        {
            Restate();
        }

        for (int i = 0; i < _dirtyCount; i++)
        {
            FlushBuffer(_dirty[i]!);
        }

        SpoolSegment?[] dirty = _dirty;
        _dirty = _syncing;
        _syncing = dirty;
        _syncingCount = _dirtyCount;
        _dirtyCount = 0;
        _syncUpTo = _appended;
        for (int i = 0; i < _syncingCount; i++)
        {
            _syncing[i]!.IsDirty = false;
            _syncing[i]!.IsSyncing = true;
            _syncing[i]!.SyncFailed = false;
        }

        _hasUnsyncedState = false;
    }

    private void EndSync()
    {
        for (int i = 0; i < _syncingCount; i++)
        {
            SpoolSegment segment = _syncing[i]!;
            _syncing[i] = null;
            segment.IsSyncing = false;
            if (segment.SyncFailed)
            {
                Fail(segment, segment.Output!.Error, syncFailed: true);
            }
            else
            {
                segment.WasSynced = true;
                if (segment.Number > _highestDurable && segment.Length >= RecordFormat.SegmentHeadBytes)
                {
                    _highestDurable = segment.Number;
                    _tidyAfterSync = true;
                }
            }

            CloseOutputIfIdle(segment);
        }

        _syncingCount = 0;
        _settled = _syncUpTo;
        PromoteEnded();
        _dones.RemoveUpTo(_syncUpTo);
        _tidyWanted |= _tidyAfterSync;
        _tidyAfterSync = false;
    }

    // What is durable may be sent.
    private void PromoteEnded()
    {
        int kept = 0;
        for (int i = 0; i < _endedCount; i++)
        {
            QueuedMessage message = _ended[i]!;
            if (message.IsDropped)
            {
                continue;
            }

            if (message.EndSequence > _syncUpTo)
            {
                _ended[kept++] = message;
                continue;
            }

            message.IsDurable = true;
            message.NextAttempt = message.AcceptedUptime;
            _undurable--;
            PushDue(message);
        }

        for (int i = kept; i < _endedCount; i++)
        {
            _ended[i] = null;
        }

        _endedCount = kept;
    }

    private void AddEnded(QueuedMessage message)
    {
        if (_endedCount == _ended.Length)
        {
            QueuedMessage?[] larger = new QueuedMessage?[_endedCount * 2];
            System.Array.Copy(_ended, 0, larger, 0, _endedCount);
            _ended = larger;
        }

        _ended[_endedCount++] = message;
        _undurable++;
    }

    private void MarkDirty(SpoolSegment segment)
    {
        if (segment.IsDirty)
        {
            return;
        }

        if (_dirtyCount == _dirty.Length)
        {
            SpoolSegment?[] larger = new SpoolSegment?[_dirtyCount * 2];
            System.Array.Copy(_dirty, 0, larger, 0, _dirtyCount);
            _dirty = larger;
        }

        segment.IsDirty = true;
        _dirty[_dirtyCount++] = segment;
    }

    /// <summary>
    /// The disk refused a segment's bytes or their sync. Nothing is appended to it any more. Messages that may be incomplete in
    /// it cease to exist, for their senders hear 452; what was recorded about others is written anew elsewhere.
    /// </summary>
    private void Fail(SpoolSegment segment, string cause, bool syncFailed)
    {
        long written = segment.Length - segment.Buffered;
        if (!segment.HasFailed)
        {
            _error = cause;
            LeaveDiskAlone("Segment " + segment.Number + (syncFailed ? " cannot be made durable: " : " cannot be written: ") + cause);
        }

        segment.HasFailed = true;
        segment.IsClosed = true;
        _used -= Rounded(segment.Length);
        segment.Length = written;
        _used += Rounded(written);
        segment.Buffered = 0;
        segment.Buffer = null;
        if (!segment.WasSynced)
        {
            // Nothing in it was ever promised, and all of it is written anew.
            segment.ForgetReferences();
        }

        if (_active == segment)
        {
            _active = null;
        }

        for (int i = 0; i < _endedCount; i++)
        {
            QueuedMessage message = _ended[i]!;
            if (message.Segment == segment && !message.IsDropped && (syncFailed || message.EndOffset > written))
            {
                Drop(message);
            }
        }

        for (int i = 0; i < _messages.Places; i++)
        {
            QueuedMessage? message = _messages.At(i) as QueuedMessage;
            if (message == null)
            {
                continue;
            }

            if (message.HasStateIn(segment.Number))
            {
                message.NeedsState = true;
                _mustRestate = true;
            }

        }

        for (SpoolWriter? copy = _copies; copy != null; copy = copy.Next)
        {
            copy.IsLost |= copy.Segment == segment;
        }

        _mustRestate |= _dones.Unsettle(segment);
        _failedUpTo = _appended;
        if (_failedUpTo == 0)
        {
            _failedUpTo = _appended = 1;
        }
    }

    // It was ended but never acknowledged. Some of it may be on the disk all the same, so its end is recorded.
    private void Drop(QueuedMessage message)
    {
        message.IsDropped = true;
        _hasDropped = true;
        _undurable--;
        _messages.Remove(message.Id);
        SpoolSegment segment = message.Segment!;
        RemoveLive(segment, message.StoredBytes);
        _dones.Add(message.Id, segment.Number, segment.Number, segment, holdsBody: false);
        _mustRestate = true;
    }

    /// <summary>Writes anew what a segment that failed may have lost.</summary>
    private void Restate()
    {
        _mustRestate = false;
        for (int i = 0; i < _dones.Count; i++)
        {
            if (!_dones.IsWritten(i) && !WriteDone(i))
            {
                _mustRestate = true;
                return;
            }
        }

        for (int i = 0; i < _messages.Places; i++)
        {
            QueuedMessage? message = _messages.At(i) as QueuedMessage;
            if (message != null && message.NeedsState && !WriteState(message))
            {
                _mustRestate = true;
                return;
            }
        }
    }

    // ---- State records: small, exempt from the quota, for they are what lets it shrink again. ------------------------

    private bool WriteDone(int index)
    {
        SpoolSegment? active = EnsureActive();
        if (active == null)
        {
            return false;
        }

        int oldest = _dones.Oldest(index);
        int newest = _dones.Newest(index);
        LittleEndian.WriteInt(_record, RecordFormat.HeadBytes, oldest);
        LittleEndian.WriteInt(_record, RecordFormat.HeadBytes + 4, newest);
        if (!AppendState(active, RecordType.Done, _dones.Id(index), RecordFormat.DonePayloadBytes))
        {
            return false;
        }

        active.Refer(oldest, newest);
        _dones.Wrote(index, active, _appended);
        return true;
    }

    /// <summary>Records all that is known about a message's fate so far.</summary>
    private bool WriteState(QueuedMessage message)
    {
        SpoolSegment? active = EnsureActive();
        if (active == null)
        {
            message.NeedsState = true;
            return false;
        }

        int states = message.StateBytes;
        int needed = RecordFormat.HeadBytes + RecordFormat.StatePayloadBytes + states;
        if (_record.Length < needed)
        {
            _record = new byte[needed];
        }

        WriteAttemptFields(message);
        message.WriteStates(_record, RecordFormat.HeadBytes + RecordFormat.StatePayloadBytes);
        if (!WroteState(message, active, AppendState(active, RecordType.State, message.Id, RecordFormat.StatePayloadBytes + states)))
        {
            return false;
        }

        message.NeedsState = false;
        message.SummaryIn = active.Number;
        return true;
    }

    private void WriteAttemptFields(QueuedMessage message)
    {
        long due = message.NextAttempt == long.MaxValue ? long.MaxValue : _clock.IsSet ? _clock.UtcMilliseconds + (message.NextAttempt - _clock.UptimeMilliseconds) : 0;
        WriteCopies(message);
        LittleEndian.WriteInt(_record, RecordFormat.HeadBytes + 8, message.Attempts);
        LittleEndian.WriteLong(_record, RecordFormat.HeadBytes + 12, due);
    }

    // Which segments may hold a copy of the message: what every state record begins with.
    private void WriteCopies(QueuedMessage message)
    {
        LittleEndian.WriteInt(_record, RecordFormat.HeadBytes, message.OldestCopy);
        LittleEndian.WriteInt(_record, RecordFormat.HeadBytes + 4, message.NewestCopy);
    }

    private bool WroteState(QueuedMessage message, SpoolSegment active, bool written)
    {
        if (written)
        {
            message.StateIn = active.Number;
            active.Refer(message.OldestCopy, message.NewestCopy);
        }
        else
        {
            message.NeedsState = true;
            _mustRestate = true;
        }

        return written;
    }

    // The payload stands in _record already.
    private bool AppendState(SpoolSegment active, byte type, long id, int length)
    {
        int crc = Crc32C.Append(0, _record, RecordFormat.HeadBytes, length);
        RecordFormat.WriteHead(_record, 0, type, length, crc, id);
        RecordFormat.Seal(_record, 0, active.Seed);
        if (!Append(active, _record, 0, RecordFormat.HeadBytes + length))
        {
            return false;
        }

        _appended++;
        _hasUnsyncedState = true;
        return true;
    }
}
