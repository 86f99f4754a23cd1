namespace SmtpEmbedded.Relay;

/// <summary>Starts tasks and knows how many have not ended, so that one can wait for all of them. From any thread.</summary>
internal sealed class TaskCount
{
    private const int LookAgain = 250;

    private readonly IPlatform _platform;
    private readonly ISignal _ended;
    private readonly object _lock = new object();
    private int _running;

    public TaskCount(IPlatform platform)
    {
        _platform = platform;
        _ended = platform.CreateSignal();
    }

    /// <summary>Gives a task a thread, which calls <see cref="Leave"/> at the end of its <see cref="ITask.Run"/>; false when there is none, and <see cref="IPlatform.Error"/> says why.</summary>
    public bool Start(ITask task)
    {
        lock (_lock)
        {
            _running++;
        }

        if (_platform.Start(task))
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Waits until all tasks have ended.</summary>
    /// <returns>False when the time was up first.</returns>
    public bool Wait(int timeoutMilliseconds)
    {
        long end = _platform.Clock.UptimeMilliseconds + timeoutMilliseconds;
        while (Running() > 0)
        {
            if (_platform.Clock.UptimeMilliseconds >= end)
            {
                return false;
            }

            _ended.Wait(LookAgain);
        }

        return true;
    }

    /// <summary>A task has ended.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _running--;
        }

        _ended.Set();
    }

    private int Running()
    {
        lock (_lock)
        {
            return _running;
        }
    }
}
