using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Whether the relay does what it is there for: takes mail onto a disk that can be written, and has a live thread that
/// forwards it. A smarthost that is down is no illness of the relay, for restarting it would help nobody. From any thread.
/// </summary>
public sealed class RelayHealth(RelayHost relay, IClock clock)
{
    /// <summary>How long the answer about the disk holds, in milliseconds, so that asking costs the disk little.</summary>
    private const int ProbeHolds = 2000;

    private readonly Lock _gate = new();
    private long _probedAt = long.MinValue / 2;
    private string? _diskProblem;

    /// <summary>What is wrong, a sentence each; none when all is well.</summary>
    public string[] Problems()
    {
        if (!relay.IsRunning)
        {
            return ["the relay does not run: it is starting or stopping"];
        }

        var problems = new List<string>();
        if (DiskProblem() is { } disk)
        {
            problems.Add(disk);
        }

        if (relay.SpoolUsed >= relay.SpoolLimit)
        {
            problems.Add($"the spool's quota is used up ({relay.SpoolUsed} of {relay.SpoolLimit} bytes): mail is refused with 452 until some is forwarded; raise [spool] quota or see why mail does not get out");
        }

        if (!relay.IsForwarderAlive)
        {
            problems.Add("the forwarder's thread has ended: mail is taken but goes nowhere; restart the service and report the error in its log");
        }

        return problems.ToArray();
    }

    private string? DiskProblem()
    {
        lock (_gate)
        {
            long now = clock.UptimeMilliseconds;
            if (now - _probedAt >= ProbeHolds)
            {
                _diskProblem = Probe(relay.SpoolFolder);
                _probedAt = now;
            }

            return _diskProblem;
        }
    }

    /// <summary>Writes a byte to a file of its own in a folder, makes it durable and takes it away again.</summary>
    /// <returns>Null, or why that cannot be done.</returns>
    internal static string? Probe(string folder)
    {
        string path = Path.Combine(folder, $"probe-{Environment.ProcessId}");
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception e) when (FileSegmentStore.IsDiskFailure(e))
        {
            return $"the spool folder {folder} cannot be written: {e.Message}";
        }
    }
}
