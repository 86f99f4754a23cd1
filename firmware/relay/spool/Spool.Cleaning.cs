using System;

namespace SmtpEmbedded.Relay;

/// <content>Getting rid of segments: those nobody needs, those that are mostly dead, and those that are damaged.</content>
public sealed partial class Spool
{
    private bool _tidyWanted;
    private bool _tidyAfterSync;
    private bool _tidying;
    private long _noCleaningBefore = long.MinValue;

    // Where messages are being carried to, until that is durable.
    private SpoolWriter? _copies;

    /// <summary>Removes what nobody needs; when much of the disk is taken by little that lives, carries that forward first. On the forwarder's thread, so that no session waits for it.</summary>
    private void Tidy(MessageReader? reader)
    {
        lock (_lock)
        {
            if (_tidying || (!_tidyWanted && !IsCleaningWanted()))
            {
                return;
            }

            _tidying = true;
            _tidyWanted = false;
        }

        // Memory may run out on a board, here as anywhere: then the next round does it.
        try
        {
            RemoveDead();
            SpoolSegment? victim;
            lock (_lock)
            {
                victim = IsCleaningWanted() ? FindVictim() : null;
            }

            if (victim != null)
            {
                Clean(victim, reader);
                RemoveDead();
            }
        }
        catch (OutOfMemoryException)
        {
            _error = NoMemory;
        }
        finally
        {
            lock (_lock)
            {
                _tidying = false;
            }
        }
    }

    private void RemoveDead()
    {
        while (true)
        {
            SpoolSegment? dead;
            lock (_lock)
            {
                dead = FindDead();
                if (dead == null)
                {
                    return;
                }

                dead.IsBusy = true;
                dead.Input?.Close();
                dead.Input = null;
            }

            // The removal is durable when it returns, and oldest first: a segment whose messages are done must not outlive the
            // records that say so.
            bool removed = false;
            try
            {
                removed = _store.Delete(dead.Number);
            }
            catch (OutOfMemoryException)
            {
                _error = NoMemory;
            }

            lock (_lock)
            {
                if (removed)
                {
                    Forget(dead);
                    continue;
                }

                dead.IsBusy = false;
                _mustRestate |= _dones.Count > 0;
                _tidyAfterSync = true;
                _log.Write(LogLevel.Warning, LogSource, "Segment " + dead.Number + " cannot be removed: " + _store.Error);
                return;
            }
        }
    }

    private void Forget(SpoolSegment segment)
    {
        _segments.Remove(segment);
        _dones.RemoveOf(segment);
        _used -= Rounded(segment.Length);
        if (_lastRead == segment)
        {
            _lastRead = null;
        }
    }

    private SpoolSegment? FindDead()
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            SpoolSegment segment = _segments.At(i);
            if (segment.Live != 0 || segment == _active)
            {
                continue;
            }

            if (!IsAtRest(segment) || segment.Readers != 0 || segment.Damage != null || segment.Number == _highestDurable || segment.DoneSequence > _settled)
            {
                _tidyAfterSync = true;
                continue;
            }

            if (!_segments.HasOther(segment.Number, segment.OldestReference, segment.NewestReference))
            {
                return segment;
            }
        }

        return null;
    }

    // Nobody writes to it or will.
    private static bool IsAtRest(SpoolSegment segment) =>
        segment.IsClosed && segment.Writers == 0 && !segment.IsDirty && !segment.IsSyncing && !segment.IsBusy && segment.Output == null && !segment.IsUnreadable;

    private bool IsCleaningWanted() => HasDeadWeight() && _clock.UptimeMilliseconds >= _noCleaningBefore && !IsDiskLeftAlone();

    // Room that only cleaning gives back.
    private bool HasDeadWeight()
    {
        long dead = _used - _liveBytes;
        bool isWasteful = dead > 2L * _options.SegmentBytes && (dead > _used / 2 || _used > _options.Quota / 4 * 3);

        // An empty spool is a small one, even where segments hold each other's Done records.
        bool isLeftOver = _messages.Count == 0 && _writers == 0 && _segments.Count > 3;
        return isWasteful || isLeftOver;
    }

    // The oldest that is at least half dead: what lives in the oldest holds up the removal of all that speak about it.
    private SpoolSegment? FindVictim()
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            SpoolSegment segment = _segments.At(i);
            if (segment != _active && IsAtRest(segment) && segment.Number < _highestDurable && segment.LiveBytes <= segment.Length / 2)
            {
                return segment;
            }
        }

        _noCleaningBefore = _clock.UptimeMilliseconds + _options.RetryMilliseconds;
        return null;
    }

    /// <summary>
    /// Copies everything that is still needed out of a segment: messages that live, what was recorded about others. Then the
    /// segment is removed, or set aside when it is damaged. A crash at any point leaves two copies of some messages; the
    /// later counts, and one Done record ends both.
    /// </summary>
    /// <returns>Whether the segment is gone.</returns>
    private bool Clean(SpoolSegment segment, MessageReader? reader)
    {
        bool done = false;
        try
        {
            done = Empty(segment, reader);
        }
        catch (OutOfMemoryException)
        {
            _error = NoMemory;
        }

        string? damage = segment.Damage;
        if (done && damage != null)
        {
            done = _store.SetAside(segment.Number, damage);
        }
        else if (done)
        {
            lock (_lock)
            {
                segment.ForgetReferences();
                segment.IsBusy = false;
                _tidyWanted = true;
            }

            return true;
        }

        lock (_lock)
        {
            segment.IsBusy = false;
            if (done)
            {
                Forget(segment);
                _log.Write(LogLevel.Error, LogSource, "Segment " + segment.Number + " was set aside, its whole messages were copied first: " + damage + ".");
            }
            else
            {
                _noCleaningBefore = _clock.UptimeMilliseconds + (10L * _options.RetryMilliseconds);
                _log.Write(LogLevel.Warning, LogSource, "Segment " + segment.Number + " could not be cleaned and stays: " + (_error.Length == 0 ? _store.Error : _error));
            }
        }

        return done;
    }

    private bool Empty(SpoolSegment segment, MessageReader? reader)
    {
        ISegment? input;
        lock (_lock)
        {
            segment.IsBusy = true;
            input = _store.OpenRead(segment.Number);
        }

        bool done = false;
        try
        {
            done = input != null && Carry(segment, input, reader);
        }
        catch (OutOfMemoryException)
        {
            _error = NoMemory;
        }

        input?.Close();
        done &= Settle(segment, done);
        if (done && segment.Number >= _highestDurable)
        {
            // The highest number must stay taken: a later segment has to exist before this one goes.
            lock (_lock)
            {
                done = EnsureActive() != null;
                _appended++;
            }

            done = done && Sync() && segment.Number < _highestDurable;
        }

        return done;
    }

    private bool Carry(SpoolSegment segment, ISegment input, MessageReader? reader)
    {
        SegmentScanner scanner = new SegmentScanner(_options.ReaderBytes);
        scanner.Start(input, segment.Seed, verifyBodies: false);
        while (true)
        {
            ScanOutcome outcome = scanner.Next();
            switch (outcome)
            {
                case ScanOutcome.Record:
                case ScanOutcome.BadPayload:
                    if (!CarryRecord(segment, scanner, outcome == ScanOutcome.BadPayload, reader ??= NewReader()))
                    {
                        return false;
                    }

                    break;
                case ScanOutcome.Gap:
                    break;
                case ScanOutcome.Unreadable:
                    return false;
                default:
                    return true;
            }
        }
    }

    private MessageReader NewReader() => new MessageReader(_options.MaximumEnvelopeBytes, _options.MaximumRecipients);

    private bool CarryRecord(SpoolSegment segment, SegmentScanner scanner, bool isDamaged, MessageReader reader)
    {
        QueuedMessage? message;
        lock (_lock)
        {
            message = _messages.Find(scanner.Id) as QueuedMessage;
            switch (scanner.Type)
            {
                case RecordType.End:
                    if (message == null || message.Segment != segment)
                    {
                        return true;
                    }

                    break;
                case RecordType.Done:
                    bool isWhole = scanner.ReadPayload(_record, 8) == 8 && !isDamaged;
                    int oldest = isWhole ? LittleEndian.ReadInt(_record, 0) : int.MinValue;
                    int newest = isWhole ? LittleEndian.ReadInt(_record, 4) : int.MaxValue;
                    return !_segments.HasOther(segment.Number, oldest, newest) || WriteDone(_dones.Add(scanner.Id, oldest, newest, null, holdsBody: false));
                case RecordType.Attempt:
                case RecordType.Result:
                case RecordType.State:
                    return message == null || !message.HasStateIn(segment.Number) || WriteState(message);
                default:
                    return true;
            }
        }

        return CarryMessage(message, segment, reader, scanner.Lend());
    }

    private bool CarryMessage(QueuedMessage message, SpoolSegment segment, MessageReader reader, byte[] chunk)
    {
        SpoolWriter writer;
        lock (_lock)
        {
            if (message.Segment != segment)
            {
                return true;
            }

            writer = new SpoolWriter(this, message, RentBuffer(), isCopy: true);
            _writers++;
        }

        bool copied = false;
        try
        {
            if (Open(message, reader))
            {
                copied = writer.WriteEnvelope(reader.Envelope);
                int count = 1;
                while (copied && (count = reader.Read(chunk, 0, chunk.Length)) > 0)
                {
                    copied = writer.Append(chunk, 0, count);
                }

                copied &= count == 0;
            }
        }
        finally
        {
            reader.Close();
            if (!copied)
            {
                writer.Abandon();
            }
        }

        if (!copied)
        {
            lock (_lock)
            {
                // Finished meanwhile: nothing to carry.
                return message.Segment != segment;
            }
        }

        return writer.End();
    }

    /// <summary>Ends a copy, with all that is known about the message behind it. From the next sync on the message is there.</summary>
    internal bool EndCopy(SpoolWriter writer)
    {
        lock (_lock)
        {
            QueuedMessage message = writer.Message;
            if (message.Segment == null)
            {
                AbandonMessage(writer);
                return true;
            }

            bool written = WriteLocked(writer, writer.Buffer, 0);
            if (writer.Segment != null && writer.Segment.Number > message.NewestCopy)
            {
                // Even when it was refused: it may have arrived.
                message.NewestCopy = writer.Segment.Number;
            }

            if (!written)
            {
                return false;
            }

            writer.IsOpen = false;
            _writers--;
            writer.Segment!.Writers--;
            writer.EndSequence = ++_appended;
            writer.Next = _copies;
            _copies = writer;
            AddLive(writer.Segment!, writer.StoredBytes);
            return message.StateIn == 0 || WriteState(message);
        }
    }

    private SpoolWriter? TakeCopy(QueuedMessage message)
    {
        SpoolWriter? before = null;
        for (SpoolWriter? copy = _copies; copy != null; copy = copy.Next)
        {
            if (copy.Message != message)
            {
                before = copy;
                continue;
            }

            if (before == null)
            {
                _copies = copy.Next;
            }
            else
            {
                before.Next = copy.Next;
            }

            return copy;
        }

        return null;
    }

    // Makes the copies durable and has the messages live there; or gives the copies up.
    private bool Settle(SpoolSegment segment, bool carried)
    {
        bool synced = Sync();
        lock (_lock)
        {
            for (SpoolWriter? copy = _copies; copy != null; copy = copy.Next)
            {
                QueuedMessage message = copy.Message;
                if (copy.IsLost || message.NeedsState || copy.EndSequence > _settled)
                {
                    // The old copy stays, and with it the records that speak about it.
                    RemoveLive(copy.Segment!, copy.StoredBytes);
                    continue;
                }

                RemoveLive(segment, message.StoredBytes);
                message.Segment = copy.Segment;
                message.Offset = copy.Offset;
                message.StoredBytes = copy.StoredBytes;
            }

            _copies = null;
            return carried && synced && segment.Live == 0;
        }
    }
}
