using System;
using System.Threading;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>A thread that runs one task and keeps what goes wrong in it from the rest of the program.</summary>
internal sealed class TaskThread
{
    private readonly ITask _task;
    private readonly ILog _log;

    public TaskThread(ITask task, ILog log)
    {
        _task = task;
        _log = log;
    }

    public void Start()
    {
        Thread thread = new Thread(Run);
#if !NANOFRAMEWORK_1_0
        // A program that ends need not wait for a relay it has not stopped.
        thread.IsBackground = true;
#endif
        thread.Start();
    }

    private void Run()
    {
        try
        {
            _task.Run();
        }
        catch (Exception failure)
        {
            // Memory that has run out is the likely case on a device; the other threads may go on.
            _log.Write(LogLevel.Error, "platform", "A thread has ended by " + Failures.Describe(failure));
        }
        finally
        {
            _task.Ended();
        }
    }
}
