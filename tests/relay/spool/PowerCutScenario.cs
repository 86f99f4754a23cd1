using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>
/// Several lives of a relay on a disk that forgets: messages come in by interleaved writers, go out with attempts and
/// results, and each life ends by a power cut at some operation, the reading of the segments included. What the relay
/// promised is remembered outside, and checked at the start of the next life.
/// </summary>
internal sealed class PowerCutScenario
{
    private readonly int _seed;
    private readonly Random _random;
    private readonly ForgetfulSegmentStore _store;
    private readonly SpoolOptions _options;
    private readonly SpoolClock _clock = new();
    private readonly SpoolLog _log = new();
    private readonly List<Mail> _mails = new();
    private readonly MessageReader _reader = new();
    private readonly byte[] _buffer = new byte[700];
    private readonly List<Mail> _writing = new();
    private readonly List<Mail> _waiting = new();
    private readonly List<Mail> _held = new();
    private Spool _spool = null!;

    public PowerCutScenario(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _store = new ForgetfulSegmentStore(_random);
        _options = new SpoolOptions
        {
            Salt = seed | 1,
            SegmentBytes = 200 + _random.Next(4000),
            SegmentBufferBytes = 256 + _random.Next(1000),
            WriterBytes = 256 + _random.Next(500),
            ReaderBytes = 1024,
            SegmentPerMessage = _random.Next(3) == 0,
            FinishesPerSync = 1 + _random.Next(10),
            Quota = _random.Next(3) == 0 ? 20_000 : 200_000,
            Reserve = 2000,
            AllocationUnit = 1,
            RetryMilliseconds = 10,
            VerifyBodies = _random.Next(2) == 0,
        };

        // Without the check of every byte at start the disk has to be one that never leaves holes: a file system that closes files whole.
        _options.VerifyBodies |= !_options.SegmentPerMessage;
        _store.LeavesHoles = _options.VerifyBodies;
    }

    public string? Failure { get; private set; }

    /// <summary>Runs all lives; false leaves what went wrong in <see cref="Failure"/>.</summary>
    /// <param name="lives">How many power cuts.</param>
    /// <param name="firstCut">At which operation the first comes; 0 for any.</param>
    public bool Run(int lives, long firstCut = 0)
    {
        try
        {
            for (int life = 0; life < lives; life++)
            {
                _store.Refusals = _random.Next(3) == 0 ? _random.Next(40) : 0;
                _store.Capacity = _random.Next(6) == 0 ? _store.Bytes + _random.Next(4000) : long.MaxValue;
                _store.CutAt = _store.Operations + (life == 0 && firstCut > 0 ? firstCut : 1 + _random.Next(life % 2 == 0 ? 250 : 60));
                try
                {
                    Live(150);
                    return Fail(firstCut > 0 ? null : "The power was never cut.") || firstCut > 0;
                }
                catch (PowerCutException)
                {
                    EndLife();
                }
            }

            _store.Refusals = 0;
            _store.Capacity = long.MaxValue;
            LastLife();
        }
        catch (BrokenPromiseException broken)
        {
            Fail(broken.Message);
        }

        return Failure == null;
    }

    private bool Fail(string? what)
    {
        if (what != null)
        {
            Failure = "Seed " + _seed + ": " + what + "\n" + string.Join("\n", _log.Lines.TakeLast(300));
        }

        return false;
    }

    private static void Promise(bool kept, string what)
    {
        if (!kept)
        {
            throw new BrokenPromiseException(what);
        }
    }

    private void Start()
    {
        Note("start");
        _spool = new Spool(_store, _clock, _log, _options);
        int refusals = _store.Refusals;

        // A disk that cannot be read is another story; writing may well be refused.
        while (!_spool.Open())
        {
            _spool = new Spool(_store, _clock, _log, _options);
        }

        _store.Refusals = refusals;
        Check();
    }

    private void Live(int mostSteps)
    {
        Start();
        for (int step = 0; step < mostSteps * 20; step++)
        {
            _clock.Advance(_random.Next(8));
            Step();
        }
    }

    // What the scenario did stands in the log too, between the spool's own lines.
    private void Note(string what) => _log.Write(LogLevel.Debug, "scenario", what);

    private void EndLife()
    {
        Note("power cut");
        _writing.Clear();
        _waiting.Clear();
        _held.Clear();
        _store.ComeBack();
        _clock.Restart();
        foreach (var mail in _mails)
        {
            mail.Writer = null;
            mail.Message = null;
        }
    }

    private void Step()
    {
        switch (_random.Next(16))
        {
            case 0 or 1 when _writing.Count < 4:
                Begin();
                break;
            case 2 or 3 or 4 when _writing.Count > 0:
                Append();
                break;
            case 5 or 6 when _writing.Count > 0:
                End();
                break;
            case 7 when _writing.Count > 0 && _random.Next(3) == 0:
                _writing[0].Writer!.Abandon();
                _writing.RemoveAt(0);
                break;
            case 8 or 9:
                Sync();
                break;
            case 10 or 11:
                Next();
                break;
            case 12 when _held.Count > 0:
                Record();
                break;
            case 13 or 14 when _held.Count > 0:
                Finish();
                break;
            case 15 when _held.Count > 0:
                Release();
                break;
        }
    }

    private void Begin()
    {
        var mail = new Mail(_mails.Count, _random);
        var writer = _spool.Begin(mail.Envelope, _random.Next(2) * mail.Body.Length, mail.IsAlert);
        if (writer != null)
        {
            Promise(_mails.All(m => m.Id != writer.Id || !m.IsAcknowledged), "Id " + writer.Id + " was used again.");
            Note("begin " + writer.Id + (mail.IsAlert ? " alert " : " ") + mail.Body.Length);
            mail.Writer = writer;
            mail.Id = writer.Id;
            _mails.Add(mail);
            _writing.Add(mail);
        }
    }

    private void Append()
    {
        var mail = _writing[_random.Next(_writing.Count)];
        int count = Math.Min(mail.Body.Length - mail.Appended, _random.Next(600));
        if (mail.Writer!.Append(mail.Body, mail.Appended, count))
        {
            mail.Appended += count;
        }
        else
        {
            _writing.Remove(mail);
        }
    }

    private void End()
    {
        var mail = _writing[_random.Next(_writing.Count)];
        _writing.Remove(mail);
        if (mail.Writer!.Append(mail.Body, mail.Appended, mail.Body.Length - mail.Appended))
        {
            // From the call on it may be there after a cut, though not before.
            mail.MayExist = true;
            Note("end " + mail.Id);
            if (mail.Writer.End())
            {
                _waiting.Add(mail);
            }
        }
    }

    private void Sync()
    {
        var asked = _mails.Where(m => m.IsFinished || m.MayExist && !m.IsAcknowledged && !_waiting.Contains(m)).ToList();
        foreach (var mail in _mails)
        {
            mail.NoteStates();
        }

        bool safe = _spool.Sync();
        Note("sync " + safe + " asked " + string.Join(" ", asked.Select(m => m.Id)) + " waiting " + string.Join(" ", _waiting.Select(m => m.Id + (m.Writer!.IsDurable ? "+" : "-"))));
        foreach (var mail in _waiting)
        {
            mail.IsAcknowledged = mail.Writer!.IsDurable;
        }

        _waiting.Clear();
        if (safe)
        {
            Settled(asked);
        }
    }

    private void Settled(List<Mail> asked)
    {
        foreach (var mail in asked)
        {
            mail.MustBeGone = true;
        }

        foreach (var mail in _mails)
        {
            mail.KeepStates();
        }
    }

    private void Next()
    {
        var message = _spool.Next(_clock.UptimeMilliseconds);
        if (message == null && _random.Next(2) == 0)
        {
            _spool.Tend();
        }

        if (message == null)
        {
            return;
        }

        var mail = CheckContent(message);
        Promise(!mail.MustBeGone, "Message " + mail.Id + " came back to life.");
        Promise(!_held.Contains(mail), "Message " + mail.Id + " was handed out twice.");
        Promise(!mail.IsFinished || !mail.FinishedInThisLife, "Message " + mail.Id + " was handed out after it was finished.");
        mail.Message = message;
        mail.IsAcknowledged = true;
        mail.IsFinished = false;
        _held.Add(mail);
    }

    private void Record()
    {
        var mail = _held[_random.Next(_held.Count)];
        int recipient = _random.Next(mail.Recipients);
        var result = (RecipientResult)(1 + _random.Next(3));
        mail.History[recipient].Add(result);
        Note("record " + mail.Id + " " + recipient + " " + result);
        _spool.RecordRecipient(mail.Message!, recipient, result, "250 2.1.5 " + new string('x', _random.Next(100)));
    }

    private void Finish()
    {
        var mail = _held[_random.Next(_held.Count)];
        _held.Remove(mail);
        mail.IsFinished = true;
        mail.FinishedInThisLife = true;
        mail.Deliveries++;
        Note("finish " + mail.Id);
        Note(_spool.Finish(mail.Message!) ? "recorded" : "not recorded");
        _spool.Tend();
    }

    private void Release()
    {
        var mail = _held[_random.Next(_held.Count)];
        _held.Remove(mail);
        mail.Attempts++;
        Note("release " + mail.Id);
        _spool.Release(mail.Message!, _clock.UptimeMilliseconds + _random.Next(200), "later");
        _spool.Tend();
    }

    // What every life begins with: all that was promised is there, and nothing else.
    private void Check()
    {
        var found = new Dictionary<Mail, QueuedMessage>();
        foreach (var message in _spool.Waiting())
        {
            var mail = CheckContent(message);
            Promise(found.TryAdd(mail, message), "Message " + mail.Id + " is there twice.");
            Promise(!mail.MustBeGone, "Message " + mail.Id + " came back to life.");
        }

        foreach (var mail in _mails)
        {
            if (!found.TryGetValue(mail, out var message))
            {
                Promise(!mail.IsAcknowledged || mail.IsFinished, "Message " + mail.Id + " was acknowledged and is lost.");

                // Not there now: never again.
                mail.MustBeGone = true;
                continue;
            }

            // What is there now stays, whether its sender heard of it or not, and a finish that was not durable did not happen.
            mail.IsAcknowledged = true;
            mail.IsFinished = false;
            mail.FinishedInThisLife = false;
            mail.CheckStates(message);
            Promise(mail.Deliveries <= ++mail.Chances, "Message " + mail.Id + " was delivered too often.");
        }
    }

    private Mail CheckContent(QueuedMessage message)
    {
        Promise(_spool.Open(message, _reader), "Message " + message.Id + " cannot be opened: " + _spool.Error);
        var mail = _mails.LastOrDefault(m => m.Id == message.Id);
        Promise(mail != null, "Message " + message.Id + " was invented.");
        Promise(mail!.MayExist, "Message " + message.Id + " was never ended.");
        int place = 0;
        int count;
        while ((count = _reader.Read(_buffer, 0, _buffer.Length)) > 0)
        {
            Promise(place + count <= mail.Body.Length && _buffer.AsSpan(0, count).SequenceEqual(mail.Body.AsSpan(place, count)), "Message " + mail.Id + " has changed.");
            place += count;
        }

        Promise(count == 0 && place == mail.Body.Length && message.Size == place, "Message " + mail.Id + " cannot be read: " + count + " at " + place + " of " + mail.Body.Length);
        Promise(_reader.Envelope.Bytes.AsSpan(0, _reader.Envelope.Count).SequenceEqual(mail.Envelope.Bytes.AsSpan(0, mail.Envelope.Count)), "The envelope of " + mail.Id + " has changed.");
        Promise(message.IsAlert == mail.IsAlert && message.RecipientCount == mail.Recipients, "The entry of " + mail.Id + " is wrong.");
        _reader.Close();
        return mail;
    }

    // The disk behaves: everything goes out, and nothing is left.
    private void LastLife()
    {
        Start();
        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(25L * 60 * 60 * 1000);
            while (_spool.Next(_clock.UptimeMilliseconds) is { } message)
            {
                var mail = CheckContent(message);
                mail.IsFinished = true;
                Promise(_spool.Finish(message), "Finish failed: " + _spool.Error);
                _spool.Tend();
            }
        }

        Promise(_mails.All(m => !m.IsAcknowledged || m.IsFinished), "A message was never handed out.");
        Promise(_spool.Sync(), "Sync failed.");
        for (int i = 0; i < 30; i++)
        {
            // Idle time, in which the spool clears up.
            _clock.Advance(1000);
            Promise(_spool.Next(_clock.UptimeMilliseconds) == null, "A message came back.");
        }

        _spool = new Spool(_store, _clock, _log, _options);
        Promise(_spool.Open() && _spool.Count == 0, "Something is left.");
        Promise(_store.List()!.Length <= 4, "Segments are left: " + string.Join(" ", _store.List()!.Order().Select(n => n + ":" + _store.OpenRead(n)!.Length)) + (_options.SegmentPerMessage ? " each message its own" : ""));
    }

    /// <summary>One message, and what was promised about it.</summary>
    private sealed class Mail
    {
        private readonly int[] _noted;
        private readonly int[] _kept;
        private int _notedAttempts;
        private int _keptAttempts;

        public Mail(int number, Random random)
        {
            Recipients = random.Next(10) == 0 ? 17 + random.Next(20) : 1 + random.Next(3);
            IsAlert = random.Next(4) == 0;
            Body = new byte[random.Next(5) == 0 ? random.Next(6000) : random.Next(500)];
            random.NextBytes(Body);
            Envelope = SpoolRig.Envelope(Enumerable.Range(0, Recipients).Select(i => "r" + i + "." + number + "@example.net").ToArray());
            History = Enumerable.Range(0, Recipients).Select(_ => new List<RecipientResult> { RecipientResult.Pending }).ToArray();
            _noted = new int[Recipients];
            _kept = new int[Recipients];
        }

        public long Id { get; set; }

        public byte[] Body { get; }

        public Envelope Envelope { get; }

        public int Recipients { get; }

        public bool IsAlert { get; }

        public IMessageWriter? Writer { get; set; }

        public QueuedMessage? Message { get; set; }

        public int Appended { get; set; }

        public bool MayExist { get; set; }

        public bool IsAcknowledged { get; set; }

        public bool IsFinished { get; set; }

        public bool FinishedInThisLife { get; set; }

        public bool MustBeGone { get; set; }

        public int Deliveries { get; set; }

        public int Chances { get; set; }

        public int Attempts { get; set; }

        /// <summary>What was recorded about each recipient, in order.</summary>
        public List<RecipientResult>[] History { get; }

        public void NoteStates()
        {
            for (int i = 0; i < Recipients; i++)
            {
                _noted[i] = History[i].Count - 1;
            }

            _notedAttempts = Attempts;
        }

        public void KeepStates()
        {
            _noted.CopyTo(_kept, 0);
            _keptAttempts = _notedAttempts;
        }

        /// <summary>After a cut each state is one that was recorded, and none older than the last that was made durable.</summary>
        public void CheckStates(QueuedMessage message)
        {
            for (int i = 0; i < Recipients; i++)
            {
                int at = History[i].FindIndex(_kept[i], state => state == message.RecipientState(i));
                Promise(at >= 0, "Recipient " + i + " of message " + Id + " forgot its state: " + message.RecipientState(i) + " is none of " + string.Join(" ", History[i].Skip(_kept[i])));
                History[i].RemoveRange(0, History[i].Count);
                History[i].Add(message.RecipientState(i));
                _kept[i] = 0;
                _noted[i] = 0;
            }

            Promise(message.Attempts >= _keptAttempts && message.Attempts <= Attempts, "Message " + Id + " has " + message.Attempts + " attempts, not " + _keptAttempts + " to " + Attempts);
            Attempts = message.Attempts;
            _keptAttempts = Attempts;
            _notedAttempts = Attempts;
        }
    }

    private sealed class BrokenPromiseException(string what) : Exception(what);
}
