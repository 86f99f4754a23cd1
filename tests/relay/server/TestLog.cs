using System.Collections.Generic;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A log that can be read.</summary>
internal sealed class TestLog : ILog
{
    public List<string> Lines { get; } = new();

    public void Write(LogLevel level, string source, string text) => Lines.Add(level + " " + source + ": " + text);
}
