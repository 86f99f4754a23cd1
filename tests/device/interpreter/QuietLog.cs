using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>Keeps quiet: the vectors are full of mistakes.</summary>
internal sealed class QuietLog : ILog
{
    public void Write(LogLevel level, string source, string text)
    {
    }
}
