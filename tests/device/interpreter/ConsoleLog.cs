using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>Prints what there is to tell.</summary>
internal sealed class ConsoleLog : ILog
{
    public void Write(LogLevel level, string source, string text)
    {
        Console.WriteLine(source + ": " + text);
    }
}
