using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using SmtpEmbedded.Gateway.Queue;
using SmtpEmbedded.Relay;
using Spectre.Console;

namespace SmtpEmbedded.Gateway;

/// <summary><c>queue</c>: what waits to be forwarded, and what is to become of it. Works while the relay runs and while it does not.</summary>
public static class QueueCommand
{
    // One request changes so many messages: so long work shows how far it is, and the relay goes on in between.
    private const int Portion = 500;

    private static readonly Option<string> SettingsOption = new("--settings")
    {
        Description = "The settings file of the relay.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "Answers in JSON, for scripts." };

    /// <summary>Makes the command with its subcommands.</summary>
    public static Command Create()
    {
        var queue = new Command("queue", "Shows and changes the queue, also while the relay runs.");
        var list = new Command("list", "Lists what waits, oldest first.") { SettingsOption, JsonOption };
        list.SetAction(arguments => Run(arguments, "list", null, all: true));
        queue.Add(list);
        Add(queue, "show", "Shows messages with their headers.", mayBeAll: false);
        Add(queue, "retry", "Tries messages now; held ones stay held.", mayBeAll: true);
        Add(queue, "hold", "Holds messages back until they are released, also over restarts.", mayBeAll: true);
        Add(queue, "release", "Lets go of held messages: they are tried now.", mayBeAll: true);
        Add(queue, "remove", "Removes messages for good; no one is told.", mayBeAll: true);
        return queue;
    }

    private static void Add(Command queue, string name, string description, bool mayBeAll)
    {
        var ids = new Argument<long[]>("id")
        {
            Description = "The numbers that list shows.",
            Arity = mayBeAll ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
        };
        var all = new Option<bool>("--all") { Description = "All messages." };
        var command = new Command(name, description) { ids, SettingsOption, JsonOption };
        if (mayBeAll)
        {
            command.Add(all);
        }

        command.SetAction(arguments => Run(arguments, name, arguments.GetValue(ids), mayBeAll && arguments.GetValue(all)));
        queue.Add(command);
    }

    private static int Run(ParseResult arguments, string command, long[]? ids, bool all)
    {
        bool json = arguments.GetValue(JsonOption);
        RelaySettings? settings = SettingsFile.Read(arguments.GetValue(SettingsOption)!, out string error);
        if (settings is null)
        {
            return Fail(error, json);
        }

        if (all == ids is { Length: > 0 })
        {
            return Fail($"{command}: which messages? Numbers or --all", json);
        }

        using var access = new QueueAccess(settings);
        QueueResponse response = command is "list" or "show"
            ? access.Run(new QueueRequest(command, all ? null : ids))
            : Change(access, command, all, ids, json);
        if (response.Error.Length > 0)
        {
            return Fail(response.Error, json);
        }

        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(response, QueueJson.Default.QueueResponse));
        }
        else
        {
            Show(command, response);
        }

        return response.Busy.Count > 0 ? 1 : 0;
    }

    private static QueueResponse Change(QueueAccess access, string command, bool all, long[]? ids, bool json)
    {
        if (all)
        {
            QueueResponse listed = access.Run(new QueueRequest("list", null));
            if (listed.Error.Length > 0)
            {
                return listed;
            }

            // What does not fit is not busy: retry is for what is not held, release for what is.
            ids = listed.Messages.Where(message => command switch { "retry" => message.State != "held", "release" => message.State == "held", _ => true })
                .Select(message => message.Id).ToArray();
        }

        if (json || Console.IsOutputRedirected || ids!.Length <= Portion)
        {
            return InPortions(access, command, ids!, _ => { });
        }

        QueueResponse? response = null;
        AnsiConsole.Progress().Start(progress =>
        {
            ProgressTask task = progress.AddTask(command, maxValue: ids.Length);
            response = InPortions(access, command, ids, done => task.Value = done);
        });
        return response!;
    }

    private static QueueResponse InPortions(QueueAccess access, string command, long[] ids, Action<int> progress)
    {
        var changed = new List<long>();
        var busy = new List<long>();
        for (int start = 0; start < ids.Length; start += Portion)
        {
            QueueResponse response = access.Run(new QueueRequest(command, ids.Skip(start).Take(Portion).ToArray()));
            if (response.Error.Length > 0)
            {
                return response;
            }

            changed.AddRange(response.Changed);
            busy.AddRange(response.Busy);
            progress(start + Portion);
        }

        return new QueueResponse("", [], changed, busy);
    }

    private static void Show(string command, QueueResponse response)
    {
        if (command == "list")
        {
            List(response.Messages);
        }
        else if (command == "show")
        {
            foreach (QueueMessage message in response.Messages)
            {
                List([message]);
                foreach (QueueRecipient recipient in message.Recipients)
                {
                    Console.Out.WriteLine($"  {recipient.State,-9} {recipient.Address}");
                }

                Console.Out.WriteLine(message.Reason.Length > 0 ? "  last: " + message.Reason : "");
                Console.Out.WriteLine(message.Header);
            }
        }
        else
        {
            Console.Out.WriteLine($"{command}: {response.Changed.Count} messages");
        }

        if (response.Busy.Count > 0)
        {
            Console.Error.WriteLine("left alone (being sent, gone, or not in a state for it): " + string.Join(" ", response.Busy));
        }
    }

    private static void List(IReadOnlyList<QueueMessage> messages)
    {
        if (messages.Count == 0)
        {
            Console.Out.WriteLine("The queue is empty.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Id", "State", "Accepted", "Bytes", "Tries", "Next", "From", "To");
        foreach (QueueMessage message in messages)
        {
            string to = message.Recipients.Count == 1 ? message.Recipients[0].Address : $"{message.Recipients[0].Address} and {message.Recipients.Count - 1} more";
            table.AddRow(
                message.Id.ToString(CultureInfo.InvariantCulture),
                message.State,
                Time(message.Accepted),
                message.Bytes.ToString(CultureInfo.InvariantCulture),
                message.Attempts.ToString(CultureInfo.InvariantCulture),
                Time(message.Next),
                Markup.Escape(message.IsAlert ? "(alert)" : message.Sender.Length == 0 ? "<>" : message.Sender),
                Markup.Escape(to));
        }

        // A file or a pipe has no width to fit into.
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = 400;
        }

        console.Write(table);
    }

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    private static int Fail(string error, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new QueueResponse(error, [], [], []), QueueJson.Default.QueueResponse));
        }
        else
        {
            Console.Error.WriteLine(error);
        }

        return 1;
    }
}
