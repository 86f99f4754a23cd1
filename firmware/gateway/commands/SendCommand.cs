using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Net;
using MimeKit;
using SmtpEmbedded.Gateway.Sending;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary><c>send</c>: a message from standard input into the relay, for scripts and programs that know sendmail.</summary>
public static class SendCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var settings = new Option<string?>("--settings") { Description = "The relay's settings file. With it the message goes into the spool itself when the relay does not run.", HelpName = "FILE" };
        var server = new Option<string>("--server") { Description = "Where the relay listens, when no settings file is named.", HelpName = "ADDRESS:PORT", DefaultValueFactory = _ => "127.0.0.1:2525" };
        var from = new Option<string?>("-f", "-r") { Description = "The sender in the envelope; <> for none. Otherwise the user and this machine's name.", HelpName = "FROM" };
        var name = new Option<string?>("-F") { Description = "The sender's name, for a message without a From field.", HelpName = "NAME" };
        var fromHeader = new Option<bool>("-t") { Description = "The recipients are those in the To, Cc and Bcc fields, too. Bcc is taken out." };
        var ignoreDots = new Option<bool>("-i") { Description = "A line with nothing but a dot does not end the message." };
        var recipients = new Argument<string[]>("RECIPIENT") { Arity = ArgumentArity.ZeroOrMore, Description = "Addresses; a name alone is one on this machine's name." };
        var command = new Command("send", "Reads a message from standard input and gives it to the relay, like sendmail: other options of sendmail are accepted. Exit codes: 0 it is safe in the relay, 64 usage, 65 too large, 67 a recipient is refused, 69 the message is refused, 75 try again later, 78 the settings file is wrong.")
        {
            settings,
            server,
            from,
            name,
            fromHeader,
            ignoreDots,
            recipients,
        };
        command.SetAction(arguments => Run(
            new Request(
                arguments.GetValue(settings),
                arguments.GetValue(server)!,
                arguments.GetValue(from),
                arguments.GetValue(name) ?? "",
                arguments.GetValue(fromHeader),
                arguments.GetValue(ignoreDots),
                arguments.GetValue(recipients) ?? []),
            Console.OpenStandardInput(),
            Console.Error));
        return command;
    }

    /// <summary>Makes our own command line of one for sendmail, where it is one.</summary>
    /// <returns>The words; null with the exit code set when they make no sense.</returns>
    public static string[]? Normalize(string[] args, TextWriter error, out int exitCode)
    {
        exitCode = ExitCode.Usage;
        if (args.Length == 0 || args[0] != "send")
        {
            return args;
        }

        string[]? words = SendmailArguments.Normalize(args[1..], out string mistake);
        if (words is null)
        {
            error.WriteLine("send: " + mistake);
            return null;
        }

        return ["send", .. words];
    }

    /// <summary>Sends.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(Request request, Stream input, TextWriter error)
    {
        int Fail(int code, string text)
        {
            error.WriteLine("send: " + Logging.LineFormatter.Clean(text));
            return code;
        }

        RelaySettings? settings = null;
        string mistake = "";
        if (request.SettingsPath is not null && (settings = SettingsFile.Read(request.SettingsPath, out mistake)) is null)
        {
            return Fail(ExitCode.Configuration, mistake);
        }

        IPEndPoint? server = settings is null ? IPEndPoint.TryParse(request.Server, out IPEndPoint? given) ? given : null : Address(settings);
        if (server is null || server.Port == 0)
        {
            return Fail(ExitCode.Usage, $"--server {request.Server}: expected an address and a port, as 127.0.0.1:2525");
        }

        byte[]? text = StandardInput.Read(input, !request.IgnoresDots, (settings?.Limits ?? new Limits()).MessageBytes);
        if (text is null)
        {
            return Fail(ExitCode.DataError, $"the message has more than {(settings?.Limits ?? new Limits()).MessageBytes} bytes");
        }

        string hostname = settings?.Hostname ?? Dns.GetHostName();
        var message = new OutgoingMessage(text);
        List<string> named = [.. request.Recipients];
        if (request.RecipientsFromHeader && !message.ReadRecipients(named, out mistake))
        {
            return Fail(ExitCode.DataError, mistake);
        }

        if (named.Count == 0)
        {
            return Fail(ExitCode.Usage, "no recipient: name one, or use -t with a To field");
        }

        var recipients = new List<string>();
        foreach (string each in named)
        {
            if (Mailbox(each, hostname) is not { } address)
            {
                return Fail(ExitCode.NoUser, $"\"{each}\" is no address");
            }

            if (!recipients.Contains(address))
            {
                recipients.Add(address);
            }
        }

        string? sender = request.From is "" or "<>" ? "" : Mailbox(request.From ?? Environment.UserName, hostname);
        if (sender is null)
        {
            return Fail(ExitCode.Usage, $"-f \"{request.From}\" is no address");
        }

        string author = sender.Length > 0 ? sender : "MAILER-DAEMON@" + hostname;
        try
        {
            var submission = new Submission(sender, recipients, message.ToBytes(author, request.Name, hostname));
            int code = submission.ToServer(server, hostname);
            if (submission.IsNobodyThere && settings is not null)
            {
                code = submission.ToSpool(settings);
            }

            return code == ExitCode.Ok ? code : Fail(code, submission.Problem);
        }
        catch (ArgumentException e)
        {
            return Fail(ExitCode.DataError, e.Message);
        }
    }

    private static IPEndPoint Address(RelaySettings settings) =>
        new(settings.ListenAddress == "*" ? IPAddress.Loopback : IPAddress.Parse(settings.ListenAddress), settings.ListenPort);

    /// <summary>An address in the plain form, whatever form it was given in; a name alone gets this machine's. Null when it is none.</summary>
    private static string? Mailbox(string text, string hostname)
    {
        if (!MailboxAddress.TryParse(text, out MailboxAddress? mailbox) || mailbox.Address.Length == 0)
        {
            return null;
        }

        string address = mailbox.Address.Contains('@', StringComparison.Ordinal) ? mailbox.Address : $"{mailbox.Address}@{hostname}";
        foreach (char letter in address)
        {
            // It goes into a command line: nothing that could end one.
            if (char.IsControl(letter) || letter is '<' or '>' or ' ')
            {
                return null;
            }
        }

        return address;
    }

    /// <summary>What the command line asks for.</summary>
    internal sealed record Request(string? SettingsPath, string Server, string? From, string Name, bool RecipientsFromHeader, bool IgnoresDots, string[] Recipients);
}
