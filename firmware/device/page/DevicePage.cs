using System.Threading;
using nanoFramework.Runtime.Native;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Page;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Device;

/// <summary>The operator's page on a board: what it shows of the relay.</summary>
internal sealed class DevicePage : IPageHost
{
    private const int BeforeRestart = 1000;

    private readonly Relay.Relay _relay;
    private readonly RingLog _log;
    private readonly SocketPlatform _platform;
    private readonly DeviceRandom _random;
    private readonly byte[] _password;
    private readonly uint _memory = GC.Run(false);

    /// <param name="settings">The settings in force.</param>
    /// <param name="relay">The relay.</param>
    /// <param name="alerts">Its alerts.</param>
    /// <param name="platform">For test mails.</param>
    /// <param name="log">The log it shows.</param>
    /// <param name="random">For what a session is known by.</param>
    public DevicePage(RelaySettings settings, Relay.Relay relay, Alerts alerts, SocketPlatform platform, RingLog log, DeviceRandom random)
    {
        Settings = settings;
        Alerts = alerts;
        _relay = relay;
        _platform = platform;
        _log = log;
        _random = random;
        _password = PagePassword.Open(random);
        relay.Journal.Remember();
    }

    public RelaySettings Settings { get; }

    public Alerts Alerts { get; }

    public Journal Journal => _relay.Journal;

    public int Sessions => _relay.Sessions;

    public int Waiting => _relay.Waiting;

    public int PercentUsed => _relay.PercentUsed;

    // The platform tells what is free; what was free when the page was made stands for all there is.
    public long MemoryUsed
    {
        get
        {
            long used = (long)_memory - GC.Run(false);
            return used > 0 ? used : 0;
        }
    }

    public string HtmlEncoding => PageHtml.Encoding;

    public int Queue(QueuedMessage[] into) => _relay.Queue(into);

    public byte[] ReadLog() => _log.Read();

    public byte[] ReadHtml() => PageHtml.Read();

    public byte[] ReadSettings() => DeviceFile.ReadIfThere(DevicePaths.Settings);

    public RelaySettings CreateDefaults() => DeviceDefaults.Create();

    public string WriteSettings(byte[] file)
    {
        return DeviceFile.Replace(DevicePaths.Settings, file) ? "" : "The settings cannot be written to the internal drive";
    }

    public void Restart()
    {
        new Thread(Reboot).Start();
    }

    public IConnector CreateConnector() => _platform.CreateConnector();

    public bool IsPassword(byte[] bytes, int start, int count)
    {
        _random.Stir();
        int different = count ^ _password.Length;
        for (int i = 0; i < count && i < _password.Length; i++)
        {
            different |= bytes[start + i] ^ _password[i];
        }

        return different == 0;
    }

    public void Randomize(byte[] bytes)
    {
        _random.Fill(bytes);
    }

    // Lets the answer get to the browser, and what the relay has at hand become durable.
    private void Reboot()
    {
        Thread.Sleep(BeforeRestart);
        _relay.Stop();
        Power.RebootDevice();
    }
}
