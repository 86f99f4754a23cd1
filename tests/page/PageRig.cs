using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Platform;
using Xunit;

namespace SmtpEmbedded.Page.Tests;

/// <summary>A relay with its page on a free port, and a smarthost that takes everything.</summary>
public sealed class PageRig : IAsyncDisposable
{
    private static readonly object s_console = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-page-").FullName;
    private readonly Gateway.SystemClock _clock = new();
    private readonly EmbeddedSmarthost _smarthost;

    public PageRig(bool hasSmarthost = true)
    {
        Lines = new RingLog(_clock, 32 * 1024, LogLevel.Information, false);
        _smarthost = new EmbeddedSmarthost(_clock, new DemoLog());
        Assert.Null(_smarthost.Start());
        SettingsPath = Path.Combine(_folder, "site.conf");
        File.WriteAllText(
            SettingsPath,
            $"# Ours\n[server]\nhostname = relay.example.org\nlisten = 127.0.0.1:2525\n\n[smarthost]\nhost = 127.0.0.1\nport = {(hasSmarthost ? _smarthost.EndPoint.Port : 1)}\nsecurity = none\nuser = relay\npassword = {Secret}\n\n[spool]\npath = {_folder}/spool\n\n[page]\nlisten = 127.0.0.1:8025\n");
        var settings = SettingsFile.Read(SettingsPath, out string error);
        Assert.Equal("", error);
        settings!.ListenPort = 0;
        settings.PagePort = 0;
        settings.Smarthost.User = "";
        Relay = new RelayHost(settings, _clock, Lines);
        Assert.Null(Relay.Start());
        Page = new GatewayPage(Relay, Lines, Lines, _clock, SettingsPath, () => Restarts++);
        lock (s_console)
        {
            TextWriter console = Console.Error;
            using var written = new StringWriter();
            Console.SetError(written);
            string? failure = Page.Start();
            Console.SetError(console);
            Assert.Null(failure);
            Password = written.ToString().Split(" is ")[1].Split(' ')[0];
        }
    }

    public const string Secret = "hunter-two-very-secret";

    public RingLog Lines { get; }

    public string SettingsPath { get; }

    public RelayHost Relay { get; }

    public GatewayPage Page { get; }

    public string Password { get; }

    public int Restarts { get; private set; }

    public string Url => $"http://127.0.0.1:{Page.Port}/";

    public string Log => Encoding.UTF8.GetString(Lines.Read());

    public TcpClient Connect() => new("127.0.0.1", Page.Port) { ReceiveTimeout = 15000, SendTimeout = 15000 };

    /// <summary>Sends bytes as they are and returns all that comes back.</summary>
    public async Task<string> SayAsync(string request)
    {
        using TcpClient client = Connect();
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        }
        catch (IOException)
        {
            // Refused before all of it was said.
        }

        try
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (IOException)
        {
            return "";
        }
    }

    public Task<string> AskAsync(string method, string path, string body = "", params string[] fields) =>
        SayAsync($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{Page.Port}\r\n{string.Concat(fields.Select(field => field + "\r\n"))}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Logs in.</summary>
    /// <returns>The two fields a change needs.</returns>
    public async Task<(string Cookie, string Token)> LogInAsync()
    {
        string reply = await AskAsync("POST", "/login", Password);
        Assert.StartsWith("HTTP/1.1 200", reply);
        string cookie = "Cookie: other=1; " + reply.Split("Set-Cookie: ")[1].Split(';')[0];
        string state = await AskAsync("GET", "/state", "", cookie);
        return (cookie, "X-Token: " + state.Split("\"token\":\"")[1].Split('"')[0]);
    }

    public async ValueTask DisposeAsync()
    {
        Page.Dispose();
        await Relay.StopAsync();
        await _smarthost.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
