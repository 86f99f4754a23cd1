using System;
using System.Collections.Generic;
using System.IO;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Checking;

/// <summary>Looks at what the settings say, without touching anything but the settings file.</summary>
internal static class SettingsCheck
{
    // Somebody else's addresses, all over the Internet: a network that holds one of them holds strangers.
    private static readonly byte[][] Strangers = [[8, 8, 8, 8], [93, 184, 216, 34], [185, 12, 64, 1], [203, 0, 113, 7], [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0x20, 0x01, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]];

    /// <summary>Says what it found.</summary>
    public static IEnumerable<Finding> Run(string path, RelaySettings settings)
    {
        yield return new Finding(Verdict.Good, "settings", $"{path} is understood");
        if (HasSecret(settings) && IsReadableByOthers(path))
        {
            yield return new Finding(Verdict.Warning, "settings", $"{path} holds a password and every user of this machine may read it", $"chmod 640 {path}, and give it to the service's group");
        }

        if (settings.Hostname == "localhost")
        {
            yield return new Finding(Verdict.Warning, "hostname", "[server] hostname is not set: the relay calls itself localhost, which many smarthosts refuse in EHLO and in addresses", "set [server] hostname to this machine's full name, as relay.example.org");
        }

        if (settings.AlertTo.Length == 0)
        {
            yield return new Finding(Verdict.Warning, "alerts", $"[alerts] to is not set: alerts go to postmaster@{settings.Hostname}", "set [alerts] to to an address somebody reads");
        }

        if (IsOpen(settings))
        {
            yield return new Finding(Verdict.Wrong, "allow", "[server] allow lets strangers from the Internet send through this relay: that is an open relay, and it will be found and abused within hours", "name only your own networks in [server] allow, as 192.0.2.0/24");
        }
        else
        {
            yield return new Finding(Verdict.Good, "allow", $"no stranger from the Internet may send; {settings.AllowedNetworks.Length} network(s) may");
        }

        if (settings.PagePort != 0 && settings.PageAddress is not ("127.0.0.1" or "::1"))
        {
            yield return new Finding(Verdict.Warning, "page", $"[page] listen is {settings.PageAddress}: /metrics and /healthz are shown to everybody who reaches it, by plain HTTP", "keep it on 127.0.0.1, or see that only your monitoring reaches the port");
        }
    }

    /// <summary>Whether some network is as large as only the Internet is, or holds addresses we know to be strangers'.</summary>
    internal static bool IsOpen(RelaySettings settings)
    {
        foreach (Network network in settings.AllowedNetworks)
        {
            if (network.PrefixLength < 7)
            {
                return true;
            }
        }

        return Array.Exists(Strangers, stranger => Network.AnyContains(settings.AllowedNetworks, stranger));
    }

    private static bool HasSecret(RelaySettings settings)
    {
        for (Smarthost? smarthost = settings.Smarthost; smarthost is not null; smarthost = smarthost.Next)
        {
            if (smarthost.Password.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsReadableByOthers(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
