using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>A log that keeps nothing and bears no control characters.</summary>
internal sealed class FuzzLog : ILog
{
    public void Write(LogLevel level, string source, string text)
    {
        foreach (char c in text)
        {
            Finding.When(char.IsControl(c), "a control character in the log");
        }
    }
}
