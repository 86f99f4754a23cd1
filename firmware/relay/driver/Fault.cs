using System;

namespace SmtpEmbedded.Relay;

/// <summary>Tells the log of exceptions that a thread outlives. A method of its own, so that the frames that wait below need no room for it.</summary>
public static class Fault
{
    /// <summary>Writes an error: the sentence, the exception's kind and what it says. From any thread.</summary>
    /// <param name="log">Told.</param>
    /// <param name="source">Who tells.</param>
    /// <param name="what">The sentence up to the exception.</param>
    /// <param name="failure">The exception.</param>
    public static void Log(ILog log, string source, string what, Exception failure)
    {
        log.Write(LogLevel.Error, source, what + failure.GetType().Name + " " + failure.Message);
    }
}
