using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using SmtpEmbedded.Gateway.Http;
using SmtpEmbedded.Gateway.Metrics;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// What people and their monitoring look at, on <c>[page] listen</c>: <c>/metrics</c>, <c>/healthz</c>, and whatever else is
/// mapped before the start. Mail comes first: when it cannot be served the log says why and the relay runs without it.
/// </summary>
public sealed class OperatorEndpoint : IHostedService
{
    private readonly RelaySettings _settings;
    private readonly ILog _log;
    private PrometheusEndpoint? _metrics;

    /// <summary>Made by the host.</summary>
    public OperatorEndpoint(RelaySettings settings, RelayHost relay, IClock clock, ILog log)
    {
        _settings = settings;
        _log = log;
        Http = new HttpEndpoint(settings.PageAddress, settings.PagePort, log);
        Http.Map("/healthz", new HealthHandler(new RelayHealth(relay, clock)).HandleAsync);
    }

    /// <summary>Where other paths are mapped before the start.</summary>
    public HttpEndpoint Http { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_settings.PagePort == 0)
        {
            return Task.CompletedTask;
        }

        string? error = Http.Start();
        if (error is null)
        {
            _metrics = PrometheusEndpoint.Start(Http.Prefixes, out error);
        }

        if (!string.IsNullOrEmpty(error))
        {
            _log.Write(Relay.LogLevel.Error, "http", error);
            return Task.CompletedTask;
        }

        _log.Write(Relay.LogLevel.Information, "http", $"/metrics and /healthz are on {Http.Prefixes[0]}");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _metrics?.Dispose();
        await Http.DisposeAsync().ConfigureAwait(false);
    }
}
