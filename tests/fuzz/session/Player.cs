using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>
/// Plays inputs against one session, as a gateway drives it, step by step so that two can be played in turns. What it has
/// answered, replies and stored messages, is in <see cref="Answer"/>.
/// </summary>
internal sealed class Player
{
    private readonly FuzzClock _clock = new();
    private readonly FuzzLog _log = new();
    private readonly FuzzSpool _spool;
    private readonly Profile _profile;
    private readonly ServerSession _session;
    private readonly Octets _replies = new();
    private FuzzInput _input;
    private Random? _dice;
    private int _at;
    private int _endOfSending;
    private int _sendsAtMost;

    public Player(Profile profile)
    {
        _profile = profile;
        _spool = new FuzzSpool { BreaksOff = profile.Settings.Limits.MessageBytes > DialogueMaker.Longest };
        _session = new ServerSession(profile.Settings, _spool, _clock, _log);
    }

    /// <summary>Everything the last input was answered with.</summary>
    public Octets Answer { get; } = new();

    /// <summary>The replies alone.</summary>
    public Octets Replies => _replies;

    /// <summary>How many messages were taken.</summary>
    public int Messages => _spool.Messages;

    /// <summary>Begins with an input.</summary>
    /// <param name="input">Of this player's profile.</param>
    /// <param name="dice">Cuts what the client sends and what the server sends; null to leave both whole.</param>
    public void Begin(FuzzInput input, Random? dice)
    {
        _input = input;
        _dice = dice;
        _sendsAtMost = dice is null || dice.Next(3) > 0 ? int.MaxValue : dice.Next(1, 60);
        _at = input.Start;
        _endOfSending = input.EndOfSending(_at);
        _replies.Clear();
        _spool.Forget();
        _clock.UptimeMilliseconds = FuzzClock.Beginning;
        _session.Open(_profile.Address, _profile.IsSecured);
        Collect();
        if (_session.IsEarly && !(_profile.SpeaksEarly && _endOfSending > _at))
        {
            _session.Expired();
            Collect();
        }
    }

    /// <summary>Sends the client's next octets, or lets happen what happens next.</summary>
    /// <returns>False when the input is over.</returns>
    public bool Step()
    {
        if (_at < _endOfSending)
        {
            int size = _endOfSending - _at;
            if (_dice is not null)
            {
                size = Math.Min(size, _dice.Next(4) == 0 ? _dice.Next(1, 300) : _dice.Next(1, 6));
            }

            Send(size);
            _at += size;
            return true;
        }

        if (_at >= _input.Octets.Length)
        {
            return false;
        }

        Drain();
        Happen(_input.EventAt(_at));
        Drain();
        _at += FuzzInput.EventLength;
        _endOfSending = _input.EndOfSending(_at);
        return true;
    }

    /// <summary>The client is gone; what it was answered is complete.</summary>
    public void End()
    {
        Drain();
        SessionWants wants = _session.Wants;
        _session.PeerClosed();
        Finding.When(_session.OutputCount > 0, "output that was never sent");
        Finding.When(_spool.Unfinished != 0, "a message neither ended nor abandoned");
        Answer.Clear();
        Answer.Append(_replies.Span);
        Answer.Append([0, (byte)wants]);
        Answer.Append(_spool.Ended.Span);
    }

    private void Send(int size)
    {
        byte[] octets = _input.Octets;
        int taken = 0;
        while (taken < size && _session.Wants is SessionWants.Input or SessionWants.StartTls)
        {
            if (_session.Wants == SessionWants.StartTls && _session.IsEarly)
            {
                // What comes is TLS, and not ours.
                return;
            }

            int more = _session.Receive(octets, _at + taken, size - taken);
            Finding.When(more < 0 || more > size - taken, "took more than there was");
            taken += more;
            bool moved = Collect();
            Serve();
            Finding.When(more == 0 && !moved && _session.Wants == SessionWants.Input, "takes nothing though its output is empty");
        }
    }

    private void Serve()
    {
        if (_session.Wants == SessionWants.Commit)
        {
            Finding.When(_session.Deadline != long.MaxValue, "a deadline though it waits for the spool");
            _spool.Sync();
            _session.Committed();
            Collect();
        }
        else if (_session.Wants == SessionWants.Authenticate)
        {
            _session.Authenticated(_profile.Settings.Credentials!.Accepts(_session.Responses, _session.UserEnd, _session.ResponsesEnd));
            Collect();
        }
    }

    private void Happen(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.Handshake:
                _session.TlsStarted(true);
                break;
            case SessionEvent.NoHandshake:
                _session.TlsStarted(false);
                break;
            case SessionEvent.Expire when _session.Deadline != long.MaxValue:
                _clock.UptimeMilliseconds = Math.Max(_clock.UptimeMilliseconds, _session.Deadline);
                _session.Expired();
                break;
            case SessionEvent.Wait:
                _clock.UptimeMilliseconds += 7000;
                break;
            case SessionEvent.Stop:
                _session.Stop();
                break;
            case SessionEvent.Vanish:
                _session.PeerClosed();
                break;
            case SessionEvent.Full:
                _spool.IsFull ^= true;
                break;
            case SessionEvent.Undurable:
                _spool.IsDurable ^= true;
                break;
            case SessionEvent.Endless:
                _spool.RefusesEnd ^= true;
                break;
            default:
                break;
        }
    }

    private void Drain()
    {
        while (Collect())
        {
        }
    }

    private bool Collect()
    {
        bool moved = false;
        while (_session.OutputCount > 0)
        {
            moved = true;
            int count = Math.Min(_session.OutputCount, _sendsAtMost);
            _replies.Append(_session.Output.AsSpan(_session.OutputStart, count));
            _session.Sent(count);
            if (_sendsAtMost < int.MaxValue && _session.Wants == SessionWants.Input)
            {
                break;
            }
        }

        return moved;
    }
}
