using System;
using System.Text;

namespace SmtpEmbedded.Relay.Page;

/// <summary>
/// The operator's page: waits for browsers and gives each to one of a fixed number of threads; one too many is told so at
/// once. Everything is bounded: requests at once, the bytes of one, the time it may take to come. Not for the Internet: plain
/// HTTP for the LAN or behind a proxy. Start it with <see cref="IPlatform.Start"/>.
/// </summary>
public sealed class PageServer : ITask
{
    private const string Source = "page";
    private const int RequestTimeout = 5 * 1000;
    private const int ListenAgain = 5 * 1000;
    private const long Minute = 60 * 1000;

    private static readonly byte[] Busy = Encoding.UTF8.GetBytes("HTTP/1.1 503 -\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private readonly IPlatform _platform;
    private readonly ILog _log;
    private readonly string _address;
    private readonly int _port;
    private readonly PageWorker[] _workers;
    private readonly ISignal _stopped;
    private IListener? _listener;
    private bool _isStopping;
    private int _refused;
    private long _sayAt;

    /// <summary>Makes a server that does not listen yet.</summary>
    /// <param name="platform">Threads, clocks and network.</param>
    /// <param name="host">What is shown and may be done.</param>
    /// <param name="log">Told who was refused.</param>
    /// <param name="address">As in <see cref="IPlatform.Listen"/>.</param>
    /// <param name="port">0 lets the system choose.</param>
    /// <param name="atOnce">Requests served at once.</param>
    /// <param name="requestBytes">The most bytes of one request; a settings file must fit in.</param>
    public PageServer(IPlatform platform, IPageHost host, ILog log, string address, int port, int atOnce, int requestBytes)
    {
        _platform = platform;
        _log = log;
        _address = address;
        _port = port;
        _stopped = platform.CreateSignal();
        _workers = new PageWorker[atOnce];
        PageSessions sessions = new PageSessions(host, platform.Clock);
        for (int i = 0; i < atOnce; i++)
        {
            _workers[i] = new PageWorker(host, sessions, platform, log, requestBytes, RequestTimeout);
        }
    }

    /// <summary>The port; 0 while nobody listens.</summary>
    public int Port => _listener == null ? 0 : _listener.Port;

    /// <summary>Begins to listen, so that <see cref="Port"/> is known; <see cref="Run"/> does it too.</summary>
    /// <returns>Whether it listens; otherwise <see cref="IPlatform.Error"/> of the platform says why.</returns>
    public bool Listen()
    {
        _listener ??= _platform.Listen(_address, _port);
        return _listener != null;
    }

    /// <inheritdoc/>
    public void Run()
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            if (!_platform.Start(_workers[i]))
            {
                _log.Write(LogLevel.Error, Source, "No thread for the page: " + _platform.Error);
                return;
            }
        }

        while (!_isStopping)
        {
            try
            {
                TakeIn();
            }
            catch (Exception failure)
            {
                // On a board memory may have run out.
                Fault.Log(_log, Source, "Taking in browsers stopped short by ", failure);
                _stopped.Wait(ListenAgain);
            }
        }
    }

    private void TakeIn()
    {
        IConnection? client = Listen() ? _listener!.Accept(int.MaxValue) : null;
        if (client != null)
        {
            Give(client, Name(_listener!.PeerAddress));
        }
        else if (!_isStopping && (_listener == null || _listener.Error.Length > 0))
        {
            _log.Write(LogLevel.Warning, Source, "The page cannot be served: " + (_listener == null ? _platform.Error : _listener.Error));
            _listener?.Close();
            _listener = null;
            _stopped.Wait(ListenAgain);
        }
    }

    /// <summary>Ends it, and whatever it is answering. From any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        _listener?.Close();
        _stopped.Set();
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i].Stop();
        }
    }

    private static string Name(byte[] address)
    {
        ByteBuffer text = new ByteBuffer(AddressText.LongestLiteral);
        AddressText.Append(text, address);
        return Encoding.UTF8.GetString(text.Bytes, 0, text.Count);
    }

    private void Give(IConnection client, string peer)
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            if (_workers[i].Take(client, peer))
            {
                return;
            }
        }

        client.Send(Busy, 0, Busy.Length, 100);
        client.Close();
        _refused++;
        long now = _platform.Clock.UptimeMilliseconds;
        if (now >= _sayAt)
        {
            _sayAt = now + Minute;
            _log.Write(LogLevel.Warning, Source, _refused.ToString() + " requests refused since the start, the last from " + peer + ": " + _workers.Length.ToString() + " are being answered");
        }
    }
}
