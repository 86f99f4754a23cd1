using System;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Metrics;

/// <summary>The age of the oldest message in the queue. Looking through a long queue costs, so an answer holds for some seconds. From any thread.</summary>
internal sealed class QueueAge(RelayHost relay, IClock clock)
{
    private const int AnswerHolds = 5000;

    private readonly Lock _gate = new();
    private long _lookedAt = long.MinValue / 2;
    private long _oldest = long.MaxValue;

    /// <summary>The age in seconds; 0 for an empty queue.</summary>
    public double Seconds()
    {
        lock (_gate)
        {
            long now = clock.UptimeMilliseconds;
            if (now - _lookedAt >= AnswerHolds)
            {
                _lookedAt = now;
                _oldest = long.MaxValue;
                foreach (QueuedMessage message in relay.Waiting())
                {
                    _oldest = Math.Min(_oldest, message.AcceptedUptime);
                }
            }

            return _oldest == long.MaxValue || relay.QueuedMessages == 0 ? 0 : (now - _oldest) / 1000.0;
        }
    }
}
