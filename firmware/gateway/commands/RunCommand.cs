using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using SmtpEmbedded.Gateway.Logging;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>The service: <c>run --settings FILE</c>.</summary>
public static class RunCommand
{
    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <returns>The exit code: 0 after a clean stop, 1 when nothing was started.</returns>
    public static async Task<int> RunAsync(string settingsPath, LogFormat format, Microsoft.Extensions.Logging.LogLevel least, CancellationToken cancellation)
    {
        RelaySettings? settings = SettingsFile.Read(settingsPath, out string error);
        if (settings is null)
        {
            await Console.Error.WriteLineAsync(error).ConfigureAwait(false);
            return 1;
        }

        // Empty on purpose: no environment variable and no other file may change what the settings file says.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        // First: it brings a form of the log of its own.
        builder.Services.AddSystemd();
        LogSetup.Add(builder.Logging, format, least);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<IClock, SystemClock>();
        builder.Services.AddSingleton<ILog, ConsoleLog>();
        builder.Services.AddSingleton<RelayHost>();
        builder.Services.AddSingleton<RelayService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RelayService>());
        builder.Services.AddHostedService<OperatorEndpoint>();
        if (SystemdHelpers.IsSystemdService())
        {
            builder.Services.AddHostedService<ServiceNotices>();
        }

        using IHost host = builder.Build();
        RelayService service = host.Services.GetRequiredService<RelayService>();
        await host.RunAsync(cancellation).ConfigureAwait(false);
        return service.Failed ? 1 : 0;
    }
}
