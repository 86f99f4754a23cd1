using System;
using System.Collections.Generic;
using System.Net;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace SmtpEmbedded.Gateway.Metrics;

/// <summary>
/// <c>/metrics</c> in Prometheus' text format, by OpenTelemetry's exporter. It registers its path beside <see
/// cref="Http.HttpEndpoint"/> on the same address and port, which HttpListener shares within a process.
/// </summary>
public sealed class PrometheusEndpoint : IDisposable
{
    private const long MostBytes = 1024 * 1024;
    private const int MostMilliseconds = 10_000;

    private readonly MeterProvider _provider;

    private PrometheusEndpoint(MeterProvider provider) => _provider = provider;

    /// <summary>Begins to serve the figures of <see cref="RelayMeter"/>.</summary>
    /// <param name="prefixes">Where to, as HttpListener's prefixes.</param>
    /// <param name="error">Why not, when null is returned.</param>
    public static PrometheusEndpoint? Start(IReadOnlyList<string> prefixes, out string error)
    {
        try
        {
            MeterProvider provider = Sdk.CreateMeterProviderBuilder()
                .AddMeter(RelayMeter.Name)
                .AddPrometheusHttpListener(options =>
                {
                    options.ScopeInfoEnabled = false;
                    options.TargetInfoEnabled = false;
                    options.MaxScrapeResponseSizeBytes = (int)MostBytes;
                    options.ScrapeResponseTimeoutMilliseconds = MostMilliseconds;
                    options.ConfigureHttpListener = listener =>
                    {
                        listener.Prefixes.Clear();
                        foreach (string prefix in prefixes)
                        {
                            listener.Prefixes.Add(prefix + "metrics/");
                        }
                    };
                })
                .Build();
            error = "";
            return new PrometheusEndpoint(provider);
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            error = $"cannot serve /metrics on {prefixes[0]}: {e.Message}";
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();
}
