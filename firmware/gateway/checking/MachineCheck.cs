using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Checking;

/// <summary>Looks at what the relay needs of this machine: a folder that can be written, and addresses to listen on. Leaves nothing behind.</summary>
internal static class MachineCheck
{
    private const int AnswerMilliseconds = 3000;

    /// <summary>Says what it found.</summary>
    public static IEnumerable<Finding> Run(RelaySettings settings)
    {
        Finding spool = Folder("spool", settings.SpoolPath, "[spool] path");
        yield return spool;
        if (spool.Verdict == Verdict.Good && FreeBytes(settings.SpoolPath) is var free && free < settings.SpoolQuota)
        {
            yield return new Finding(Verdict.Warning, "spool", $"the disk has {free / 1048576} MiB free, and [spool] quota allows {settings.SpoolQuota / 1048576} MiB", "lower the quota or make room: a full disk refuses mail before the quota does");
        }

        yield return Listening("listen", "[server] listen", settings.ListenAddress, settings.ListenPort, IsRelay);
        if (settings.PagePort != 0)
        {
            yield return Listening("page", "[page] listen", settings.PageAddress, settings.PagePort, IsPage);
        }
    }

    /// <summary>Whether a folder can be written, or made.</summary>
    /// <param name="subject">What it is for.</param>
    /// <param name="path">The folder.</param>
    /// <param name="key">Where it is set.</param>
    internal static Finding Folder(string subject, string path, string key)
    {
        string folder = Path.GetFullPath(path);
        string existing = Existing(folder);
        string? problem = RelayHealth.Probe(existing);
        if (problem is not null)
        {
            return new Finding(
                Verdict.Wrong,
                subject,
                existing == folder ? $"{problem} (as user {Environment.UserName})" : $"{folder} does not exist and cannot be made: {problem} (as user {Environment.UserName})",
                $"make the folder and give it to the service's user, or set {key}; run this check as that user");
        }

        string state = existing != folder ? "does not exist yet and can be made" : IsInUse(folder) ? "can be written, and a relay is using it" : "can be written";
        return new Finding(Verdict.Good, subject, $"{folder} {state}");
    }

    /// <returns>The folder, or the one above it that exists.</returns>
    private static string Existing(string folder)
    {
        string existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        return existing;
    }

    private static long FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(Existing(Path.GetFullPath(folder))).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    private static bool IsInUse(string folder)
    {
        string path = Path.Combine(folder, FileSegmentStore.LockName);
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Finding Listening(string subject, string key, string text, int port, Func<IPEndPoint, string?> isOurs)
    {
        IPAddress address = text == "*" ? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any) : IPAddress.Parse(text);
        var endPoint = new IPEndPoint(address, port);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen(1);
            return new Finding(Verdict.Good, subject, $"{endPoint} is free to listen on");
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => isOurs(endPoint) is { } found
                    ? new Finding(Verdict.Wrong, subject, $"{endPoint} is taken, and not by this relay: {found}", $"see who listens (ss -ltnp 'sport = :{port}') and end it, or set another port in {key}")
                    : new Finding(Verdict.Good, subject, $"the relay listens on {endPoint}"),
                SocketError.AccessDenied => new Finding(Verdict.Wrong, subject, $"{endPoint} may not be listened on by user {Environment.UserName}: ports below 1024 need a right", "run it by the systemd unit, which gives CAP_NET_BIND_SERVICE, or use a port above 1023"),
                SocketError.AddressNotAvailable => new Finding(Verdict.Wrong, subject, $"{address} is no address of this machine", $"set {key} to one of them (ip address shows them), or to * for all"),
                _ => new Finding(Verdict.Wrong, subject, $"{endPoint} cannot be listened on: {e.Message}", $"see {key}"),
            };
        }
    }

    /// <returns>Null when a relay of ours answers; otherwise what answers.</returns>
    private static string? IsRelay(IPEndPoint endPoint) => Ask(endPoint, [], bytes =>
    {
        Reply greeting = new ReplyStream(buffer => bytes.Read(buffer, 0, buffer.Length)).Read();

        // A relay that has no place for one more says 421, and is ours all the same.
        return greeting.Code is 220 or 421 ? null : "it does not greet as a mail server";
    });

    private static string? IsPage(IPEndPoint endPoint) => Ask(endPoint, "GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray(), bytes =>
    {
        byte[] buffer = new byte[5];
        bytes.ReadExactly(buffer);
        return buffer.AsSpan().SequenceEqual("HTTP/"u8) ? null : "it does not speak HTTP";
    });

    private static string? Ask(IPEndPoint endPoint, byte[] question, Func<NetworkStream, string?> judge)
    {
        IPAddress address = endPoint.Address.Equals(IPAddress.IPv6Any) || endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endPoint.Address;
        try
        {
            using var client = new TcpClient(address.AddressFamily) { ReceiveTimeout = AnswerMilliseconds, SendTimeout = AnswerMilliseconds };
            client.Connect(address, endPoint.Port);
            client.GetStream().Write(question);
            return judge(client.GetStream());
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }
}
