using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Makes messages durable in groups: one thread calls <see cref="ISpool.Sync"/>, and each call serves every session that
/// asked before it began. While a sync runs, the next group gathers. Where the group before was of several it waits for as many
/// again, <see cref="MostGathering"/> at most: a sync costs more than many messages do, and one that comes alone never waits.
/// </summary>
public sealed class GroupCommitter : IDisposable
{
    /// <summary>How long a group may gather, in milliseconds: less than a sync takes on most disks.</summary>
    public const int MostGathering = 1;

    private readonly ISpool _spool;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private List<CommitTicket> _gathering = new();
    private List<CommitTicket> _committing = new();
    private int _wakeAt = int.MaxValue;
    private bool _stopped;
    private long _syncs;

    /// <summary>Starts the committing thread.</summary>
    public GroupCommitter(ISpool spool)
    {
        _spool = spool;
        _thread = new Thread(Run) { IsBackground = true, Name = "spool sync" };
        _thread.Start();
    }

    /// <summary>How many syncs were made so far.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    /// <summary>Waits for a sync that begins after this call.</summary>
    /// <param name="ticket">The caller's own ticket; it has one commit under way at most.</param>
    /// <returns>Whether what the caller ended before the call is durable.</returns>
    public ValueTask<bool> CommitAsync(CommitTicket ticket)
    {
        ValueTask<bool> task = ticket.Start();
        lock (_gate)
        {
            if (!_stopped)
            {
                _gathering.Add(ticket);
                if (_gathering.Count == _wakeAt)
                {
                    Monitor.Pulse(_gate);
                }

                return task;
            }
        }

        ticket.Complete(false);
        return task;
    }

    /// <summary>Serves those who wait, then ends the thread. A later commit fails at once.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        // Whoever was served last may be the one who ends it, within this very thread.
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        int before = 1;
        while (true)
        {
            lock (_gate)
            {
                while (_gathering.Count == 0)
                {
                    if (_stopped)
                    {
                        return;
                    }

                    _wakeAt = 1;
                    Monitor.Wait(_gate);
                }

                if (_gathering.Count < before && !_stopped)
                {
                    _wakeAt = before;
                    Monitor.Wait(_gate, MostGathering);
                }

                _wakeAt = int.MaxValue;
                before = _gathering.Count;
                (_gathering, _committing) = (_committing, _gathering);
            }

            // Counted before the waiters go on, so that a test sees every sync it was served by.
            Interlocked.Increment(ref _syncs);
            bool durable = _spool.Sync();
            foreach (CommitTicket ticket in _committing)
            {
                ticket.Complete(durable);
            }

            _committing.Clear();
        }
    }
}

/// <summary>
/// One session's place in the group commits: reused for each of its messages, so that a commit allocates nothing. Whoever
/// waits goes on within the committer's thread: it has a reply to send and must not block.
/// </summary>
public sealed class CommitTicket : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core;

    internal ValueTask<bool> Start()
    {
        _core.Reset();
        return new ValueTask<bool>(this, _core.Version);
    }

    internal void Complete(bool durable) => _core.SetResult(durable);

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
