using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using SmtpEmbedded.Gateway.Logging;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Gateway;

/// <summary>The service: <c>run --settings FILE</c>.</summary>
public static class RunCommand
{
    private const int LogBytes = 32 * 1024;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <returns>The exit code: 0 after a clean stop, 1 when nothing was started.</returns>
    public static async Task<int> RunAsync(string settingsPath, LogFormat format, Microsoft.Extensions.Logging.LogLevel least, CancellationToken cancellation)
    {
        int result;
        OperatorServices.Again again = new();
        do
        {
            again.IsWanted = false;
            result = await RunOnceAsync(settingsPath, format, least, again, cancellation).ConfigureAwait(false);
        }
        while (again.IsWanted && !cancellation.IsCancellationRequested);
        return result;
    }

    private static async Task<int> RunOnceAsync(string settingsPath, LogFormat format, Microsoft.Extensions.Logging.LogLevel least, OperatorServices.Again again, CancellationToken cancellation)
    {
        RelaySettings? settings = SettingsFile.Read(settingsPath, out string error);
        if (settings is null)
        {
            await Console.Error.WriteLineAsync(error).ConfigureAwait(false);
            return 1;
        }

        // Empty on purpose: no environment variable and no other file may change what the settings file says.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        LogSetup.Add(builder.Logging, format, least);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<IClock, Gateway.SystemClock>();
        builder.Services.AddSingleton(services => new RingLog(services.GetRequiredService<IClock>(), LogBytes, Relay.LogLevel.Information, false));
        builder.Services.AddSingleton<ConsoleLog>();
        builder.Services.AddSingleton<ILog>(services => new TeeLog(services.GetRequiredService<ConsoleLog>(), services.GetRequiredService<RingLog>()));
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<OperatorServices>(services, settingsPath, again));
        builder.Services.AddSingleton<RelayHost>();
        builder.Services.AddSingleton<RelayService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RelayService>());
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 })
        {
            // systemd's Type=notify: READY when all has started, STOPPING, and signs of life.
            builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
            builder.Services.AddSingleton<IHostLifetime, SystemdLifetime>();
            builder.Services.AddHostedService<ServiceNotices>();
        }

        using IHost host = builder.Build();
        RelayService service = host.Services.GetRequiredService<RelayService>();
        await host.RunAsync(cancellation).ConfigureAwait(false);
        return service.Failed ? 1 : 0;
    }
}
