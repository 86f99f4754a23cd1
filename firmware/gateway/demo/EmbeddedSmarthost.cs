using System.Net;
using System.Threading.Channels;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>A real SMTP server on a free loopback port that hands over what it receives.</summary>
public sealed class EmbeddedSmarthost
{
    private readonly InboxSpool _inbox = new();
    private readonly GroupCommitter _committer;
    private readonly Listener _listener;

    /// <summary>Prepares the server.</summary>
    public EmbeddedSmarthost(IClock clock, ILog log)
    {
        var settings = new RelaySettings { ListenPort = 0, Hostname = "smarthost.example.org" };
        _committer = new GroupCommitter(_inbox);
        _listener = new Listener(new SessionServices { Settings = settings, Spool = _inbox, Committer = _committer, Clock = clock, Log = log });
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>What it has acknowledged.</summary>
    public ChannelReader<ReceivedMessage> Messages => _inbox.Messages;

    /// <summary>Begins to listen.</summary>
    /// <returns>Null, or why it cannot.</returns>
    public string? Start() => _listener.Start();

    /// <summary>Ends all sessions.</summary>
    public async Task StopAsync()
    {
        await _listener.StopAsync().ConfigureAwait(false);
        _committer.Dispose();
    }
}
