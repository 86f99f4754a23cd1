using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Reflection;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Metrics;

/// <summary>
/// The figures of one relay, as a <see cref="Meter"/>: names in OpenTelemetry's style, which become Prometheus' by its rules
/// (<c>smtpembedded.messages.accepted</c> is <c>smtpembedded_messages_accepted_total</c>). Counting allocates nothing.
/// </summary>
public sealed class RelayMeter : IDisposable
{
    /// <summary>What to listen for.</summary>
    public const string Name = "smtpembedded";

    private static readonly KeyValuePair<string, object?> FromClient = new("origin", "client");
    private static readonly KeyValuePair<string, object?> FromAlert = new("origin", "alert");

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _acceptedBytes;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _finishedBytes;
    private readonly Counter<long> _deferred;
    private readonly Histogram<double> _delivery;
    private readonly Histogram<double> _sync;
    private readonly Counter<long> _syncFailures;

    /// <summary>Makes the instruments that are told what happens.</summary>
    public RelayMeter()
    {
        _accepted = _meter.CreateCounter<long>("smtpembedded.messages.accepted", "{message}", "Messages made durable and acknowledged, by where they came from.");
        _acceptedBytes = _meter.CreateCounter<long>("smtpembedded.accepted", "By", "Bytes of the messages acknowledged.");
        _refused = _meter.CreateCounter<long>("smtpembedded.spool.refusals", "{message}", "Messages and alerts the spool had no place for or the disk refused.");
        _finished = _meter.CreateCounter<long>("smtpembedded.messages.finished", "{message}", "Messages whose every recipient was delivered to or given up.");
        _finishedBytes = _meter.CreateCounter<long>("smtpembedded.finished", "By", "Bytes of the messages finished.");
        _deferred = _meter.CreateCounter<long>("smtpembedded.messages.deferred", "{message}", "Attempts after which a message was put off to be tried again.");
        _delivery = _meter.CreateHistogram("smtpembedded.message.delay", "s", "From acceptance to the end of a message, its waits included.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 5, 30, 60, 300, 1800, 7200, 43200, 172800] });
        _sync = _meter.CreateHistogram("smtpembedded.spool.sync.duration", "s", "How long the disk took to make messages durable.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] });
        _syncFailures = _meter.CreateCounter<long>("smtpembedded.spool.sync.failures", "{sync}", "Syncs the disk refused.");

        // So that a rate can be taken of what has not happened yet.
        _accepted.Add(0, FromClient);
        _accepted.Add(0, FromAlert);
        foreach (Counter<long> counter in new[] { _acceptedBytes, _refused, _finished, _finishedBytes, _deferred, _syncFailures })
        {
            counter.Add(0);
        }
    }

    /// <summary>Adds what is read when somebody asks.</summary>
    public void Observe(RelayHost relay, RelaySettings settings, IClock clock)
    {
        var age = new QueueAge(relay, clock);
        Gauge("smtpembedded.queue.messages", "", "Messages that wait to be forwarded.", () => relay.QueuedMessages);
        Seconds("smtpembedded.queue.oldest.age", "Age of the oldest message that waits; 0 when none does.", age.Seconds);
        Gauge("smtpembedded.spool.used", "By", "Bytes the spool takes on the disk.", () => relay.SpoolUsed);
        Gauge("smtpembedded.spool.quota", "By", "Bytes the spool may take on the disk.", () => settings.SpoolQuota);
        Gauge("smtpembedded.sessions.active", "", "Sessions being served.", () => relay.Sessions);
        Counter("smtpembedded.sessions.started", "{session}", "Sessions served since the start.", () => relay.SessionsStarted);
        Counter("smtpembedded.sessions.refused", "{session}", "Connections turned away because there were too many.", () => relay.SessionsRefused);
        Counter("smtpembedded.commits", "{commit}", "Group commits: syncs that served waiting sessions.", () => relay.Syncs);
        Counter("smtpembedded.alerts.raised", "{alert}", "Alerts put into the spool.", () => relay.Alerts.Raised);
        Counter("smtpembedded.alerts.dropped", "{alert}", "Alerts the spool did not take.", () => relay.Alerts.Dropped);
        Gauge("smtpembedded.forwarder.alive", "", "1 while the forwarder's thread lives or none is wanted.", () => relay.IsForwarderAlive ? 1 : 0);
        Seconds("smtpembedded.uptime", "Seconds since the start.", () => clock.UptimeMilliseconds / 1000.0);
        _meter.CreateObservableGauge<long>("smtpembedded.smarthost.up", () => SmarthostsUp(settings), null, "1 while the last connection to the smarthost did not fail, by order of preference; 1 before the first.");
        var build = new Measurement<long>(1, new KeyValuePair<string, object?>("version", Version), new KeyValuePair<string, object?>("runtime", Environment.Version.ToString()));
        _meter.CreateObservableGauge<long>("smtpembedded.build.info", () => build, null, "1; its labels say what runs.");
    }

    /// <summary>The version of this program.</summary>
    public static string Version => typeof(RelayMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>A message is durable.</summary>
    public void Accepted(bool isAlert, long bytes)
    {
        _accepted.Add(1, isAlert ? FromAlert : FromClient);
        _acceptedBytes.Add(bytes);
    }

    /// <summary>The spool took no message.</summary>
    public void Refused() => _refused.Add(1);

    /// <summary>A message has ended.</summary>
    public void Finished(long bytes, double seconds)
    {
        _finished.Add(1);
        _finishedBytes.Add(bytes);
        _delivery.Record(Math.Max(0, seconds));
    }

    /// <summary>A message is to be tried again.</summary>
    public void Deferred() => _deferred.Add(1);

    /// <summary>The disk was asked to make messages durable.</summary>
    public void Synced(TimeSpan time, bool isDurable)
    {
        _sync.Record(time.TotalSeconds);
        if (!isDurable)
        {
            _syncFailures.Add(1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> SmarthostsUp(RelaySettings settings)
    {
        var all = new List<Measurement<long>>();
        int preference = 0;
        for (Smarthost? smarthost = settings.Smarthost; smarthost is not null; smarthost = smarthost.Next)
        {
            if (smarthost.Host.Length > 0)
            {
                preference++;
                all.Add(new Measurement<long>(
                    smarthost.IsUp ? 1 : 0,
                    new KeyValuePair<string, object?>("smarthost", smarthost.Maildir.Length > 0 ? "maildir" : $"{smarthost.Host}:{smarthost.EffectivePort}"),
                    new KeyValuePair<string, object?>("preference", preference.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            }
        }

        return all;
    }

    private void Gauge(string name, string unit, string description, Func<long> read) => _meter.CreateObservableGauge(name, read, unit, description);

    private void Seconds(string name, string description, Func<double> read) => _meter.CreateObservableGauge(name, read, "s", description);

    private void Counter(string name, string unit, string description, Func<long> read) => _meter.CreateObservableCounter(name, read, unit, description);
}
