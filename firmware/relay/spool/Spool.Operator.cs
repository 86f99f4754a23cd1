#if !NANOFRAMEWORK_1_0
using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Relay;

/// <content>The queue as an operator sees and changes it, while the forwarder works; not compiled for a device.</content>
public sealed partial class Spool
{
    /// <summary>The durable messages, oldest first, at one moment. Their numbers go on changing.</summary>
    public IReadOnlyList<QueuedMessage> Snapshot()
    {
        var messages = new List<QueuedMessage>();
        lock (_lock)
        {
            for (int i = 0; i < _messages.Places; i++)
            {
                if (_messages.At(i) is QueuedMessage { IsDurable: true } message)
                {
                    messages.Add(message);
                }
            }
        }

        messages.Sort((a, b) => a.Id.CompareTo(b.Id));
        return messages;
    }

    /// <summary>Whether a message is being sent or changed at this moment.</summary>
    public bool IsBusy(QueuedMessage message)
    {
        lock (_lock)
        {
            return message.IsHeld;
        }
    }

    /// <summary>Sets when messages are tried next, durably; no attempt is counted. Those being sent at this moment are left alone.</summary>
    /// <param name="which">Says whether a message is meant; called under the spool's lock.</param>
    /// <param name="nextAttempt">Uptime in milliseconds; <see cref="long.MaxValue"/> holds them back until this is called again, over restarts too.</param>
    /// <param name="reason">For the record.</param>
    /// <returns>Those changed; null when the disk refused, <see cref="Error"/> says why.</returns>
    public IReadOnlyList<QueuedMessage>? Reschedule(Predicate<QueuedMessage> which, long nextAttempt, string reason)
    {
        bool recorded = true;
        List<QueuedMessage> chosen;
        lock (_lock)
        {
            chosen = PullOut(which);
            foreach (QueuedMessage message in chosen)
            {
                message.NextAttempt = nextAttempt;
                _waiting.Push(message);
                recorded &= RecordAttempt(message, reason);
            }
        }

        return recorded & Sync() ? chosen : null;
    }

    /// <summary>Ends messages unsent and untold, durably. Those being sent at this moment are left alone.</summary>
    /// <param name="which">Says whether a message is meant; called under the spool's lock.</param>
    /// <returns>Those removed; null when the disk refused, <see cref="Error"/> says why.</returns>
    public IReadOnlyList<QueuedMessage>? Remove(Predicate<QueuedMessage> which)
    {
        List<QueuedMessage> chosen;
        lock (_lock)
        {
            chosen = PullOut(which);
            foreach (QueuedMessage message in chosen)
            {
                message.IsHeld = true;
            }
        }

        bool recorded = true;
        foreach (QueuedMessage message in chosen)
        {
            recorded &= Finish(message);
        }

        return recorded & Sync() ? chosen : null;
    }

    // Takes messages out of the order in which they wait. One pass, however many.
    private List<QueuedMessage> PullOut(Predicate<QueuedMessage> which)
    {
        var chosen = new List<QueuedMessage>();
        var others = new List<QueuedMessage>();
        foreach (MessageHeap heap in new[] { _dueAlerts, _due, _waiting })
        {
            while (heap.Pop() is QueuedMessage message)
            {
                (message.IsDurable && which(message) ? chosen : others).Add(message);
            }

            others.ForEach(heap.Push);
            others.Clear();
        }

        chosen.Sort((a, b) => a.Id.CompareTo(b.Id));
        return chosen;
    }
}
#endif
