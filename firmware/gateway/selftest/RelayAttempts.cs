using System;
using System.Collections.Generic;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.SelfTest;

/// <summary>
/// What a stranger would try so that the relay sends his mail. Each attempt ends at RCPT: where it is taken nothing is sent all
/// the same. Tried from this machine's addresses that may not send; where every address may, the rules alone can be judged.
/// </summary>
internal static class RelayAttempts
{
    private const string Victim = "victim@example.com";

    private static readonly string[] Senders = ["<stranger@example.net>", "<>", "<postmaster@{0}>", "<victim@example.com>"];

    // The forms in which relays of all times have been asked to go one step further.
    private static readonly string[] Recipients =
    [
        "<victim@example.com>", "<victim%example.com@{0}>", "<victim%example.com@[{1}]>", "<@{0}:victim@example.com>", "<\"victim@example.com\"@{0}>",
        "<\"victim@example.com\">", "<example.com!victim>", "<example.com!victim@{0}>", "<victim@example.com@{0}>", "<victim>",
    ];

    /// <summary>Tries.</summary>
    public static IEnumerable<AbuseAttempt> Run(RelaySettings settings, IPEndPoint server, Func<IPAddress, bool> mayUse)
    {
        bool isAnyTried = false;
        foreach (IPAddress from in Addresses(server))
        {
            if (mayUse(from))
            {
                continue;
            }

            foreach (AbuseAttempt attempt in From(settings, server, from))
            {
                isAnyTried |= attempt.Outcome != Outcome.NotTried;
                yield return attempt;
            }
        }

        if (!isAnyTried)
        {
            yield return new AbuseAttempt("relay for a stranger", "-", Outcome.NotTried, $"every address of this machine that reaches {server} may send, or none can be used: the rules alone were judged; run selftest against it from a machine that may not send, with --server");
        }
    }

    private static IEnumerable<AbuseAttempt> From(RelaySettings settings, IPEndPoint server, IPAddress from)
    {
        int refused = 0;
        string last = "";
        foreach (bool logsIn in new[] { false, true })
        {
            foreach (string sender in Senders)
            {
                foreach (string recipient in Recipients)
                {
                    (Outcome outcome, string seen) = Try(server, from, logsIn, Fill(sender, settings, server), Fill(recipient, settings, server));
                    if (outcome == Outcome.NotTried)
                    {
                        yield return new AbuseAttempt("relay for a stranger", from.ToString(), outcome, seen);
                        yield break;
                    }

                    if (outcome == Outcome.Abused)
                    {
                        yield return new AbuseAttempt($"relay from {Fill(sender, settings, server)} to {Fill(recipient, settings, server)}{(logsIn ? " with a made-up login" : "")}", from.ToString(), outcome, seen);
                        continue;
                    }

                    refused++;
                    last = seen;
                }
            }
        }

        if (refused > 0)
        {
            yield return new AbuseAttempt($"relay for a stranger, {refused} ways", from.ToString(), Outcome.Refused, last);
        }
    }

    private static (Outcome Outcome, string Seen) Try(IPEndPoint server, IPAddress from, bool logsIn, string sender, string recipient)
    {
        try
        {
            using var attacker = new Attacker(server, from);
            Reply reply = attacker.Greet();
            if (reply.Kind == 2 && logsIn)
            {
                // A login nobody gave us must help nobody.
                attacker.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes("\0selftest\0selftest")));
            }

            if (reply.Kind == 2)
            {
                reply = attacker.Say("MAIL FROM:" + sender);
            }

            if (reply.Kind == 2)
            {
                reply = attacker.Say("RCPT TO:" + recipient);
            }

            return (reply.Kind is 2 or 3 ? Outcome.Abused : Outcome.Refused, reply.Text);
        }
        catch (SocketException e)
        {
            return (Outcome.NotTried, $"{from} cannot reach {server}: {e.Message}");
        }
    }

    private static string Fill(string form, RelaySettings settings, IPEndPoint server) => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, settings.Hostname, server.Address);

    /// <summary>Addresses of this machine from which the server may be reached: those of its interfaces, and another of the loopback network.</summary>
    private static IEnumerable<IPAddress> Addresses(IPEndPoint server)
    {
        var all = new HashSet<IPAddress>();
        if (server.AddressFamily == AddressFamily.InterNetwork && OperatingSystem.IsLinux())
        {
            // Linux answers to the whole of 127.0.0.0/8.
            all.Add(IPAddress.Parse("127.0.0.2"));
            all.Add(IPAddress.Parse("127.255.255.254"));
        }

        foreach (NetworkInterface each in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (UnicastIPAddressInformation unicast in each.GetIPProperties().UnicastAddresses)
            {
                if (unicast.Address.AddressFamily == server.AddressFamily && !unicast.Address.IsIPv6LinkLocal)
                {
                    all.Add(unicast.Address);
                }
            }
        }

        return all;
    }
}
