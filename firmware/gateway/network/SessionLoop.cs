using System;
using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Drives one <see cref="ServerSession"/> over one socket: what arrives goes in, what the session has to say goes out, and
/// when it wants its message made durable it waits for the next group commit. A session that waits for its client holds no
/// receive buffer. The loop itself never ends by an exception.
/// </summary>
public sealed class SessionLoop
{
    private const int ReceiveBufferSize = 16 * 1024;

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
    private readonly IClock _clock;
    private readonly CommitTicket _ticket = new();
    private long _deadline;
    private int _ending;
    private long _endBy = long.MaxValue;

    /// <summary>Takes over the socket, which it closes in the end.</summary>
    public SessionLoop(Socket socket, ServerSession session, GroupCommitter committer, IClock clock)
    {
        _socket = socket;
        _session = session;
        _committer = committer;
        _clock = clock;
        _deadline = long.MaxValue;
    }

    /// <summary>Serves the client until the session ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            var remote = (IPEndPoint)_socket.RemoteEndPoint!;
            _socket.NoDelay = true;
            _session.Open(remote.Address.GetAddressBytes(), secured: false);
            if (await ServeAsync().ConfigureAwait(false))
            {
                await LingerAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client vanished: the session forgets what was not acknowledged.
        }
        finally
        {
            _session.PeerClosed();
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
            End(now);
        }

        if (now >= Volatile.Read(ref _endBy))
        {
            _socket.Dispose();
        }
    }

    /// <summary>Tells the session to say 421 and close, because the relay stops or time is up. For any thread.</summary>
    public void End(long now)
    {
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
            Volatile.Write(ref _deadline, _session.Deadline);
            switch (_session.Wants)
            {
                case SessionWants.Commit:
                    _session.Committed(await _committer.CommitAsync(_ticket).ConfigureAwait(false));
                    continue;
                case SessionWants.Input:
                    break;
                default:
                    return true;
            }

            await _socket.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
            try
            {
                int count = Volatile.Read(ref _ending) != 0 ? 0 : await _socket.ReceiveAsync(buffer).ConfigureAwait(false);
                if (count == 0)
                {
                    if (Volatile.Read(ref _ending) == 0)
                    {
                        return false;
                    }

                    _session.Expired();
                    await FlushAsync().ConfigureAwait(false);
                    return true;
                }

                if (!await FeedAsync(buffer, count).ConfigureAwait(false))
                {
                    return true;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
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
                case SessionWants.Commit:
                    _session.Committed(await _committer.CommitAsync(_ticket).ConfigureAwait(false));
                    break;
                case SessionWants.Input:
                    break;
                default:
                    return false;
            }
        }

        return true;
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
            int sent = await _socket.SendAsync(_session.Output.AsMemory(_session.OutputStart, _session.OutputCount)).ConfigureAwait(false);
            _session.Sent(sent);
        }
    }

    private async Task LingerAsync()
    {
        Interlocked.Exchange(ref _ending, 1);
        Volatile.Write(ref _endBy, _clock.UptimeMilliseconds + LingerMilliseconds);
        _socket.Shutdown(SocketShutdown.Send);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
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
