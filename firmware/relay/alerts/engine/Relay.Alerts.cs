namespace SmtpEmbedded.Relay;

// Where the engine is in the relay's own assembly, a relay comes with its alerts.
public sealed partial class Relay
{
    /// <summary>Where a program says that something is wrong; what it is told while the relay is not started waits in memory.</summary>
    public Alerts Alerts { get; private set; } = null!;

    /// <summary>The relay's eye on itself.</summary>
    public SelfWatch Watch { get; private set; } = null!;

    partial void CreateAlerts()
    {
        Alerts = new Alerts(_settings, Mail, _platform.Clock, _log);
        Watch = new SelfWatch(_settings, Mail, _platform.Clock, Alerts, Journal);
    }
}
