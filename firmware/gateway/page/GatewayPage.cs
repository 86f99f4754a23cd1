using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Page;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Gateway;

/// <summary>The operator's page on a gateway: what it shows of the relay, and the server it runs on.</summary>
public sealed class GatewayPage : IPageHost, IDisposable
{
    private const int AtOnce = 8;
    private const int RequestBytes = 64 * 1024;
    private static readonly byte[] Html = LoadHtml();

    private readonly RelayHost _relay;
    private readonly RingLog _lines;
    private readonly ILog _log;
    private readonly IClock _clock;
    private readonly string? _settingsPath;
    private readonly Action _restart;
    private PagePassword? _password;
    private PageServer? _server;

    /// <summary>Prepares the page.</summary>
    /// <param name="relay">Started before <see cref="Start"/>.</param>
    /// <param name="lines">The log it shows.</param>
    /// <param name="log">Told who was refused.</param>
    /// <param name="clock">The relay's.</param>
    /// <param name="settingsPath">The settings file; null: there is none to show.</param>
    /// <param name="restart">Begins again with new settings; must return at once.</param>
    public GatewayPage(RelayHost relay, RingLog lines, ILog log, IClock clock, string? settingsPath, Action restart)
    {
        _relay = relay;
        _lines = lines;
        _log = log;
        _clock = clock;
        _settingsPath = settingsPath;
        _restart = restart;
    }

    /// <summary>The port it is served on, once started.</summary>
    public int Port => _server!.Port;

    /// <inheritdoc/>
    public RelaySettings Settings => _relay.Settings;

    /// <inheritdoc/>
    public Alerts Alerts => _relay.Alerts;

    /// <inheritdoc/>
    public Journal? Journal => _relay.Journal;

    /// <inheritdoc/>
    public int Sessions => _relay.Sessions;

    /// <inheritdoc/>
    public int Waiting => _relay.QueuedMessages;

    /// <inheritdoc/>
    public int PercentUsed => _relay.Spool.PercentUsed;

    /// <inheritdoc/>
    public long MemoryUsed => Environment.WorkingSet;

    /// <inheritdoc/>
    public string HtmlEncoding => "";

    /// <summary>Where the hash of the operator's password is.</summary>
    public static string PasswordPath(RelaySettings settings) => Path.Combine(settings.SpoolPath, "page.password");

    /// <summary>Begins to serve the page.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Start()
    {
        try
        {
            _password = PagePassword.Open(PasswordPath(Settings), out string? shown);
            if (shown is not null)
            {
                // Not to the log: what stands there is read by more people than the console at the first start.
                Console.Error.WriteLine($"The password of the operator's page is {shown} - it is not shown again");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"no password for the page: {e.Message}";
        }

        var platform = new SocketPlatform(_clock, _log, 256, null, null);
        _server = new PageServer(platform, this, _log, Settings.PageAddress, Settings.PagePort, AtOnce, RequestBytes);
        if (!_server.Listen())
        {
            return $"cannot serve the page on {Settings.PageAddress}:{Settings.PagePort}: {platform.Error}";
        }

        platform.Start(_server);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _server?.Stop();

    /// <inheritdoc/>
    public int Queue(QueuedMessage[] into) => _relay.Spool.Peek(into);

    /// <inheritdoc/>
    public byte[] ReadLog() => _lines.Read();

    /// <inheritdoc/>
    public byte[] ReadHtml() => Html;

    /// <inheritdoc/>
    public byte[]? ReadSettings()
    {
        try
        {
            return _settingsPath is null ? null : File.ReadAllBytes(_settingsPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public RelaySettings CreateDefaults() => new();

    /// <inheritdoc/>
    public string WriteSettings(byte[] file)
    {
        if (_settingsPath is null)
        {
            return "There is no settings file";
        }

        try
        {
            // Whole or not at all: another file that takes the old one's place, with its rights.
            string path = Path.GetFullPath(_settingsPath);
            string next = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = File.GetUnixFileMode(path);
            }

            using (var stream = new FileStream(next, options))
            {
                stream.Write(file);
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The settings cannot be written: {e.Message}";
        }
    }

    /// <inheritdoc/>
    public void Restart() => ThreadPool.QueueUserWorkItem(_ => _restart());

    /// <inheritdoc/>
    public IConnector CreateConnector() => new SmarthostConnector(Settings, _clock, _log);

    /// <inheritdoc/>
    public bool IsPassword(byte[] bytes, int start, int count) => _password!.Is(bytes.AsSpan(start, count));

    /// <inheritdoc/>
    public void Randomize(byte[] bytes) => RandomNumberGenerator.Fill(bytes);

    private static byte[] LoadHtml()
    {
        using Stream stream = typeof(PageServer).Assembly.GetManifestResourceStream("page.html")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
