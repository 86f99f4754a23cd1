using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Net;
using System.Threading;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// <c>/metrics</c> in Prometheus' text format, by OpenTelemetry, and <c>/healthz</c>: 200 while mail gets out or there is none,
/// 503 with the reason when it has not for as long as <see cref="AlertRules.StalledAfter"/> says.
/// </summary>
public sealed class Metrics : IDisposable
{
    private readonly RelayHost _relay;
    private readonly IClock _clock;
    private readonly Meter _meter = new("smtpembedded");
    private MeterProvider? _provider;
    private HttpListener? _health;

    /// <summary>Prepares the figures of a relay.</summary>
    public Metrics(RelayHost relay, IClock clock)
    {
        _relay = relay;
        _clock = clock;
        Gauge("smtpembedded.queue.messages", "Messages that wait to be forwarded", () => relay.QueuedMessages);
        Gauge("smtpembedded.queue.used.percent", "Share of the spool's quota that is used", () => relay.Spool.PercentUsed);
        Gauge("smtpembedded.sessions", "Sessions being served", () => relay.Sessions);
        Gauge("smtpembedded.uptime.seconds", "Seconds since the start", () => clock.UptimeMilliseconds / 1000);
        Gauge("smtpembedded.delivery.age.seconds", "Seconds since the smarthost last took a message; -1: not since the start", () => relay.Journal.LastDelivery == 0 ? -1 : (clock.UptimeMilliseconds - relay.Journal.LastDelivery) / 1000);
        Gauge("smtpembedded.trouble.age.seconds", "How long mail has not been getting out; 0: it is", () => relay.Journal.TroubleSince == 0 ? 0 : (clock.UptimeMilliseconds - relay.Journal.TroubleSince) / 1000);
        Gauge("smtpembedded.alerts.open", "Alerts that are open", () => Open(relay.Alerts.List()));
        Counter("smtpembedded.recipients.delivered", "Recipients the smarthost took mail for", () => relay.Journal.Delivered);
        Counter("smtpembedded.recipients.failed", "Recipients refused for good", () => relay.Journal.Failed);
        Counter("smtpembedded.troubles", "Connections that failed and messages put off", () => relay.Journal.Troubles);
        Counter("smtpembedded.syncs", "Syncs of the spool that served sessions", () => relay.Syncs);
        Counter("smtpembedded.alerts.raised", "Alerts raised", () => relay.Alerts.Raised);
        Counter("smtpembedded.alerts.sent", "Alert mails delivered", () => relay.Alerts.Sent);
        Counter("smtpembedded.alerts.dropped", "Alerts there was no place for", () => relay.Alerts.Dropped);
    }

    /// <summary>Begins to serve both.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Start()
    {
        RelaySettings settings = _relay.Settings;
        string host = settings.MetricsAddress == "*" ? "+" : settings.MetricsAddress.Contains(':') ? $"[{settings.MetricsAddress}]" : settings.MetricsAddress;
        string prefix = $"http://{host}:{settings.MetricsPort}/";
        try
        {
            _health = new HttpListener();
            _health.Prefixes.Add(prefix + "healthz/");
            _health.Start();
            _provider = Sdk.CreateMeterProviderBuilder()
                .AddMeter(_meter.Name)
                .AddPrometheusHttpListener(options =>
                {
                    options.Host = host;
                    options.Port = settings.MetricsPort;
                })
                .Build();
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
        {
            Dispose();
            return $"cannot serve metrics on {prefix}: {e.Message}";
        }

        new Thread(AnswerHealth) { IsBackground = true, Name = "health" }.Start();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _health?.Close();
        _provider?.Dispose();
        _meter.Dispose();
    }

    private void AnswerHealth()
    {
        while (true)
        {
            try
            {
                HttpListenerContext context = _health!.GetContext();
                string trouble = _relay.Trouble(_clock);
                byte[] body = System.Text.Encoding.UTF8.GetBytes((trouble.Length == 0 ? "ok" : trouble) + "\n");
                context.Response.StatusCode = trouble.Length == 0 ? 200 : 503;
                context.Response.ContentType = "text/plain; charset=utf-8";
                context.Response.Close(body, willBlock: true);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or System.IO.IOException)
            {
                if (_health is not { IsListening: true })
                {
                    return;
                }
            }
        }
    }

    private static int Open(OpenAlert?[] alerts)
    {
        int count = 0;
        foreach (OpenAlert? alert in alerts)
        {
            count += alert is { IsOpen: true } ? 1 : 0;
        }

        return count;
    }

    private void Gauge(string name, string description, Func<long> read) => _meter.CreateObservableGauge(name, read, description: description);

    private void Counter(string name, string description, Func<long> read) => _meter.CreateObservableCounter(name, read, description: description);
}
