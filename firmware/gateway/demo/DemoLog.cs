using System.Collections.Concurrent;
using System.Collections.Generic;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Keeps quiet while all goes well; what was said that matters is there when something failed.</summary>
public sealed class DemoLog : ILog
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The warnings and errors so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <inheritdoc/>
    public void Write(LogLevel level, string source, string text)
    {
        if (level >= LogLevel.Warning)
        {
            _lines.Enqueue($"{source}: {text}");
        }
    }
}
