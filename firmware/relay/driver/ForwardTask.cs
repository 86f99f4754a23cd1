using System;

namespace SmtpEmbedded.Relay;

/// <summary>The forwarder's thread: runs it when it wants to, or sooner when a message has come in.</summary>
internal sealed class ForwardTask : ITask
{
    private const string Source = "forwarder";

    /// <summary>The longest sleep, so that no clock's whim can make it last.</summary>
    private const int LongestSleep = 60 * 1000;

    /// <summary>The sleep behind a fault.</summary>
    private const int AfterFault = 10 * 1000;

    private readonly Forwarder _forwarder;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly TaskCount _tasks;
    private readonly object _lock = new object();
    private bool _isStopping;

    public ForwardTask(RelaySettings settings, ISpool spool, IPlatform platform, ILog log, Journal journal, TaskCount tasks)
    {
        _forwarder = new Forwarder(settings, spool, platform.Connector, platform.Clock, log);
        _forwarder.Alerts = journal.Alerts;
        _forwarder.Journal = journal;
        _clock = platform.Clock;
        _log = log;
        _tasks = tasks;
        Wake = platform.CreateSignal();
    }

    /// <summary>Makes the forwarder look at the spool.</summary>
    public ISignal Wake { get; }

    public void Run()
    {
        while (!IsStopping())
        {
            long wait;
            try
            {
                wait = _forwarder.RunOnce();
                long alerts = _forwarder.Alerts == null ? wait : _forwarder.Alerts.RunOnce();
                wait = (alerts < wait ? alerts : wait) - _clock.UptimeMilliseconds;
            }
            catch (Exception failure)
            {
                // On a board memory may have run out for an alert.
                Fault.Log(_log, Source, "Forwarding stopped short by ", failure);
                wait = AfterFault;
            }

            Wake.Wait(wait > LongestSleep ? LongestSleep : (int)wait);
        }

        // Closes what is still open.
        _forwarder.RunOnce();
        _tasks.Leave();
    }

    /// <summary>Breaks off the connection under way and ends the task. From any thread.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
        }

        _forwarder.Stop();
        Wake.Set();
    }

    private bool IsStopping()
    {
        lock (_lock)
        {
            return _isStopping;
        }
    }
}
