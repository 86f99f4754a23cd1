using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace SmtpEmbedded.Gateway;

/// <summary>Ties <see cref="RelayHost"/> to the life of the process: started with it, stopped cleanly by SIGTERM and SIGINT.</summary>
public sealed class RelayService : IHostedService
{
    private readonly RelayHost _relay;
    private readonly IHostApplicationLifetime _lifetime;

    /// <summary>Made by the host.</summary>
    public RelayService(RelayHost relay, IHostApplicationLifetime lifetime)
    {
        _relay = relay;
        _lifetime = lifetime;
    }

    /// <summary>Whether the relay could not start.</summary>
    public bool Failed { get; private set; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        string? error = _relay.Start();
        if (error is not null)
        {
            Failed = true;
            Console.Error.WriteLine(error);
            _lifetime.StopApplication();
            return Task.CompletedTask;
        }

        // Scripts wait for this line; it is complete and flushed before anything else happens.
        Console.Out.WriteLine($"listening on {_relay.EndPoint}");
        Console.Out.Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Failed ? Task.CompletedTask : _relay.StopAsync();
}
