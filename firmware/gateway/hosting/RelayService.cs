using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace SmtpEmbedded.Gateway;

/// <summary>Ties <see cref="RelayHost"/> to the life of the process: started with it, stopped cleanly by SIGTERM and SIGINT.</summary>
public sealed class RelayService : IHostedService
{
    private readonly RelayHost _relay;
    private readonly OperatorServices _extras;
    private readonly IHostApplicationLifetime _lifetime;

    /// <summary>Made by the host.</summary>
    public RelayService(RelayHost relay, OperatorServices extras, IHostApplicationLifetime lifetime)
    {
        _extras = extras;
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

        if (_extras.Start() is { } failure)
        {
            // Mail comes first: it is served without its page.
            Console.Error.WriteLine(failure);
        }

        // Scripts wait for this line; it is complete and flushed before anything else happens.
        Console.Out.WriteLine($"listening on {_relay.EndPoint}");
        Console.Out.Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _extras.Dispose();
        return Failed ? Task.CompletedTask : _relay.StopAsync();
    }
}
