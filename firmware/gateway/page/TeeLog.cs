using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Writes each line to two logs: the service's own, and the one the operator's page shows.</summary>
public sealed class TeeLog(ILog first, ILog second) : ILog
{
    /// <inheritdoc/>
    public void Write(LogLevel level, string source, string text)
    {
        first.Write(level, source, text);
        second.Write(level, source, text);
    }
}
