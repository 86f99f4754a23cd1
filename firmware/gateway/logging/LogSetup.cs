using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SmtpEmbedded.Gateway.Logging;

/// <summary>Puts the log on standard error, in one of its formats.</summary>
public static class LogSetup
{
    /// <summary>Adds it to a host.</summary>
    public static void Add(ILoggingBuilder logging, LogFormat format, LogLevel least)
    {
        // Made by the container, which ends it too.
        logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLog(new LineFormatter(format), Console.OpenStandardError()));
        logging.SetMinimumLevel(least);

        // The framework's own talk matters only when something is wrong.
        logging.AddFilter("Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning);
    }

    /// <summary>The format to use when none was asked for: systemd says by JOURNAL_STREAM that standard error is the journal.</summary>
    public static LogFormat Default => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 } ? LogFormat.Journal : LogFormat.Text;
}
