namespace SmtpEmbedded.Relay;

/// <summary>Work that gets a thread of its own (<see cref="IPlatform.Start"/>).</summary>
public interface ITask
{
    /// <summary>
    /// Does the work; the thread ends when it returns. It is the lowest frame of its thread, so that nothing waits below it for
    /// as long as the thread lives: it sees to its own failures, and no exception may leave it.
    /// </summary>
    void Run();
}
