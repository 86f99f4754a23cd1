using System.Collections.Generic;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Keeps what is written to it.</summary>
internal sealed class FakeLog : ILog
{
    public List<string> Lines { get; } = new();

    public void Write(LogLevel level, string source, string text)
    {
        lock (Lines)
        {
            Lines.Add(level + " " + source + ": " + text);
        }
    }

    public int CountOf(LogLevel level)
    {
        lock (Lines)
        {
            return Lines.FindAll(line => line.StartsWith(level.ToString(), System.StringComparison.Ordinal)).Count;
        }
    }
}
