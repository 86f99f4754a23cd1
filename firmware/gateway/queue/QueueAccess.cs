using System;
using System.IO;
using System.Net.Sockets;
using System.Text.Json;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Queue;

/// <summary>The queue from another process: through the running relay, or on the spool itself when none runs.</summary>
public sealed class QueueAccess(RelaySettings settings) : IDisposable
{
    private FileSegmentStore? _store;
    private Spool? _spool;
    private QueueOperations? _operations;

    /// <summary>Does one thing.</summary>
    public QueueResponse Run(QueueRequest request)
    {
        try
        {
            if (_operations is null && ControlSocket.Ask(settings.SpoolPath, request) is QueueResponse response)
            {
                return response;
            }

            return Open() ?? _operations!.Run(request);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or JsonException)
        {
            return Failure("the relay cannot be asked: " + e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spool?.Close();
        _store?.Dispose();
    }

    private static QueueResponse Failure(string error) => new(error, [], [], []);

    private QueueResponse? Open()
    {
        if (_operations is not null)
        {
            return null;
        }

        if (!Directory.Exists(settings.SpoolPath))
        {
            return Failure($"there is no spool at {settings.SpoolPath}");
        }

        var clock = new SystemClock();
        _store = new FileSegmentStore(settings.SpoolPath);
        _spool = new Spool(_store, clock, new SilentLog(), RelayHost.Options(settings));
        if (!_spool.Open())
        {
            return Failure("the spool cannot be read: " + _spool.Error);
        }

        _operations = new QueueOperations(_spool, clock, _ => "", () => { });
        return null;
    }

    private sealed class SilentLog : ILog
    {
        public void Write(LogLevel level, string source, string text)
        {
            if (level >= LogLevel.Warning)
            {
                Console.Error.WriteLine(text);
            }
        }
    }
}
