using System;
using System.Threading;
using nanoFramework.Runtime.Native;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Files;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Device;

/// <summary>
/// The application from power-on: settings, Wi-Fi, relay, and then watching over them. Without settings, or with the button
/// held, it becomes an access point with a form instead.
/// </summary>
internal sealed partial class Application
{
    private const string Source = "device";
    private const int LogBytes = 2048;

    /// <summary>How long the network is waited for before the relay starts without it: alerts are safe in flash meanwhile.</summary>
    private const int FirstConnect = 30 * 1000;
    private const int Look = 5 * 1000;

    /// <summary>A start that has lasted this long is a good one.</summary>
    private const long GoodAfter = 10L * 60 * 1000;

    /// <summary>After so many starts that did not last, TLS is left alone for a while, for a handshake is what can hang.</summary>
    private const int SuspiciousStarts = 3;
    private const long HoldOff = 5L * 60 * 1000;

    private readonly Board _board = Board.OfTarget(SystemInfo.TargetName);
    private readonly IClock _clock = new Esp32Clock();
    private readonly StartCounter _starts = new StartCounter();
    private readonly RingLog _log;
    private readonly StatusLed _led;

    public Application()
    {
        _log = new RingLog(_clock, LogBytes, LogLevel.Information, true);
        _led = new StatusLed(_board.LedPin);
    }

    public void Run()
    {
        _log.Write(LogLevel.Information, Source, "SmtpEmbedded on " + SystemInfo.TargetName + ", firmware " + SystemInfo.Version.ToString());
        _led.Start();
        int unfinished = _starts.Begin();
        SettingsFile file = new SettingsFile();
        bool good = file.Read();
        if (!good)
        {
            Console.WriteLine(file.Error);
        }

        if (!good || SetupButton.IsHeld(_board.ButtonPin))
        {
            _led.Show(LedState.Setup);
            new SetupMode(_log, file.Error).Run();
            return;
        }

        Serve(file.Settings, unfinished);
    }

    private void Serve(RelaySettings settings, int unfinished)
    {
        bool isSuspicious = unfinished >= SuspiciousStarts;
        DeviceTlsCondition condition = new DeviceTlsCondition(_clock, isSuspicious ? HoldOff : 0);
        SocketPlatform platform = new SocketPlatform(_clock, _log, _board.Sockets, null, condition);
        platform.Authorities = new DeviceAuthorities();
        ClosedFileStore store = new ClosedFileStore(DevicePaths.Spool);
        Relay.Relay relay = new Relay.Relay(settings, store, DeviceDefaults.SpoolFor(settings), platform, _log);
        Alerts alerts = new Alerts(settings, relay.Mail, _clock, _log);
        new SelfWatch(settings, relay.Mail, _clock, alerts, relay.Journal);

        WifiConnection wifi = new WifiConnection(_log);
        wifi.Connect(FirstConnect);
        while (!relay.Start())
        {
            // The drive cannot be read. There is nothing else to do, and trying does no harm.
            _log.Write(LogLevel.Error, Source, relay.Error);
            _led.Show(LedState.Trouble);
            Thread.Sleep(Look);
        }

        ServePage(settings, relay, alerts, platform);
        new ContactInput(_board.ContactPin, _clock, alerts).Start();
        if (isSuspicious)
        {
            alerts.Raise(
                Severity.Warning,
                settings.Hostname,
                "The relay has restarted " + unfinished.ToString() + " times without lasting ten minutes",
                "Power, or a peer that falls silent in a TLS handshake: nothing is sent by TLS in the first five minutes now.");
        }

        Watch(relay, wifi);
    }

    // page/Application.Page.cs, where the image has the operator's page.
    partial void ServePage(RelaySettings settings, Relay.Relay relay, Alerts alerts, SocketPlatform platform);

    /// <summary>Keeps the network up and the light honest, for ever.</summary>
    private void Watch(Relay.Relay relay, WifiConnection wifi)
    {
        while (true)
        {
            if (!wifi.IsUp)
            {
                _led.Show(LedState.NoNetwork);
                wifi.Connect(FirstConnect);
            }
            else
            {
                _led.Show(relay.Port == 0 ? LedState.Trouble : relay.Waiting > 0 ? LedState.Waiting : LedState.Running);
            }

            if (_clock.UptimeMilliseconds > GoodAfter)
            {
                _starts.Settle();
            }

            Thread.Sleep(Look);
        }
    }
}
