using System;
using System.IO;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Queue;

/// <summary>
/// A Unix domain socket in the spool's folder by which the queue's commands reach the running relay: one line of JSON each way,
/// then the connection ends. Who may enter the folder, which is the relay's user alone, may give commands.
/// </summary>
public sealed class ControlSocket : IDisposable
{
    private const int LongestRequest = 4 * 1024 * 1024;

    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(10);

    private readonly QueueOperations _operations;
    private readonly ILog _log;
    private readonly string _path;
    private readonly CancellationTokenSource _stop = new();
    private Socket? _socket;

    /// <summary>Prepares the socket; <see cref="Start"/> opens it.</summary>
    public ControlSocket(string spoolPath, QueueOperations operations, ILog log)
    {
        _operations = operations;
        _log = log;
        _path = PathOf(spoolPath);
    }

    /// <summary>Where the socket of a spool is.</summary>
    public static string PathOf(string spoolPath) => Path.Combine(Path.GetFullPath(spoolPath), "control");

    /// <summary>Opens the socket. The relay works without it too: then the log says why it has none.</summary>
    public void Start()
    {
        try
        {
            // Left by a process that was killed; the spool's lock says that no other one is alive.
            File.Delete(_path);
            _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _socket.Bind(new UnixDomainSocketEndPoint(_path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            _socket.Listen(8);
            _ = AcceptAsync(_socket);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            _log.Write(Relay.LogLevel.Warning, "gateway", $"no control socket at {_path}, the queue commands will not work while the relay runs: {e.Message}");
        }
    }

    /// <summary>Asks a running relay.</summary>
    /// <returns>Its answer; null when none runs on this spool.</returns>
    public static QueueResponse? Ask(string spoolPath, QueueRequest request)
    {
        string path = PathOf(spoolPath);
        if (!File.Exists(path))
        {
            return null;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }

        using var stream = new NetworkStream(socket);
        JsonSerializer.Serialize(stream, request, QueueJson.Default.QueueRequest);
        socket.Shutdown(SocketShutdown.Send);
        return JsonSerializer.Deserialize(stream, QueueJson.Default.QueueResponse);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        if (_socket is not null)
        {
            _socket.Dispose();
            File.Delete(_path);
        }
    }

    private async Task AcceptAsync(Socket listening)
    {
        try
        {
            while (true)
            {
                Socket client = await listening.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The relay stops.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(RequestTime);
            using var content = new MemoryStream();
            byte[] buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0 && content.Length <= LongestRequest)
            {
                content.Write(buffer, 0, read);
            }

            QueueResponse response;
            try
            {
                QueueRequest? request = JsonSerializer.Deserialize(content.ToArray(), QueueJson.Default.QueueRequest);
                response = request is null ? new QueueResponse("no request", [], [], []) : _operations.Run(request);
                if (request is not null && response.Changed.Count > 0)
                {
                    _log.Write(Relay.LogLevel.Information, "gateway", $"an operator: {request.Command} {response.Changed.Count} messages");
                }
            }
            catch (JsonException)
            {
                response = new QueueResponse("the request is not understood", [], [], []);
            }

            await JsonSerializer.SerializeAsync(stream, response, QueueJson.Default.QueueResponse, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever asked has gone.
        }
    }
}
