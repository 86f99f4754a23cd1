using System;
using System.Collections.Concurrent;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>A spool that calls back after every successful sync: whoever makes a message durable thereby wakes the forwarder. Remembers why messages still wait.</summary>
public sealed class WakingSpool : ISpool
{
    // Reasons are a help to operators: beyond this many, messages wait without.
    private const int MostReasons = 10000;

    private readonly ConcurrentDictionary<long, string> _reasons = new();
    private readonly ISpool _spool;
    private readonly Action _wake;

    /// <summary>Puts the call in front of a spool.</summary>
    public WakingSpool(ISpool spool, Action wake)
    {
        _spool = spool;
        _wake = wake;
    }

    /// <summary>Why a message still waits; empty when it was not tried since the start.</summary>
    public string ReasonOf(long id) => _reasons.TryGetValue(id, out string? reason) ? reason : "";

    /// <inheritdoc/>
    public int Count => _spool.Count;

    /// <inheritdoc/>
    public int PercentUsed => _spool.PercentUsed;

    /// <inheritdoc/>
    public string Error => _spool.Error;

    /// <inheritdoc/>
    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert) => _spool.Begin(envelope, size, isAlert);

    /// <inheritdoc/>
    public bool Sync()
    {
        bool durable = _spool.Sync();
        if (durable)
        {
            _wake();
        }

        return durable;
    }

    /// <inheritdoc/>
    public QueuedMessage? Next(long now) => _spool.Next(now);

    /// <inheritdoc/>
    public long NextDue() => _spool.NextDue();

    /// <inheritdoc/>
    public bool Tend(MessageReader? reader) => _spool.Tend(reader);

    /// <inheritdoc/>
    public bool Open(QueuedMessage message, MessageReader reader) => _spool.Open(message, reader);

    /// <inheritdoc/>
    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) =>
        _spool.RecordRecipient(message, recipient, result, reply);

    /// <inheritdoc/>
    public bool Release(QueuedMessage message, long nextAttempt, string reason)
    {
        if (_reasons.Count < MostReasons || _reasons.ContainsKey(message.Id))
        {
            _reasons[message.Id] = reason;
        }

        return _spool.Release(message, nextAttempt, reason);
    }

    /// <inheritdoc/>
    public bool Finish(QueuedMessage message)
    {
        _reasons.TryRemove(message.Id, out _);
        return _spool.Finish(message);
    }
}
