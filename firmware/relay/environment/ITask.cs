namespace SmtpEmbedded.Relay;

/// <summary>Work that gets a thread of its own (<see cref="IPlatform.Start"/>).</summary>
public interface ITask
{
    /// <summary>Does the work; the thread ends when it returns. An exception that leaves it is logged by the platform and ends the thread too.</summary>
    void Run();

    /// <summary>Called on the same thread when <see cref="Run"/> has ended, however it did. A method of its own, so that no frame waits below all the others for it.</summary>
    void Ended();
}
