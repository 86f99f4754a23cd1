using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Tells systemd, where it asked for it (Type=notify, WatchdogSec), how the relay is: a line of status for <c>systemctl
/// status</c>, and a sign of life only while the forwarder's threads live, so that systemd restarts it where one has died.
/// </summary>
public sealed class ServiceNotices(ISystemdNotifier notifier, RelayHost relay, IClock clock) : BackgroundService
{
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notifier.IsEnabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(Period(Environment.GetEnvironmentVariable("WATCHDOG_USEC")));
        try
        {
            do
            {
                notifier.Notify(new ServiceState("STATUS=" + Status()));
                if (relay.IsForwarderAlive)
                {
                    // A smarthost that is away is not mended by a restart; a dead thread is.
                    notifier.Notify(new ServiceState("WATCHDOG=1"));
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Twice as often as systemd looks, and often enough for the status.</summary>
    internal static TimeSpan Period(string? watchdogMicroseconds)
    {
        if (long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0)
        {
            TimeSpan half = TimeSpan.FromMicroseconds(microseconds / 2);
            return half < TimeSpan.FromMilliseconds(100) ? TimeSpan.FromMilliseconds(100) : half < StatusPeriod ? half : StatusPeriod;
        }

        return StatusPeriod;
    }

    private string Status() =>
        relay.Trouble(clock) is { Length: > 0 } trouble ? trouble : $"{relay.QueuedMessages} messages wait, {relay.Sessions} sessions";
}
