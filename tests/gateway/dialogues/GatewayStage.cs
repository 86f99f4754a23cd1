using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests.Dialogues;

/// <summary>
/// A client on a loopback socket before a gateway of its own: the whole host with its spool on files, whose messages are read
/// back from there. Where a dialogue wants the spool to fail, the gateway's listener and its committer have one that can.
/// Time is real, and jumps when a dialogue waits. What only the session object can tell is not asked.
/// </summary>
internal sealed class GatewayStage : IDialogueStage, IDisposable
{
    private const int Patience = 15_000;

    // What is there may still have to be decrypted, or be nothing but a ticket for another session.
    private const int Glance = 20;

    // A busy server may begin to wait only after the clock has jumped: then it jumps again.
    private const int BetweenJumps = 2000;

    // Longer than any wait for a client, shorter than the longest session.
    private const long Expiry = 3_600_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;
    private readonly JumpingClock _clock = new();
    private readonly LinesLog _log = new();
    private readonly RecordingSpool? _faulty;
    private readonly bool _isWhole;
    private readonly StringBuilder _input = new();
    private readonly byte[] _buffer = new byte[4096];
    private RelayHost? _host;
    private Listener? _listener;
    private GroupCommitter? _committer;
    private Task? _stopping;
    private Task<int>? _arriving;
    private Socket? _socket;
    private Stream? _stream;
    private EndPoint? _client;
    private long _fed;
    private string _hello = "";
    private bool _isAtEnd;
    private bool _isEarly;
    private bool _isExpired;

    /// <param name="needsFaults">Whether the spool must be able to fail.</param>
    /// <param name="isWhole">Whether what a client says arrives in one piece; in pieces the log may say other words.</param>
    public GatewayStage(bool needsFaults, bool isWhole)
    {
        _faulty = needsFaults ? new RecordingSpool() : null;
        _isWhole = isWhole;
    }

    public RelaySettings Settings { get; } = new()
    {
        ListenPort = 0,
        TlsPort = 0,
        Hostname = "relay.example",

        // Nobody listens there: what is accepted stays in the spool.
        Smarthost = { Host = "127.0.0.1", Port = 1, Security = SmarthostSecurity.None },
        SpoolQuota = 64 * 1024 * 1024,
    };

    public IReadOnlyList<RecordedMessage> Messages => _faulty is not null ? _faulty.Messages : _host is null ? [] : Read(_host.Spool);

    public void SettingsChanged()
    {
    }

    public void Open(byte[] address, bool secured)
    {
        _stream?.Dispose();
        _socket?.Dispose();
        var client = new IPAddress(address);
        Start(client, secured);
        IPEndPoint server = secured ? (_host is null ? _listener!.TlsEndPoint! : _host.TlsEndPoint!) : _host is null ? _listener!.EndPoint : _host.EndPoint;
        _input.Clear();
        _isAtEnd = false;
        _isExpired = false;
        _arriving = null;
        _isEarly = !secured && Settings.Limits.GreetingDelay > 0;
        _socket = new Socket(client.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = Patience, SendTimeout = Patience };
        _socket.Bind(new IPEndPoint(client, 0));
        _socket.Connect(server);
        _client = _socket.LocalEndPoint;
        _fed = 0;
        _stream = new NetworkStream(_socket, ownsSocket: false);
        if (secured)
        {
            Handshake();
        }

        if (!_isEarly)
        {
            // The greeting, or the refusal in its place.
            PeekLine();
        }
    }

    public void Feed(string octets, Cuts cuts)
    {
        if (_isEarly && octets.StartsWith('\x16'))
        {
            // The beginning of a handshake: kept back for the one that may follow.
            _hello = octets;
            return;
        }

        _isEarly = false;
        byte[] bytes = Encoding.Latin1.GetBytes(octets);
        _fed += bytes.Length;
        try
        {
            for (int at = 0, size; at < bytes.Length; at += size)
            {
                size = cuts.Next(bytes.Length - at);
                _stream!.Write(bytes, at, size);
            }
        }
        catch (IOException)
        {
            // The server has closed before it had everything; its last words are still to be read.
        }
    }

    public string? TakeLine()
    {
        string? line = PeekLine();
        _input.Remove(0, line is null ? 0 : line.Length + 2);
        return line;
    }

    public string? PeekLine()
    {
        SayHello();
        int end;
        while ((end = _input.ToString().IndexOf("\r\n", StringComparison.Ordinal)) < 0)
        {
            if (!Receive())
            {
                return null;
            }
        }

        return _input.ToString(0, end);
    }

    public string TakeOutput()
    {
        while (!_isAtEnd && _socket!.Connected && (_arriving is not null || _socket.Available > 0) && Receive(Glance))
        {
        }

        string text = _input.ToString();
        _input.Clear();
        return text;
    }

    public void Do(string[] words)
    {
        if (words[0] != "tls")
        {
            SayHello();
        }

        switch (words[0])
        {
            case "tls" when words.Length == 1:
                _hello = "";
                Handshake();
                break;
            case "tls":
                Feed("no TLS is spoken here\r\n", Cuts.Whole);
                break;
            case "stop":
                Settle();
                _stopping = StopAsync();
                break;
            case "expire" when _isEarly:
                // The greeting's time is the only one that does not jump.
                PeekLine();
                _isEarly = false;
                break;
            case "expire":
                Settle();
                _clock.Jump(Expiry);
                _isExpired = true;
                break;
            case "wait":
                Settle();
                _clock.Jump(long.Parse(words[1], CultureInfo.InvariantCulture));
                break;
            case "vanish":
                _socket!.Close(0);
                _isAtEnd = true;
                Eventually.Holds(() => Sessions == 0, Patience / 1000, "the session goes on without its client");
                break;
            case "send":
                // What the network takes at once is its own affair.
                break;
            case "clock":
                _clock.IsSet = words[1] == "set";
                break;
            case "spool":
                _faulty!.Become(words);
                break;
            default:
                throw new FormatException("unknown action");
        }
    }

    public void Check(string fact)
    {
        string[] words = fact.Split(' ');
        switch (words[0])
        {
            case "closed":
                SayHello();
                for (long end = Environment.TickCount64 + Patience; !_isAtEnd && Environment.TickCount64 < end;)
                {
                    if (!Receive(_isExpired ? BetweenJumps : Patience) && _isExpired)
                    {
                        _clock.Jump(Expiry);
                    }
                }

                Assert.True(_isAtEnd, "the server has not closed within " + Patience + " ms");
                break;
            case "open":
                Assert.False(_isAtEnd || _socket!.Poll(20_000, SelectMode.SelectRead) && _socket.Available == 0, "the server has closed");
                break;
            case "silent":
                Assert.Equal("", TakeOutput());
                break;
            case "spooled":
                Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), Messages.Count);
                break;
            case "unfinished" when _faulty is not null:
                Eventually.Holds(() => _faulty.Unfinished == int.Parse(words[1], CultureInfo.InvariantCulture), Patience / 1000, "messages are left unfinished");
                break;
            case "logged" when _isWhole:
                string text = fact.Substring("logged ".Length);
                Eventually.Holds(() => _log.Has(text), Patience / 1000, "the log does not have: " + text);
                break;
            case "logged":
            case "unfinished":
            case "untaken":
            case "deadline":
            case "early":
            case "tls":
                break;
            default:
                throw new FormatException("unknown fact");
        }
    }

    /// <summary>The client has said everything: all that still comes is read, and the spool must have on its files what was acknowledged, no more.</summary>
    public void End()
    {
        int acknowledged = Messages.Count;
        if (!_isAtEnd)
        {
            _socket!.Shutdown(SocketShutdown.Send);
            while (Receive())
            {
            }

            Assert.True(_isAtEnd, "the server does not close behind its client");
        }

        _stream!.Dispose();
        _socket!.Dispose();
        Eventually.Holds(() => Sessions == 0, Patience / 1000, "the session goes on without its client");
        if (_stopping is null)
        {
            _stopping = StopAsync();
        }

        _stopping.WaitAsync(TimeSpan.FromMilliseconds(Patience)).GetAwaiter().GetResult();
        if (_faulty is not null)
        {
            Assert.Equal(0, _faulty.Unfinished);
            return;
        }

        using var store = new FileSegmentStore(Settings.SpoolPath);
        var spool = new Spool(store, _clock, _log, RelayHost.Options(Settings));
        Assert.True(spool.Open(), spool.Error);
        Assert.Equal(acknowledged, Read(spool).Count);
        spool.Close();
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        (_stopping ?? StopAsync()).WaitAsync(TimeSpan.FromMilliseconds(Patience)).GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    private int Sessions => _host is not null ? _host.Sessions : _listener!.Sessions;

    private void Start(IPAddress client, bool secured)
    {
        if (_host is not null || _listener is not null)
        {
            return;
        }

        Settings.ListenAddress = client.AddressFamily == AddressFamily.InterNetworkV6 ? "::1" : "127.0.0.1";
        Settings.SpoolPath = Path.Combine(_folder, "spool");
        if (Settings.OffersTls || secured)
        {
            Settings.TlsCertificate = TestCertificate.Path;
        }

        if (Settings.Credentials is not null)
        {
            Settings.Users = ["alice", TestCertificate.HashOfSecret];
        }

        // Others run beside us: the client must be able to speak before it is greeted.
        Settings.Limits.GreetingDelay *= 10;
        if (_faulty is null)
        {
            var host = new RelayHost(Settings, _clock, _log);
            Assert.Null(host.Start());
            _host = host;
            return;
        }

        _committer = new GroupCommitter(_faulty);
        _listener = new Listener(new SessionServices { Settings = Settings, Spool = _faulty, Committer = _committer, Clock = _clock, Log = _log });
        Assert.Null(_listener.Start());
    }

    private async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
        }
        else if (_listener is not null)
        {
            await _listener.StopAsync();
            _committer!.Dispose();
        }
    }

    // What was said is to be taken by the server before its clock jumps: on a busy machine that takes as long as it takes. What goes
    // to a handshake the session never sees; it has the time it had.
    private void Settle()
    {
        Thread.Sleep(100);
        Eventually.Holds(() => Octets < 0 || Octets >= _fed, Patience / 1000, "the server does not take what was said");
    }

    private long Octets => _host is not null ? _host.OctetsFrom(_client!) : _listener!.OctetsFrom(_client!);

    private void SayHello()
    {
        if (_hello.Length > 0)
        {
            string hello = _hello;
            _hello = "";
            _isEarly = false;
            Feed(hello, Cuts.Whole);
            _fed -= hello.Length;
        }
    }

    private void Handshake()
    {
        var tls = new SslStream(_stream!, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        tls.AuthenticateAsClient("relay.example");
        _stream = tls;
        _isEarly = false;
    }

    /// <returns>False at the end, or when nothing comes for long.</returns>
    private bool Receive(int patience = Patience)
    {
        if (_isAtEnd)
        {
            return false;
        }

        try
        {
            _arriving ??= _stream!.ReadAsync(_buffer, 0, _buffer.Length);
            if (!_arriving.Wait(patience))
            {
                return false;
            }

            int count = _arriving.Result;
            _arriving = null;
            _isAtEnd = count == 0;
            _input.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            return count > 0;
        }
        catch (AggregateException e) when (e.InnerException is IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted } })
        {
            _isAtEnd = true;
            return false;
        }
    }

    private static List<RecordedMessage> Read(Spool spool)
    {
        var messages = new List<RecordedMessage>();
        byte[] buffer = new byte[8192];
        foreach (QueuedMessage message in spool.Snapshot().Where(message => !message.IsAlert))
        {
            var reader = new MessageReader();
            Assert.True(spool.Open(message, reader), spool.Error);
            var text = new MemoryStream();
            int count;
            while ((count = reader.Read(buffer, 0, buffer.Length)) > 0)
            {
                text.Write(buffer, 0, count);
            }

            Assert.Equal(0, count);
            reader.Close();
            messages.Add(new RecordedMessage(message.Id, reader.Envelope, RecordedMessage.Unknown, Encoding.Latin1.GetString(text.ToArray())));
        }

        return messages;
    }
}
