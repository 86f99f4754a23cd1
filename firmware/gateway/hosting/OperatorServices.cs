using System;
using Microsoft.Extensions.Hosting;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Gateway;

/// <summary>What people and their monitoring look at, beside the relay: the page and the metrics, as far as they are set.</summary>
public sealed class OperatorServices : IDisposable
{
    private readonly GatewayPage _page;
    private readonly Metrics _metrics;
    private readonly RelaySettings _settings;

    /// <summary>Made by the host.</summary>
    public OperatorServices(RelayHost relay, RelaySettings settings, RingLog lines, ILog log, IClock clock, IHostApplicationLifetime lifetime, string settingsPath, Again again)
    {
        _settings = settings;
        _metrics = new Metrics(relay, clock);
        _page = new GatewayPage(relay, lines, log, clock, settingsPath, () =>
        {
            again.IsWanted = true;
            lifetime.StopApplication();
        });
    }

    /// <summary>Starts what is set.</summary>
    /// <returns>Null, or what could not start and why.</returns>
    public string? Start()
    {
        string? error = _settings.PagePort == 0 ? null : _page.Start();
        if (error is null && _settings.PagePort != 0)
        {
            Console.Error.WriteLine($"the operator's page is on {_settings.PageAddress}:{_page.Port}");
        }

        return error ?? (_settings.MetricsPort == 0 ? null : _metrics.Start());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _page.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Whether the service is to begin again when it has stopped.</summary>
    public sealed class Again
    {
        /// <summary>Set by the page.</summary>
        public bool IsWanted { get; set; }
    }
}
