using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Checking;
using SmtpEmbedded.Gateway.SelfTest;
using SmtpEmbedded.Relay;
using Spectre.Console;

namespace SmtpEmbedded.Gateway;

/// <summary><c>selftest</c>: tries to abuse the running relay and reports what came of it.</summary>
public static class SelfTestCommand
{
    /// <summary>Every attempt was refused.</summary>
    public const int NotAbused = 0;

    /// <summary>The relay can be abused.</summary>
    public const int Abused = 1;

    /// <summary>It could not be tried: wrong settings, or no relay there.</summary>
    public const int NotTried = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes the command.</summary>
    public static Command Create(Option<string> settings)
    {
        var server = new Option<string?>("--server") { Description = "The relay to try, when it is not the one of this machine.", HelpName = "ADDRESS:PORT" };
        var json = new Option<bool>("--json") { Description = "Prints the attempts as JSON." };
        var command = new Command("selftest", "Tries to abuse the running relay: as an open relay from addresses that may not send, by smuggled messages, by commands behind STARTTLS, by lines without end. Sends no mail. Exit code 0: every attempt was refused; 1: the relay can be abused; 2: it could not be tried.")
        {
            settings,
            server,
            json,
        };
        command.SetAction((arguments, _) => RunAsync(arguments.GetValue(settings)!, arguments.GetValue(server), arguments.GetValue(json), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Tries.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string path, string? serverText, bool isJson, TextWriter output, TextWriter error)
    {
        RelaySettings? settings = SettingsFile.Read(path, out string mistake);
        if (settings is null)
        {
            await error.WriteLineAsync(mistake).ConfigureAwait(false);
            return NotTried;
        }

        IPEndPoint? server = null;
        if (serverText is not null && !IPEndPoint.TryParse(serverText, out server))
        {
            await error.WriteLineAsync($"--server {serverText}: expected an address and a port, as 192.0.2.1:25").ConfigureAwait(false);
            return NotTried;
        }

        server ??= new IPEndPoint(settings.ListenAddress == "*" ? IPAddress.Loopback : IPAddress.Parse(settings.ListenAddress), settings.ListenPort);
        try
        {
            new Attacker(server, null).Dispose();
        }
        catch (SocketException e)
        {
            await error.WriteLineAsync($"no relay answers on {server}: {e.Message}; start it first").ConfigureAwait(false);
            return NotTried;
        }

        var attempts = new List<AbuseAttempt>
        {
            SettingsCheck.IsOpen(settings)
                ? new AbuseAttempt("the rules", "-", Outcome.Abused, "[server] allow holds addresses of strangers: anybody may send")
                : new AbuseAttempt("the rules", "-", Outcome.Refused, "[server] allow holds no address of a stranger"),
        };
        await Task.Run(() => attempts.AddRange(RelayAttempts.Run(settings, server, address => Network.AnyContains(settings.AllowedNetworks, address.GetAddressBytes())))).ConfigureAwait(false);
        string host = settings.Hostname;
        attempts.AddRange(await WireAttempts.RunAsync(server, null, "selftest@" + host, settings.AlertTo.Length > 0 ? settings.AlertTo : "postmaster@" + host).ConfigureAwait(false));

        bool isAbused = attempts.Exists(attempt => attempt.Outcome == Outcome.Abused);
        if (isJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(attempts, Json)).ConfigureAwait(false);
        }
        else
        {
            Print(attempts, output);
            await output.WriteLineAsync(isAbused ? "THE RELAY CAN BE ABUSED" : "the relay could not be abused").ConfigureAwait(false);
        }

        return isAbused ? Abused : NotAbused;
    }

    private static void Print(List<AbuseAttempt> attempts, TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (Console.IsOutputRedirected || output != Console.Out)
        {
            console.Profile.Width = 160;
        }

        var table = new Table().AddColumns("Attempt", "From", "Result", "What the relay did");
        foreach (AbuseAttempt attempt in attempts)
        {
            string result = attempt.Outcome switch { Outcome.Refused => "[green]refused[/]", Outcome.Abused => "[red]ABUSED[/]", _ => "[yellow]not tried[/]" };
            table.AddRow(Markup.Escape(attempt.Name), Markup.Escape(attempt.From), result, Markup.Escape(attempt.Seen));
        }

        console.Write(table);
    }
}
