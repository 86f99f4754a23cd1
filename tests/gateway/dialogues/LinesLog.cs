using System;
using System.Collections.Concurrent;
using System.Linq;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Tests.Dialogues;

/// <summary>Keeps every line. For any thread.</summary>
internal sealed class LinesLog : ILog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public bool Has(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public void Write(LogLevel level, string source, string text) => _lines.Enqueue(level + " " + source + ": " + text);
}
