using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway;

/// <summary><c>demo</c>: shows that the whole path works on this machine.</summary>
public static class DemoCommand
{
    /// <summary>It takes about a second; a machine that needs this long has a fault to be told of.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>Runs the demonstration.</summary>
    /// <returns>The exit code: 0 when both mails arrived.</returns>
    public static async Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeLimit);
        var demonstration = new Demonstration(output);
        string? failure;
        try
        {
            // Were a step to hang where no token reaches it, the limit still holds.
            failure = await demonstration.RunAsync(limit.Token).WaitAsync(TimeLimit + TimeSpan.FromSeconds(5), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            failure = $"it did not end within {TimeLimit.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            failure = e.Message;
        }

        if (failure is null)
        {
            await output.FlushAsync(cancellation).ConfigureAwait(false);
            return 0;
        }

        await error.WriteLineAsync("The demo failed: " + failure).ConfigureAwait(false);
        foreach (string line in demonstration.Warnings)
        {
            await error.WriteLineAsync("  " + line).ConfigureAwait(false);
        }

        return 1;
    }
}
