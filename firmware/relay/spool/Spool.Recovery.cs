namespace SmtpEmbedded.Relay;

/// <content>Finding out what the segments hold after a start.</content>
public sealed partial class Spool
{
    /// <summary>
    /// Reads every segment and rebuilds the index. Unfinished messages are dropped, torn ends passed over; damaged segments are
    /// set aside once their whole messages have been copied. Call once, before anything else.
    /// </summary>
    /// <returns>False when the folder cannot be read at all; <see cref="Error"/> says why.</returns>
    public bool Open()
    {
        int[]? numbers = _store.List();
        if (numbers == null)
        {
            _error = _store.Error;
            return false;
        }

        Sort(numbers);
        lock (_lock)
        {
            ReadSegments(numbers);
            for (int i = 0; i < _messages.Places; i++)
            {
                if (_messages.At(i) is QueuedMessage message)
                {
                    message.IsDurable = true;
                    _waiting.Push(message);
                }
            }
        }

        if (numbers.Length > 0)
        {
            _log.Write(LogLevel.Information, LogSource, "Read " + numbers.Length + " segments: " + _messages.Count + " messages wait.");
        }

        for (int i = 0; i < _segments.Count; i++)
        {
            SpoolSegment segment = _segments.At(i);
            if (segment.Damage != null && Clean(segment, null))
            {
                i--;
            }
        }

        _tidyWanted = true;
        Tidy(null);
        return true;
    }

    private static void Sort(int[] numbers)
    {
        for (int gap = numbers.Length / 2; gap > 0; gap /= 2)
        {
            for (int i = gap; i < numbers.Length; i++)
            {
                int number = numbers[i];
                int place = i;
                for (; place >= gap && numbers[place - gap] > number; place -= gap)
                {
                    numbers[place] = numbers[place - gap];
                }

                numbers[place] = number;
            }
        }
    }

    private void ReadSegments(int[] numbers)
    {
        // The heads first: a segment whose own head is damaged is read with the salt of a neighbour, for one run of the relay uses one.
        int[] salts = new int[numbers.Length];
        bool[] sound = new bool[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            SpoolSegment segment = new SpoolSegment(numbers[i], 0);
            segment.IsClosed = true;
            _segments.Add(segment);
            ISegment? input = _store.OpenRead(segment.Number);
            if (input == null)
            {
                MarkUnreadable(segment, _store.Error);
                continue;
            }

            sound[i] = SegmentScanner.ReadSegmentHead(input, out salts[i], out long nextId);
            _nextId = nextId > _nextId ? nextId : _nextId;
            segment.Length = input.Length;
            _used += Rounded(segment.Length);
            input.Close();
        }

        SegmentScanner scanner = new SegmentScanner(_options.ReaderBytes);
        IdTable unfinished = new IdTable();
        for (int i = 0; i < numbers.Length; i++)
        {
            SpoolSegment segment = _segments.At(i);
            _nextNumber = segment.Number + 1;
            _highestDurable = sound[i] ? segment.Number : _highestDurable;
            ISegment? input = segment.IsUnreadable ? null : _store.OpenRead(segment.Number);
            if (input == null)
            {
                if (!segment.IsUnreadable)
                {
                    MarkUnreadable(segment, _store.Error);
                }

                continue;
            }

            segment.Seed = RecordFormat.Seed(sound[i] ? salts[i] : SaltNear(salts, sound, i), segment.Number);
            unfinished.Clear();
            ReadSegment(segment, input, scanner, unfinished, sound[i]);
            input.Close();
        }

        // Then what happened to the messages: a record about one may be in a segment before its own.
        for (int i = 0; i < numbers.Length; i++)
        {
            if (_segments.At(i).HasState)
            {
                ReadState(_segments.At(i), scanner);
            }
        }
    }

    private void ReadState(SpoolSegment segment, SegmentScanner scanner)
    {
        ISegment? input = _store.OpenRead(segment.Number);
        if (input == null)
        {
            MarkUnreadable(segment, _store.Error);
            return;
        }

        scanner.Start(input, segment.Seed, verifyBodies: false);
        ScanOutcome outcome;
        do
        {
            outcome = scanner.Next();
            if ((outcome == ScanOutcome.Record || outcome == ScanOutcome.BadPayload) && scanner.Type >= RecordType.Attempt)
            {
                ApplyState(segment, scanner, outcome == ScanOutcome.Record);
            }
        }
        while (outcome == ScanOutcome.Record || outcome == ScanOutcome.BadPayload || outcome == ScanOutcome.Gap);

        if (outcome == ScanOutcome.Unreadable && !segment.IsUnreadable)
        {
            MarkUnreadable(segment, input.Error);
        }

        input.Close();
    }

    private static int SaltNear(int[] salts, bool[] sound, int index)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            if (sound[i])
            {
                return salts[i];
            }
        }

        for (int i = index + 1; i < salts.Length; i++)
        {
            if (sound[i])
            {
                return salts[i];
            }
        }

        return 0;
    }

    private void MarkUnreadable(SpoolSegment segment, string cause)
    {
        segment.IsUnreadable = true;
        _log.Write(LogLevel.Error, LogSource, "Segment " + segment.Number + " cannot be read and is left alone; its messages wait for the next start: " + cause);
    }

    private void ReadSegment(SpoolSegment segment, ISegment input, SegmentScanner scanner, IdTable unfinished, bool hasHead)
    {
        int lost = 0;
        bool goesOn = true;
        scanner.Start(input, segment.Seed, _options.VerifyBodies);
        while (goesOn)
        {
            ScanOutcome outcome = scanner.Next();
            switch (outcome)
            {
                case ScanOutcome.Record:
                case ScanOutcome.BadPayload:
                    if (!hasHead)
                    {
                        Damaged(segment, "its head is damaged");
                    }

                    if (outcome == ScanOutcome.BadPayload)
                    {
                        Damaged(segment, "a record of message " + scanner.Id + " at byte " + scanner.Position + " is damaged");
                    }

                    lost += Apply(segment, scanner, unfinished, outcome == ScanOutcome.Record);
                    break;
                case ScanOutcome.Gap:
                    Damaged(segment, scanner.GapBytes + " bytes at byte " + scanner.Position + " are damaged");
                    break;
                case ScanOutcome.Ruined:
                    Damaged(segment, "the last " + scanner.GapBytes + " bytes, from byte " + scanner.Position + ", are damaged");
                    goesOn = false;
                    break;
                case ScanOutcome.Torn:
                    _log.Write(LogLevel.Information, LogSource, "Segment " + segment.Number + " ends with " + scanner.GapBytes + " bytes that a crash cut short; nothing acknowledged is among them.");
                    goesOn = false;
                    break;
                case ScanOutcome.Unreadable:
                    MarkUnreadable(segment, input.Error);
                    goesOn = false;
                    break;
                default:
                    goesOn = false;
                    break;
            }
        }

        if (unfinished.Count > 0)
        {
            _log.Write(LogLevel.Information, LogSource, "Segment " + segment.Number + ": dropped " + unfinished.Count + " messages that were never complete.");
        }

        if (lost > 0)
        {
            _log.Write(LogLevel.Error, LogSource, "Segment " + segment.Number + ": " + lost + " messages are damaged and cannot be sent.");
        }
    }

    private void Damaged(SpoolSegment segment, string what)
    {
        if (segment.Damage == null)
        {
            segment.Damage = what;
        }

        _log.Write(LogLevel.Error, LogSource, "Segment " + segment.Number + ": " + what + ".");
    }

    // What one record means. How many complete messages turned out to be damaged: 0 or 1.
    private int Apply(SpoolSegment segment, SegmentScanner scanner, IdTable unfinished, bool isValid)
    {
        long id = scanner.Id;
        long bytes = RecordFormat.HeadBytes + scanner.PayloadLength;
        _nextId = id >= _nextId ? id + 1 : _nextId;
        UnfinishedMessage? message = unfinished.Find(id) as UnfinishedMessage;
        switch (scanner.Type)
        {
            case RecordType.Envelope:
                message = new UnfinishedMessage(id);
                message.Offset = scanner.Position;
                message.IsDamaged = !isValid;
                message.StoredBytes = bytes;
                unfinished.Set(message);
                return 0;
            case RecordType.Body:
                if (message != null)
                {
                    message.IsDamaged |= !isValid;
                    message.StoredBytes += bytes;
                    message.Size += scanner.PayloadLength;
                    message.Records++;
                }

                return 0;
            case RecordType.End:
                unfinished.Remove(id);
                if (message == null || message.IsDamaged || !isValid || !TakeEnd(segment, scanner, message, bytes))
                {
                    _log.Write(LogLevel.Error, LogSource, "Message " + id + " in segment " + segment.Number + " is damaged.");
                    return 1;
                }

                return 0;
            case RecordType.Abandoned:
                unfinished.Remove(id);
                return 0;
            default:
                segment.HasState = true;
                return 0;
        }
    }

    private bool TakeEnd(SpoolSegment segment, SegmentScanner scanner, UnfinishedMessage found, long bytes)
    {
        if (scanner.ReadPayload(_record, RecordFormat.EndPayloadBytes) != RecordFormat.EndPayloadBytes
            || LittleEndian.ReadLong(_record, 0) != found.Size
            || LittleEndian.ReadInt(_record, 16) != found.Records)
        {
            return false;
        }

        QueuedMessage? message = _messages.Find(scanner.Id) as QueuedMessage;
        if (message == null)
        {
            long utc = LittleEndian.ReadLong(_record, 8);
            int kind = LittleEndian.ReadInt(_record, 20);
            long now = _clock.UptimeMilliseconds;
            long uptime = utc == 0 || !_clock.IsSet ? now : now - (_clock.UtcMilliseconds - utc);
            message = new QueuedMessage(scanner.Id, (kind & 0x1000000) != 0, kind & 0xFFFF, found.Size, utc, uptime > now ? now : uptime);
            message.NextAttempt = now;
            message.OldestCopy = segment.Number;
            message.NewestCopy = segment.Number;
            _messages.Set(message);
        }
        else
        {
            // A later copy, made when its first segment was cleaned: what happened to the message still holds.
            RemoveLive(message.Segment!, message.StoredBytes);
            message.NewestCopy = segment.Number;
        }

        message.Segment = segment;
        message.Offset = found.Offset;
        message.StoredBytes = found.StoredBytes + bytes;
        AddLive(segment, message.StoredBytes);
        return true;
    }

    private void ApplyState(SpoolSegment segment, SegmentScanner scanner, bool isValid)
    {
        if (_record.Length < scanner.PayloadLength)
        {
            _record = new byte[scanner.PayloadLength];
        }

        int count = isValid ? scanner.ReadPayload(_record, scanner.PayloadLength) : 0;
        segment.Refer(count < 8 ? int.MinValue : LittleEndian.ReadInt(_record, 0), count < 8 ? int.MaxValue : LittleEndian.ReadInt(_record, 4));
        QueuedMessage? message = _messages.Find(scanner.Id) as QueuedMessage;
        if (message == null)
        {
            return;
        }

        if (scanner.Type == RecordType.Done)
        {
            // The head alone says it: a damaged payload changes nothing.
            _messages.Remove(scanner.Id);
            RemoveLive(message.Segment!, message.StoredBytes);
            message.Segment = null;
            return;
        }

        // The record may be older than the copy that counts now.
        segment.Refer(message.OldestCopy, message.NewestCopy);
        message.StateIn = segment.Number;
        switch (scanner.Type)
        {
            case RecordType.Attempt:
                if (count >= RecordFormat.AttemptPayloadBytes)
                {
                    TakeAttempt(message);
                }

                break;
            case RecordType.State:
                message.SummaryIn = segment.Number;
                if (count >= RecordFormat.StatePayloadBytes)
                {
                    TakeAttempt(message);
                    message.ReadStates(_record, RecordFormat.StatePayloadBytes, count - RecordFormat.StatePayloadBytes);
                }

                break;
            case RecordType.Result:
                int recipient = count < RecordFormat.ResultPayloadBytes ? -1 : LittleEndian.ReadInt(_record, 8) & 0xFFFF;
                if (recipient >= 0 && recipient < message.RecipientCount)
                {
                    message.SetRecipientState(recipient, (RecipientResult)((LittleEndian.ReadInt(_record, 8) >> 16) & 3));
                }

                break;
            default:
                break;
        }
    }

    private void TakeAttempt(QueuedMessage message)
    {
        message.Attempts = LittleEndian.ReadInt(_record, 8);
        long due = LittleEndian.ReadLong(_record, 12);
        long now = _clock.UptimeMilliseconds;
        long wait = due == 0 || !_clock.IsSet ? 0 : due - _clock.UtcMilliseconds;

        // A clock that was wrong must not put a message off for ever; an operator may.
        const long LongestWait = 24L * 60 * 60 * 1000;
        message.NextAttempt = due == long.MaxValue ? due : now + (wait < 0 ? 0 : wait > LongestWait ? LongestWait : wait);
    }
}
