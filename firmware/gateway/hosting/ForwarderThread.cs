using System;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// The thread the forwarder runs on. It sleeps until a message is due, and is woken early when one becomes durable.
/// </summary>
public sealed class ForwarderThread : IDisposable
{
    // The clock and the wait may disagree by a tick; without this a wait of nothing would spin.
    private const int ShortestWait = 10;
    private const int LongestWait = 60 * 1000;

    // What was sent is made durable after so many milliseconds of quiet. While mail comes in its syncs serve this too.
    private const int SyncAfter = 500;

    private readonly Forwarder _forwarder;
    private readonly ISpool _spool;
    private readonly Alerts? _alerts;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly Func<bool> _isWanted;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private long _measureAt;

    /// <summary>Prepares the thread; <see cref="Start"/> starts it.</summary>
    /// <param name="forwarder">Run on this thread only.</param>
    /// <param name="spool">The one it sends from; this sees to it that what it records becomes durable.</param>
    /// <param name="clock">The clock it uses.</param>
    /// <param name="log">Told of faults.</param>
    /// <param name="alerts">The alerts with their watch, where this is the thread that runs them.</param>
    /// <param name="isWanted">Whether a connection of this one is wanted while it has none; null for always.</param>
    public ForwarderThread(Forwarder forwarder, ISpool spool, IClock clock, ILog log, Alerts? alerts, Func<bool>? isWanted = null)
    {
        _alerts = alerts;
        _isWanted = isWanted ?? (() => true);
        _forwarder = forwarder;
        _forwarder.LeavesSync = true;
        _spool = spool;
        _clock = clock;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "forwarder" };
    }

    /// <summary>Whether the thread runs.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Starts forwarding.</summary>
    public void Start() => _thread.Start();

    /// <summary>Says that there may be something to send. For any thread; costs next to nothing.</summary>
    public void Wake()
    {
        if (_isWanted())
        {
            _wake.Set();
        }
    }

    /// <summary>Breaks off what is being sent and waits for the thread to end.</summary>
    public void Dispose()
    {
        _stopping = true;
        _forwarder.Stop();
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            long wait;
            try
            {
                wait = _forwarder.IsConnected || _isWanted() ? _forwarder.RunOnce() - _clock.UptimeMilliseconds : LongestWait;
                if (_alerts is not null)
                {
                    if (_clock.UptimeMilliseconds >= _measureAt)
                    {
                        _measureAt = _clock.UptimeMilliseconds + LongestWait;
                        _alerts.Watch!.MemoryUsed = Environment.WorkingSet;
                    }

                    wait = Math.Min(wait, _alerts.RunOnce() - _clock.UptimeMilliseconds);
                }
            }
            catch (Exception e)
            {
                // A fault of ours: the mail stays in the spool, and the forwarder must not die of it.
                _log.Write(Relay.LogLevel.Error, "forwarder", "an attempt failed: " + e.ToString().ReplaceLineEndings(" | "));
                wait = LongestWait;
            }

            if (_stopping)
            {
                return;
            }

            int rest = (int)Math.Clamp(wait, ShortestWait, LongestWait);
            if (!_wake.WaitOne(Math.Min(rest, SyncAfter)) && !_stopping)
            {
                // Does nothing when nothing is left to sync.
                if (!_spool.Sync())
                {
                    _log.Write(Relay.LogLevel.Error, "forwarder", "what was sent could not be recorded for good, a crash would send it once more: " + _spool.Error);
                }

                _wake.WaitOne(Math.Max(0, rest - SyncAfter));
            }
        }
    }
}
