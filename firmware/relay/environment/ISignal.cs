namespace SmtpEmbedded.Relay;

/// <summary>Wakes one waiting thread. A signal that comes while nobody waits is kept for the next wait; several count as one.</summary>
public interface ISignal
{
    /// <summary>Wakes the waiting thread, or lets its next wait return at once. From any thread.</summary>
    void Set();

    /// <summary>Waits for <see cref="Set"/>.</summary>
    /// <param name="timeoutMilliseconds">The longest wait; 0 or less only looks.</param>
    /// <returns>Whether the signal came.</returns>
    bool Wait(int timeoutMilliseconds);
}
