using System;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Relay.Tests.Facade;

/// <summary>A relay on real sockets and threads, as a device runs it, with its spool in memory.</summary>
internal sealed class FacadeRig : IDisposable
{
    public FacadeRig(int smarthostPort = 0, ISegmentStore? store = null, Action<RelaySettings>? change = null)
    {
        Settings = new RelaySettings
        {
            ListenPort = 0,
            Hostname = "relay.example",
            Smarthost = { Host = smarthostPort == 0 ? "" : "127.0.0.1", Port = smarthostPort, Security = SmarthostSecurity.None },
        };
        Settings.Limits.Sessions = 4;
        Settings.Limits.FirstRetry = 100;
        Settings.Limits.LongestRetry = 100;
        Settings.Limits.FirstReconnect = 100;
        Settings.Limits.LongestReconnect = 100;
        change?.Invoke(Settings);
        Log = new FakeLog();
        Platform = new SocketPlatform(new SystemClock(), Log, SocketPlatform.SocketsOfEsp32, null, null);
        Relay = new Relay(Settings, store ?? new MemorySegmentStore(), SpoolOptions.ForDevice(), Platform, Log);
    }

    public RelaySettings Settings { get; }

    public FakeLog Log { get; }

    public SocketPlatform Platform { get; }

    public Relay Relay { get; }

    public FacadeRig Start()
    {
        Xunit.Assert.True(Relay.Start(), Relay.Error);
        return this;
    }

    public void Dispose() => Relay.Stop();
}
