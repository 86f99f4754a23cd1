using System.Diagnostics;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Metrics;

/// <summary>A spool that counts what goes in and out.</summary>
public sealed class MeteredSpool(ISpool spool, RelayMeter meter, IClock clock) : ISpool
{
    /// <inheritdoc/>
    public int Count => spool.Count;

    /// <inheritdoc/>
    public string Error => spool.Error;

    /// <inheritdoc/>
    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        IMessageWriter? writer = spool.Begin(envelope, size, isAlert);
        if (writer is null)
        {
            meter.Refused();
            return null;
        }

        return new Writer(writer, meter, isAlert);
    }

    /// <inheritdoc/>
    public bool Sync()
    {
        long start = Stopwatch.GetTimestamp();
        bool isDurable = spool.Sync();
        meter.Synced(Stopwatch.GetElapsedTime(start), isDurable);
        return isDurable;
    }

    /// <inheritdoc/>
    public QueuedMessage? Next(long now) => spool.Next(now);

    /// <inheritdoc/>
    public long NextDue() => spool.NextDue();

    /// <inheritdoc/>
    public bool Open(QueuedMessage message, MessageReader reader) => spool.Open(message, reader);

    /// <inheritdoc/>
    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) =>
        spool.RecordRecipient(message, recipient, result, reply);

    /// <inheritdoc/>
    public bool Release(QueuedMessage message, long nextAttempt, string reason)
    {
        meter.Deferred();
        return spool.Release(message, nextAttempt, reason);
    }

    /// <inheritdoc/>
    public bool Finish(QueuedMessage message)
    {
        meter.Finished(message.Size, (clock.UptimeMilliseconds - message.AcceptedUptime) / 1000.0);
        return spool.Finish(message);
    }

    /// <summary>Counts its message the first time it is found durable: that is when a session says 250.</summary>
    private sealed class Writer(IMessageWriter writer, RelayMeter meter, bool isAlert) : IMessageWriter
    {
        private long _bytes;
        private bool _isCounted;
        private bool _isRefused;

        public long Id => writer.Id;

        public bool IsDurable
        {
            get
            {
                bool isDurable = writer.IsDurable;
                if (isDurable && !_isCounted)
                {
                    _isCounted = true;
                    meter.Accepted(isAlert, _bytes);
                }

                return isDurable;
            }
        }

        public bool Append(byte[] buffer, int offset, int count)
        {
            _bytes += count;
            return Judge(writer.Append(buffer, offset, count));
        }

        public bool End() => Judge(writer.End());

        public void Abandon() => writer.Abandon();

        private bool Judge(bool isTaken)
        {
            if (!isTaken && !_isRefused)
            {
                _isRefused = true;
                meter.Refused();
            }

            return isTaken;
        }
    }
}
