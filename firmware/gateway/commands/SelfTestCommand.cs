using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary><c>selftest</c>: what a stranger would try with the running relay, tried from this machine's own addresses.</summary>
public static class SelfTestCommand
{
    private const string Stranger = "stranger@example.net";
    private const string Victim = "victim@example.com";

    /// <summary>An address any network of the Internet's size has.</summary>
    private static readonly byte[][] Strangers = [[203, 0, 113, 7], [8, 8, 8, 8], [0x20, 0x01, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]];

    /// <summary>Tests.</summary>
    /// <returns>The exit code: 0 when the relay could not be abused.</returns>
    public static int Run(string settingsPath, TextWriter output, TextWriter error)
    {
        RelaySettings? settings = SettingsFile.Read(settingsPath, out string mistake);
        if (settings is null)
        {
            error.WriteLine(mistake);
            return 1;
        }

        int wrong = 0;
        foreach (byte[] stranger in Strangers.Where(address => settings.RuleFor(address) is { IsRefused: false, Domains.Length: 0, Auth: not ClientAuth.Required }))
        {
            wrong++;
            output.WriteLine($"OPEN: the settings let {new IPAddress(stranger)} send anywhere, which is anybody");
        }

        IPEndPoint server = ListenAddress.Of(settings);
        int tried = 0;
        foreach (IPAddress from in Addresses(server.AddressFamily).Where(address => settings.RuleFor(address.GetAddressBytes()) is null or { IsRefused: true }))
        {
            try
            {
                wrong += Attack(server, from, output);
                tried++;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
            {
                error.WriteLine($"nothing listens on {server}: is the relay running?");
                return 1;
            }
            catch (SocketException e)
            {
                output.WriteLine($"from {from}: not tried, {e.Message}");
            }
        }

        if (tried == 0)
        {
            output.WriteLine("not tried over the network: this machine has no address that may not send; the settings alone were judged");
        }

        output.WriteLine(wrong == 0 ? "the relay could not be abused" : $"THE RELAY CAN BE ABUSED in {wrong} ways");
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>The ways to name a victim that relays have fallen for.</summary>
    private static int Attack(IPEndPoint server, IPAddress from, TextWriter output)
    {
        string[] recipients =
        [
            $"<{Victim}>", $"<{Victim.Replace('@', '%')}@[{server.Address}]>", $"<@{server.Address}:{Victim}>", $"<\"{Victim}\">", $"<\"{Victim}\"@[{server.Address}]>", "<example.com!victim>",
        ];
        int wrong = 0;
        foreach (string sender in new[] { $"<{Stranger}>", "<>", "<postmaster@localhost>" })
        {
            foreach (string recipient in recipients)
            {
                using var dialogue = new SmtpDialogue(server, from);
                bool isTaken = dialogue.Say(null) == 220 && dialogue.Say("EHLO stranger.example.net") == 250
                    && dialogue.Say("MAIL FROM:" + sender) == 250 && dialogue.Say("RCPT TO:" + recipient) / 100 == 2;
                if (isTaken)
                {
                    wrong++;
                    output.WriteLine($"OPEN: from {from}, {sender} may send to {recipient}: {dialogue.Reply}");
                }
            }
        }

        if (wrong == 0)
        {
            output.WriteLine($"from {from}: {3 * recipients.Length} attempts refused");
        }

        return wrong;
    }

    private static IEnumerable<IPAddress> Addresses(AddressFamily family) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == family && !address.IsIPv6LinkLocal)
            .Distinct();
}
