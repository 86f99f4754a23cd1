using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
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

    // Sessions with all their buffers that are kept for the next clients.
    private const int MostSpareSessions = 64;

    private readonly SessionServices _services;
    private readonly RelaySettings _settings;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly SessionCounter _counter;
    private readonly ConcurrentDictionary<SessionLoop, Task> _sessions = new();
    private readonly ConcurrentStack<ServerSession> _spareSessions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _running = [];

    /// <summary>Prepares to listen where the settings say.</summary>
    public Listener(SessionServices services)
    {
        _services = services;
        _settings = services.Settings;
        _clock = services.Clock;
        _log = services.Log;
        _counter = new SessionCounter(_settings.Limits);
        EndPoint = new IPEndPoint(IPAddress.None, 0);
    }

    /// <summary>Where it listens, once <see cref="Start"/> has returned null; the port is the real one when the settings left it to the system.</summary>
    public IPEndPoint EndPoint { get; private set; }

    /// <summary>Where it listens besides, when the settings name a second port.</summary>
    public IPEndPoint? SecondEndPoint { get; private set; }

    /// <summary>Where TLS begins at once, when the settings name a port for it.</summary>
    public IPEndPoint? TlsEndPoint { get; private set; }

    /// <summary>How many sessions are being served.</summary>
    public int Sessions => _counter.Count;

    /// <summary>How many octets the session with a client has been fed; -1 when there is none. For whoever lets the clock jump between two of them.</summary>
    internal long OctetsFrom(EndPoint client)
    {
        foreach (SessionLoop loop in _sessions.Keys)
        {
            if (client.Equals(loop.Client))
            {
                return loop.Octets;
            }
        }

        return -1;
    }

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

        string? error = Listen(address, everywhere, _settings.ListenPort, implicitTls: false, out IPEndPoint? first);
        EndPoint = first ?? EndPoint;
        if (error is null && _settings.SecondPort >= 0)
        {
            error = Listen(address, everywhere, _settings.SecondPort, implicitTls: false, out IPEndPoint? second);
            SecondEndPoint = second;
        }

        if (error is null && _settings.TlsPort >= 0 && _services.TlsOptions is not null)
        {
            error = Listen(address, everywhere, _settings.TlsPort, implicitTls: true, out IPEndPoint? tls);
            TlsEndPoint = tls;
        }

        if (error is not null)
        {
            _stop.Cancel();
            _sockets.ForEach(socket => socket.Dispose());
            return error;
        }

        _running.Add(CheckAsync());
        return null;
    }

    private string? Listen(IPAddress address, bool everywhere, int port, bool implicitTls, out IPEndPoint? endPoint)
    {
        endPoint = null;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (everywhere && address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            // Accepted sockets take it over.
            socket.NoDelay = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return $"cannot listen on {address}:{port}: {e.Message}";
        }

        endPoint = (IPEndPoint)socket.LocalEndPoint!;
        _sockets.Add(socket);
        _running.Add(AcceptAsync(socket, implicitTls));
        return null;
    }

    /// <summary>Accepts no one any more, says 421 to every session, and returns when all have ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(_running).ConfigureAwait(false);
        while (!_sessions.IsEmpty)
        {
            long now = _clock.UptimeMilliseconds;
            foreach (SessionLoop loop in _sessions.Keys)
            {
                loop.End(now, stopping: true);
                loop.Check(now);
            }

            await Task.WhenAny(Task.WhenAll(_sessions.Values), Task.Delay(CheckMilliseconds)).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(Socket listening, bool implicitTls)
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

            Serve(socket, implicitTls);
        }
    }

    private void Serve(Socket socket, bool implicitTls)
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
            _ = RefuseAsync(socket, full, implicitTls);
            return;
        }

        if (!_spareSessions.TryPop(out ServerSession? session))
        {
            session = new ServerSession(_settings, _services.Spool, _clock, _log);
        }

        var loop = new SessionLoop(socket, implicitTls, session, _services);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[loop] = done.Task;
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await loop.RunAsync().ConfigureAwait(false);
                if (_spareSessions.Count < MostSpareSessions)
                {
                    _spareSessions.Push(session);
                }
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

    private static async Task RefuseAsync(Socket socket, string reason, bool implicitTls)
    {
        using (socket)
        {
            try
            {
                if (implicitTls)
                {
                    // A handshake only to say no is more than a crowd may cost.
                    return;
                }

                await socket.SendAsync(Encoding.ASCII.GetBytes($"421 4.3.2 {reason}\r\n")).ConfigureAwait(false);
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
