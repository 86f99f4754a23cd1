namespace SmtpEmbedded.Relay;

/// <content>The queue as the forwarder sees it.</content>
public sealed partial class Spool
{
    /// <inheritdoc/>
    public QueuedMessage? Next(long now)
    {
        QueuedMessage? message;
        bool sync;
        lock (_lock)
        {
            while (_waiting.First != null && _waiting.First.NextAttempt <= now)
            {
                PushDue(_waiting.Pop()!);
            }

            message = _dueAlerts.Pop() ?? _due.Pop();
            if (message != null)
            {
                message.IsHeld = true;
            }

            sync = message == null && (_hasUnsyncedState || (_mustRestate && !IsDiskLeftAlone()));
        }

        if (message == null)
        {
            // A good moment: nothing to send, so what was recorded about the last ones is made durable and cleared away.
            if (sync)
            {
                Sync();
            }

            Tidy(null);
        }

        return message;
    }

    /// <inheritdoc/>
    public long NextDue()
    {
        lock (_lock)
        {
            long due = _waiting.First == null ? long.MaxValue : _waiting.First.NextAttempt;
            due = Earlier(due, _due.First);
            return Earlier(due, _dueAlerts.First);
        }
    }

    /// <inheritdoc/>
    public bool Tend(MessageReader? reader = null)
    {
        Tidy(reader);
        lock (_lock)
        {
            GiveMemoryBack();
            return _tidyWanted || HasDeadWeight();
        }
    }

    /// <summary>Once it is empty, and does not keep it for the next message.</summary>
    private void GiveMemoryBack()
    {
        if (!_options.GivesMemoryBack || _messages.Count > 0 || _writers > 0)
        {
            return;
        }

        while (_spareCount > 0)
        {
            _spareBuffers[--_spareCount] = null;
        }

        _spareSegmentBuffer = null;
        _messages.Shrink();
        _waiting.Shrink();
        _due.Shrink();
        _dueAlerts.Shrink();
        if (_record.Length > LeastRecord)
        {
            _record = new byte[LeastRecord];
        }
    }

    /// <inheritdoc/>
    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply)
    {
        lock (_lock)
        {
            if (!message.IsHeld || recipient < 0 || recipient >= message.RecipientCount)
            {
                _error = "The message is not held by the caller, or has no such recipient.";
                return false;
            }

            message.SetRecipientState(recipient, result);
            SpoolSegment? active = EnsureActive();
            if (active == null)
            {
                message.NeedsState = _mustRestate = true;
                return false;
            }

            int place = RecordFormat.HeadBytes;
            WriteCopies(message);
            LittleEndian.WriteInt(_record, place + 8, recipient | ((int)result << 16));
            int text = PutText(reply, place + RecordFormat.ResultPayloadBytes);
            return WroteState(message, active, AppendState(active, RecordType.Result, message.Id, RecordFormat.ResultPayloadBytes + text));
        }
    }

    /// <inheritdoc/>
    public bool Release(QueuedMessage message, long nextAttempt, string reason)
    {
        bool recorded;
        lock (_lock)
        {
            if (!message.IsHeld)
            {
                _error = "The message is not held by the caller.";
                return false;
            }

            message.IsHeld = false;
            message.Attempts++;
            message.NextAttempt = nextAttempt;
            _waiting.Push(message);
            recorded = RecordAttempt(message, reason);
        }

        return recorded;
    }

    /// <inheritdoc/>
    public bool Finish(QueuedMessage message)
    {
        bool recorded = true;
        bool goes;
        bool sync;
        lock (_lock)
        {
            if (!message.IsHeld)
            {
                _error = "The message is not held by the caller.";
                return false;
            }

            // First what needs memory: when there is none, nothing has changed yet.
            SpoolSegment segment = message.Segment!;
            int newest = message.NewestCopy;
            bool hasOneCopy = message.HasOneCopy;
            int done = _dones.Add(message.Id, message.OldestCopy, newest, segment, !hasOneCopy);
            message.IsHeld = false;
            message.Segment = null;
            _messages.Remove(message.Id);
            RemoveLive(segment, message.StoredBytes);
            SpoolWriter? copy = TakeCopy(message);
            if (copy != null)
            {
                RemoveLive(copy.Segment!, copy.StoredBytes);
                recorded = WriteDone(_dones.Add(message.Id, message.OldestCopy, newest, copy.Segment, holdsBody: true));
            }

            // A segment that held nothing but this message just goes (and the end is recorded if it will not go); else the end is recorded.
            goes = _options.SegmentPerMessage && hasOneCopy && segment.Live == 0 && segment.Number < _highestDurable && segment != _active;
            if (!goes)
            {
                recorded &= WriteDone(done);
                _mustRestate |= !recorded;
            }

            if (_messages.Count == 0 && _writers == 0 && _active != null && _active.Length > _options.SegmentBytes / 4)
            {
                // Nothing in it is needed: let go of it, so that an idle spool is a small one.
                CloseActive();
            }

            sync = !goes && _dones.Count >= _options.FinishesPerSync && !_mustRestate;
            if (!goes && !sync && _active != null)
            {
                // Out of the process at least: only a power cut can make us forget it, no kill.
                recorded &= FlushBuffer(_active);
            }
        }

        if (sync)
        {
            recorded &= Sync();
        }

        if (goes)
        {
            // Nothing else says that the message has ended, so this does not wait for Tend.
            Tidy(null);
        }

        return recorded;
    }

    private static long Earlier(long due, QueuedMessage? message) =>
        message != null && message.NextAttempt < due ? message.NextAttempt : due;

    private void PushDue(QueuedMessage message)
    {
        if (message.IsAlert)
        {
            _dueAlerts.Push(message);
        }
        else
        {
            _due.Push(message);
        }
    }

    private bool RecordAttempt(QueuedMessage message, string reason)
    {
        SpoolSegment? active = EnsureActive();
        if (active == null)
        {
            message.NeedsState = _mustRestate = true;
            return false;
        }

        WriteAttemptFields(message);
        int text = PutText(reason, RecordFormat.HeadBytes + RecordFormat.AttemptPayloadBytes);
        return WroteState(message, active, AppendState(active, RecordType.Attempt, message.Id, RecordFormat.AttemptPayloadBytes + text));
    }
}
