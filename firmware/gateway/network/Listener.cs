using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Accepts connections, gives each a session of its own, and watches over their deadlines.</summary>
public sealed class Listener
{
    private const int Backlog = 512;
    private const int CheckMilliseconds = 250;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly GroupCommitter _committer;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly SessionCounter _counter;
    private readonly ConcurrentDictionary<SessionLoop, Task> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private Task _checking = Task.CompletedTask;

    /// <summary>Prepares to listen where the settings say.</summary>
    public Listener(RelaySettings settings, ISpool spool, GroupCommitter committer, IClock clock, ILog log)
    {
        _settings = settings;
        _spool = spool;
        _committer = committer;
        _clock = clock;
        _log = log;
        _counter = new SessionCounter(settings.Limits);
        EndPoint = new IPEndPoint(IPAddress.None, 0);
    }

    /// <summary>Where it listens, once <see cref="Start"/> has returned null; the port is the real one when the settings left it to the system.</summary>
    public IPEndPoint EndPoint { get; private set; }

    /// <summary>How many sessions are being served.</summary>
    public int Sessions => _counter.Count;

    /// <summary>Its sessions, counted.</summary>
    public SessionCounter Counter => _counter;

    /// <summary>Begins to listen.</summary>
    /// <returns>Null, or why it cannot, as a sentence.</returns>
    public string? Start()
    {
        bool everywhere = _settings.ListenAddress == "*";
        IPAddress? address = everywhere && Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        if (!everywhere && !IPAddress.TryParse(_settings.ListenAddress, out address))
        {
            return $"cannot listen on {_settings.ListenAddress}: that is not an address";
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (everywhere && address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, _settings.ListenPort));
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return $"cannot listen on {address}:{_settings.ListenPort}: {e.Message}";
        }

        _socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = AcceptAsync(socket);
        _checking = CheckAsync();
        return null;
    }

    /// <summary>Accepts no one any more, says 421 to every session, and returns when all have ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket?.Dispose();
        await _accepting.ConfigureAwait(false);
        await _checking.ConfigureAwait(false);
        while (!_sessions.IsEmpty)
        {
            long now = _clock.UptimeMilliseconds;
            foreach (SessionLoop loop in _sessions.Keys)
            {
                loop.End(now);
                loop.Check(now);
            }

            await Task.WhenAny(Task.WhenAll(_sessions.Values), Task.Delay(CheckMilliseconds)).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listening.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or the client was gone before we looked: both pass.
                _log.Write(Relay.LogLevel.Warning, "server", "cannot accept a connection: " + e.Message);
                await Task.Delay(100).ConfigureAwait(false);
                continue;
            }

            Serve(socket);
        }
    }

    private void Serve(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote)
        {
            socket.Dispose();
            return;
        }

        IPAddress address = remote.Address;
        string? full = _counter.Enter(address);
        if (full is not null)
        {
            _log.Write(Relay.LogLevel.Warning, "server", $"{address} was turned away: {full}");
            _ = RefuseAsync(socket, full);
            return;
        }

        var loop = new SessionLoop(socket, new ServerSession(_settings, _spool, _clock, _log), _committer, _clock);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[loop] = done.Task;
        _ = RunAsync();

        async Task RunAsync()
        {
            await Task.Yield();
            try
            {
                await loop.RunAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // A fault in one session must not end the others; it is ours to mend, so it is told in full.
                _log.Write(Relay.LogLevel.Error, "server", "a session failed: " + e.ToString().ReplaceLineEndings(" | "));
                socket.Dispose();
            }
            finally
            {
                _counter.Leave(address);
                _sessions.TryRemove(loop, out _);
                done.SetResult();
            }
        }
    }

    private async Task RefuseAsync(Socket socket, string reason)
    {
        using (socket)
        {
            try
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes($"421 {_settings.Hostname} {reason}\r\n")).ConfigureAwait(false);
                socket.Shutdown(SocketShutdown.Send);

                // Closing at once would reset the connection of a client that has spoken already, and lose the reply.
                using var limit = new CancellationTokenSource(1000);
                await socket.ReceiveAsync(new byte[512], limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The client did not wait for the answer.
            }
        }
    }

    private async Task CheckAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(CheckMilliseconds));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                long now = _clock.UptimeMilliseconds;
                foreach (var pair in _sessions)
                {
                    pair.Key.Check(now);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: StopAsync goes on checking.
        }
    }
}
