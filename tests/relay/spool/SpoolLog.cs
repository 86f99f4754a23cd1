using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>Keeps what was logged.</summary>
internal sealed class SpoolLog : ILog
{
    private readonly List<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return _lines.ToArray();
            }
        }
    }

    public bool Has(string part) => Lines.Any(line => line.Contains(part));

    public void Write(LogLevel level, string source, string text)
    {
        lock (_lines)
        {
            _lines.Add(level + " " + source + " " + text);
        }
    }
}
