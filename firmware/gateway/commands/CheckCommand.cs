using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using SmtpEmbedded.Gateway.Checking;
using SmtpEmbedded.Gateway.Logging;
using SmtpEmbedded.Gateway.Login;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary><c>check</c>: is everything there that mail needs, from the settings file to the smarthost's consent?</summary>
public static class CheckCommand
{
    /// <summary>Mail will get through.</summary>
    public const int AllGood = 0;

    /// <summary>Something is wrong; the findings say what.</summary>
    public const int SomethingWrong = 1;

    /// <summary>The settings file cannot be read.</summary>
    public const int NoSettings = 2;

    private const int Timeout = 15 * 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>Makes the command.</summary>
    public static Command Create(Option<string> settings)
    {
        var offline = new Option<bool>("--offline") { Description = "Leaves the smarthosts alone." };
        var json = new Option<bool>("--json") { Description = "Prints the findings as JSON." };
        var command = new Command("check", "Reads the settings, looks at the spool and the addresses to listen on, and tries each smarthost as far as it goes without sending mail. Says what is wrong and what to do. Exit code 0: all is well; 1: something is wrong; 2: the settings cannot be read.")
        {
            settings,
            offline,
            json,
        };
        command.SetAction(arguments => Run(arguments.GetValue(settings)!, arguments.GetValue(offline), arguments.GetValue(json), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Checks.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string path, bool isOffline, bool isJson, TextWriter output, TextWriter error)
    {
        RelaySettings? settings = SettingsFile.Read(path, out string mistake);
        if (settings is null)
        {
            error.WriteLine(mistake);
            return NoSettings;
        }

        var findings = new List<Finding>();
        foreach (Finding finding in All(path, settings, isOffline))
        {
            findings.Add(finding);
            if (!isJson)
            {
                // Each as it is found: a smarthost that does not answer takes its time.
                Print(finding, output);
            }
        }

        int wrong = findings.FindAll(finding => finding.Verdict == Verdict.Wrong).Count;
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(findings, Json));
        }
        else
        {
            int warnings = findings.FindAll(finding => finding.Verdict == Verdict.Warning).Count;
            output.WriteLine(wrong == 0 ? $"good, with {warnings} warning(s)" : $"{wrong} wrong, {warnings} warning(s)");
        }

        return wrong == 0 ? AllGood : SomethingWrong;
    }

    private static IEnumerable<Finding> All(string path, RelaySettings settings, bool isOffline)
    {
        foreach (Finding finding in SettingsCheck.Run(path, settings))
        {
            yield return finding;
        }

        foreach (Finding finding in MachineCheck.Run(settings))
        {
            yield return finding;
        }

        if (settings.Smarthost.Host.Length == 0)
        {
            yield return new Finding(Verdict.Warning, "smarthost", "none is set: mail is delivered to a Maildir in the spool's folder and leaves this machine never", "set [smarthost] host");
            yield break;
        }

        var clock = new SystemClock();
        SmarthostLogin.Attach(settings.Smarthost, clock);
        for (Smarthost? smarthost = settings.Smarthost; smarthost is not null; smarthost = smarthost.Next)
        {
            if (smarthost.Maildir.Length > 0)
            {
                yield return MachineCheck.Folder("smarthost", smarthost.Maildir, "[smarthost] maildir");
                continue;
            }

            if (isOffline)
            {
                continue;
            }

            foreach (Finding finding in new SmarthostCheck(settings, smarthost, new SmarthostConnector(settings, clock, new DemoLog()), clock, Timeout).Run())
            {
                yield return finding;
            }
        }
    }

    private static void Print(Finding finding, TextWriter output)
    {
        string word = finding.Verdict switch { Verdict.Good => "ok     ", Verdict.Warning => "warning", _ => "WRONG  " };
        output.WriteLine(LineFormatter.Clean($"{word} {finding.Subject}: {finding.Text}{(finding.Advice.Length > 0 ? ". To do: " + finding.Advice : "")}"));
    }
}
