using Microsoft.Extensions.Logging;
using SmtpEmbedded.Relay;
using LogLevel = SmtpEmbedded.Relay.LogLevel;

namespace SmtpEmbedded.Gateway;

/// <summary>Hands the relay's log lines to Microsoft.Extensions.Logging, one category a part of the relay.</summary>
public sealed class ConsoleLog : ILog
{
    private readonly ILogger _server;
    private readonly ILogger _spool;
    private readonly ILogger _forwarder;
    private readonly ILogger _alerts;
    private readonly ILogger _other;

    /// <summary>Creates the loggers once, so that writing a line looks nothing up.</summary>
    public ConsoleLog(ILoggerFactory factory)
    {
        _server = factory.CreateLogger("server");
        _spool = factory.CreateLogger("spool");
        _forwarder = factory.CreateLogger("forwarder");
        _alerts = factory.CreateLogger("alerts");
        _other = factory.CreateLogger("gateway");
    }

    /// <inheritdoc/>
    public void Write(LogLevel level, string source, string text)
    {
        ILogger logger = source switch
        {
            "server" => _server,
            "spool" => _spool,
            "forwarder" => _forwarder,
            "alerts" => _alerts,
            _ => _other,
        };
        Microsoft.Extensions.Logging.LogLevel weight = level switch
        {
            LogLevel.Debug => Microsoft.Extensions.Logging.LogLevel.Debug,
            LogLevel.Information => Microsoft.Extensions.Logging.LogLevel.Information,
            LogLevel.Warning => Microsoft.Extensions.Logging.LogLevel.Warning,
            _ => Microsoft.Extensions.Logging.LogLevel.Error,
        };
        if (logger.IsEnabled(weight))
        {
            logger.Log(weight, default, text, null, static (line, _) => line);
        }
    }
}
