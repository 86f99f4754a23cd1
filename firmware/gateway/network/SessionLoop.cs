using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Drives one <see cref="ServerSession"/> over one socket: what arrives goes in, what the session has to say goes out, and
/// when it wants its message made durable it waits for the next group commit. A session that waits for its client holds no
/// receive buffer: those are shared. The loop itself never ends by an exception.
/// </summary>
public sealed class SessionLoop
{
    private const int SmallBufferSize = 2048;
    private const int LargeBufferSize = 32 * 1024;

    // Sockets call us back on the thread that watches over them all, and the committer on its own (Program.cs): a client that
    // always has more to say may keep it for so many steps, and goes on in the thread pool.
    private const int MostStepsInLine = 8;

    // What a peer may still send after our last word, so that closing does not reset the connection before it has read it.
    private const int LingerBytes = 256 * 1024;
    private const int LingerMilliseconds = 2000;

    // How long a client may take to read our replies; RFC 5321 section 4.5.3.2 names no time for it.
    private const int SendMilliseconds = 5 * 60 * 1000;

    // How long a session that was told to end may take to hand over its last reply.
    private const int GraceMilliseconds = 5000;

    private readonly Socket _socket;
    private readonly ServerSession _session;
    private readonly GroupCommitter _committer;
    private readonly SessionServices _services;
    private readonly IClock _clock;
    private readonly bool _implicitTls;
    private readonly CommitTicket _ticket = new();
    private int _stepsInLine;
    private long _deadline;
    private long _octets;
    private SslStream? _tls;
    private Task<int>? _arriving;
    private int _ending;
    private bool _stopping;
    private long _endBy = long.MaxValue;

    /// <summary>Takes over the socket, which it closes in the end.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="implicitTls">Whether TLS begins at once (RFC 8314).</param>
    /// <param name="session">Not opened yet.</param>
    /// <param name="services">What all sessions share.</param>
    public SessionLoop(Socket socket, bool implicitTls, ServerSession session, SessionServices services)
    {
        _socket = socket;
        _implicitTls = implicitTls;
        _session = session;
        _services = services;
        _committer = services.Committer;
        _clock = services.Clock;
        _deadline = long.MaxValue;
    }

    private enum Input
    {
        /// <summary>All that had come was taken.</summary>
        Served,

        /// <summary>The session closes.</summary>
        Last,

        /// <summary>Nothing comes any more: the client is gone, or time is up.</summary>
        Over,
    }

    /// <summary>Who is served; null before that begins.</summary>
    internal IPEndPoint? Client { get; private set; }

    /// <summary>How many octets the session has been fed; the deadline is already the one that they have made. For any thread.</summary>
    internal long Octets => Volatile.Read(ref _octets);

    /// <summary>Serves the client until the session ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            var remote = (IPEndPoint)_socket.RemoteEndPoint!;
            Client = remote;
            if (_implicitTls)
            {
                Volatile.Write(ref _deadline, _clock.UptimeMilliseconds + _services.Settings.Limits.HandshakeTimeout);
                if (!await AcceptTlsAsync().ConfigureAwait(false))
                {
                    return;
                }
            }

            _session.Open(remote.Address.GetAddressBytes(), secured: _implicitTls);
            if (await ServeAsync().ConfigureAwait(false))
            {
                await LingerAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The client vanished: the session forgets what was not acknowledged.
        }
        finally
        {
            _session.PeerClosed();
            _tls?.Dispose();
            _socket.Dispose();
        }
    }

    /// <summary>
    /// Called from time to time by the listener: ends a session whose deadline has passed, and cuts one that does not take
    /// its last reply. For any thread.
    /// </summary>
    public void Check(long now)
    {
        if (now >= Volatile.Read(ref _deadline))
        {
            End(now, stopping: false);
        }

        if (now >= Volatile.Read(ref _endBy))
        {
            _socket.Dispose();
        }
    }

    /// <summary>Tells the session to say 421 and close, because the relay stops or time is up. For any thread.</summary>
    /// <param name="now">The uptime in milliseconds.</param>
    /// <param name="stopping">Whether it is the relay that ends.</param>
    public void End(long now, bool stopping)
    {
        _stopping |= stopping;
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            Volatile.Write(ref _endBy, now + GraceMilliseconds);
            try
            {
                // Wakes a pending receive with "no more bytes"; replies can still go out.
                _socket.Shutdown(SocketShutdown.Receive);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed already.
            }
        }
    }

    /// <returns>Whether the session said its last word; false when the peer went away first.</returns>
    private async Task<bool> ServeAsync()
    {
        while (true)
        {
            await FlushAsync().ConfigureAwait(false);

            // How long to wait before the greeting is ours to know.
            Volatile.Write(ref _deadline, _session.IsEarly ? long.MaxValue : _session.Deadline);
            switch (_session.Wants)
            {
                case SessionWants.Input when _session.IsEarly:
                    await ListenAsync().ConfigureAwait(false);
                    continue;
                case SessionWants.Input:
                    break;
                case SessionWants.Close:
                    return true;
                default:
                    await ServeWishAsync().ConfigureAwait(false);
                    continue;
            }

            if (_arriving is { } arriving)
            {
                _arriving = null;
                await arriving.ConfigureAwait(false);
            }

            if (Volatile.Read(ref _ending) == 0)
            {
                await WaitFairlyAsync().ConfigureAwait(false);
            }

            switch (await ServeInputAsync().ConfigureAwait(false))
            {
                case Input.Served:
                    break;
                case Input.Last:
                    return true;
                default:
                    if (Volatile.Read(ref _ending) == 0)
                    {
                        return false;
                    }

                    if (_stopping)
                    {
                        _session.Stop();
                    }
                    else
                    {
                        _session.Expired();
                    }

                    await FlushAsync().ConfigureAwait(false);
                    return true;
            }
        }
    }

    /// <summary>Takes what has come through a shared buffer: a small one, and when that is full, which is a sign of more, a large one for what is there already.</summary>
    private async ValueTask<Input> ServeInputAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SmallBufferSize);
        try
        {
            while (true)
            {
                int count = Volatile.Read(ref _ending) == 0 ? await ReceiveAsync(buffer).ConfigureAwait(false) : 0;
                if (count == 0)
                {
                    return Input.Over;
                }

                if (!await FeedAsync(buffer, count).ConfigureAwait(false))
                {
                    return Input.Last;
                }

                // TLS gives no more than a record at once, and what it has it has already.
                if (count < buffer.Length || _session.Wants != SessionWants.Input || _tls is not null || Volatile.Read(ref _ending) != 0 || _socket.Available == 0)
                {
                    return Input.Served;
                }

                await FlushAsync().ConfigureAwait(false);
                Volatile.Write(ref _deadline, _session.Deadline);
                await TakeTurnAsync().ConfigureAwait(false);
                if (buffer.Length < LargeBufferSize)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(LargeBufferSize);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Waits for the client without holding a buffer; lets others have the thread when it has had it for long.</summary>
    private async ValueTask WaitFairlyAsync()
    {
        ValueTask<int> waiting = ReceiveAsync(Memory<byte>.Empty);
        if (!waiting.IsCompleted)
        {
            _stepsInLine = 0;
        }
        else
        {
            await TakeTurnAsync().ConfigureAwait(false);
        }

        await waiting.ConfigureAwait(false);
    }

    private async ValueTask TakeTurnAsync()
    {
        if (++_stepsInLine >= MostStepsInLine)
        {
            _stepsInLine = 0;
            await Task.Yield();
        }
    }

    /// <returns>False when the session closes: the rest of the bytes is not its business any more.</returns>
    private async ValueTask<bool> FeedAsync(byte[] buffer, int count)
    {
        int taken = 0;
        while (taken < count)
        {
            int step = _session.Receive(buffer, taken, count - taken);
            taken += step;
            Volatile.Write(ref _deadline, _session.Deadline);
            Volatile.Write(ref _octets, _octets + step);
            if (taken == count && _session.Wants == SessionWants.Input)
            {
                break;
            }

            if (step == 0 && _session.Wants == SessionWants.Input && _session.OutputCount == 0)
            {
                throw new InvalidOperationException("the session wants input but takes none");
            }

            await FlushAsync().ConfigureAwait(false);
            switch (_session.Wants)
            {
                case SessionWants.Input:
                    break;
                case SessionWants.Close:
                    return false;
                case SessionWants.StartTls when taken < count:
                    // It will not have them, and ends.
                    _session.Receive(buffer, taken, count - taken);
                    break;
                default:
                    await ServeWishAsync().ConfigureAwait(false);
                    break;
            }
        }

        return _session.Wants != SessionWants.Close;
    }

    /// <summary>What a session may want besides input and its end.</summary>
    private async ValueTask ServeWishAsync()
    {
        Volatile.Write(ref _deadline, _session.Deadline);
        switch (_session.Wants)
        {
            case SessionWants.Commit:
                await _committer.CommitAsync(_ticket).ConfigureAwait(false);
                _session.Committed();
                break;
            case SessionWants.StartTls:
                _session.TlsStarted(await AcceptTlsAsync().ConfigureAwait(false));
                break;
            case SessionWants.Authenticate:
                _session.Authenticated(await _services.AcceptsAsync(_session).ConfigureAwait(false));
                break;
            default:
                throw new InvalidOperationException($"the session wants {_session.Wants}");
        }
    }

    /// <summary>Before the greeting: looks whether the client speaks first, and leaves what it says to TLS.</summary>
    private async ValueTask ListenAsync()
    {
        long left = _session.Deadline - _clock.UptimeMilliseconds;
        if (left > 0 && _socket.Available == 0)
        {
            // The receive goes on when the time is up; it is then the first one after the greeting.
            _arriving = _socket.ReceiveAsync(Memory<byte>.Empty).AsTask();
            using var limit = new CancellationTokenSource();
            await Task.WhenAny(_arriving, Task.Delay(TimeSpan.FromMilliseconds(left), limit.Token)).ConfigureAwait(false);
            await limit.CancelAsync().ConfigureAwait(false);
            if (_arriving.IsCompleted)
            {
                await _arriving.ConfigureAwait(false);
                _arriving = null;
            }
        }

        if (_socket.Available > 0)
        {
            byte[] first = new byte[1];
            _session.Receive(first, 0, _socket.Receive(first, SocketFlags.Peek));
        }
        else
        {
            _session.Expired();
        }
    }

    private async ValueTask<bool> AcceptTlsAsync()
    {
        var tls = new SslStream(new NetworkStream(_socket, ownsSocket: false));
        try
        {
            await tls.AuthenticateAsServerAsync(_services.TlsOptions!).ConfigureAwait(false);
            _tls = tls;
            return true;
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            _services.Log.Write(Relay.LogLevel.Warning, "server", $"{(_socket.RemoteEndPoint as IPEndPoint)?.Address} made no TLS handshake: {Innermost(e)}");
            await tls.DisposeAsync().ConfigureAwait(false);
            return false;
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_tls is null)
        {
            return await _socket.ReceiveAsync(buffer).ConfigureAwait(false);
        }

        try
        {
            return await _tls.ReadAsync(buffer).ConfigureAwait(false);
        }
        catch (IOException) when (Volatile.Read(ref _ending) != 0)
        {
            // We have broken it off ourselves; the way out is still open.
            return 0;
        }
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException is not null)
        {
            e = e.InnerException;
        }

        return e.Message.ReplaceLineEndings(" ");
    }

    private async ValueTask FlushAsync()
    {
        if (_session.OutputCount > 0)
        {
            // The session waits for nobody while it closes or commits; a client that does not read must not hold it all the same.
            Volatile.Write(ref _deadline, Math.Min(_session.Deadline, _clock.UptimeMilliseconds + SendMilliseconds));
        }

        while (_session.OutputCount > 0)
        {
            ReadOnlyMemory<byte> output = _session.Output.AsMemory(_session.OutputStart, _session.OutputCount);
            if (_tls is null)
            {
                _session.Sent(await _socket.SendAsync(output).ConfigureAwait(false));
            }
            else
            {
                await _tls.WriteAsync(output).ConfigureAwait(false);
                _session.Sent(output.Length);
            }
        }
    }

    private async Task LingerAsync()
    {
        Interlocked.Exchange(ref _ending, 1);
        Volatile.Write(ref _endBy, _clock.UptimeMilliseconds + LingerMilliseconds);

        // A wish may have ended in the last word, as a wrong password too many does.
        await FlushAsync().ConfigureAwait(false);
        if (_tls is not null)
        {
            await _tls.ShutdownAsync().ConfigureAwait(false);
        }

        _socket.Shutdown(SocketShutdown.Send);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LargeBufferSize);
        try
        {
            int rest = LingerBytes;
            int count;
            while (rest > 0 && (count = await _socket.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                rest -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
