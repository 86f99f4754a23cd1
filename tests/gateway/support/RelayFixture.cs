using System;
using System.IO;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A relay in this process, with a spool in a temp folder and a free port.</summary>
public sealed class RelayFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;
    private RelayHost? _relay;

    public RelaySettings Settings { get; } = new()
    {
        ListenPort = 0,
        Hostname = "relay.example.org",
        
        // Nobody listens there: what is accepted stays in the spool.
        Smarthost = { Host = "127.0.0.1", Port = 1, Security = SmarthostSecurity.None },
        SpoolQuota = 64 * 1024 * 1024,
    };

    public DemoLog Log { get; } = new();

    public RelayHost Relay => _relay!;

    public void ForwardTo(int port)
    {
        Settings.Smarthost.Host = "127.0.0.1";
        Settings.Smarthost.Port = port;
    }

    /// <summary>A place for files of the test, gone with the fixture.</summary>
    public string Folder => _folder;

    public void Start() => Assert.Null(TryStart());

    public string? TryStart()
    {
        Settings.SpoolPath = Path.Combine(_folder, "spool");
        var relay = new RelayHost(Settings, new SystemClock(), Log);
        string? error = relay.Start();
        _relay = error is null ? relay : null;
        return error;
    }

    public async Task StopAsync()
    {
        if (_relay is not null)
        {
            await _relay.StopAsync();
            _relay = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
