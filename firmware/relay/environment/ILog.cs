namespace SmtpEmbedded.Relay;

/// <summary>
/// Where the relay says what happens. One line an event; control characters never reach it (callers pass only text they
/// composed or cleaned). Implementations may be called from any thread, must not block for long and must not throw.
/// </summary>
public interface ILog
{
    /// <summary>Writes one line.</summary>
    /// <param name="level">How much it matters.</param>
    /// <param name="source">Which part speaks: "server", "spool", "forwarder", "alerts".</param>
    /// <param name="text">A sentence, without line ends.</param>
    void Write(LogLevel level, string source, string text);
}

/// <summary>How much a log line matters, least first.</summary>
public enum LogLevel
{
    /// <summary>For whoever follows one session closely.</summary>
    Debug,

    /// <summary>What an operator wants to be able to look up later.</summary>
    Information,

    /// <summary>Something is wrong that the relay copes with.</summary>
    Warning,

    /// <summary>Something is wrong that needs a person.</summary>
    Error,
}
