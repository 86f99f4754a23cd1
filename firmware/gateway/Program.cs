using System;
using System.CommandLine;
using Microsoft.Extensions.Logging;
using SmtpEmbedded.Gateway;
using SmtpEmbedded.Gateway.Logging;

// Sessions go on right where the system tells that their socket is ready, on one thread a processor, instead of being handed
// to another thread each time. They never block (SessionLoop). Read by .NET with the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var settings = new Option<string>("--settings")
{
    Description = "The settings file: sections of \"key = value\" lines, see README.md.",
    HelpName = "FILE",
    Required = true,
};
var format = new Option<LogFormat>("--log-format")
{
    Description = "The form of a log line: text for people, json for programs, journal for systemd's (taken by itself where systemd says so).",
    DefaultValueFactory = _ => LogSetup.Default,
};
var level = new Option<LogLevel>("--log-level")
{
    Description = "The least that is logged: debug, information, warning or error.",
    DefaultValueFactory = _ => LogLevel.Information,
};
level.AcceptOnlyFromAmong("debug", "information", "warning", "error");
var run = new Command("run", "Runs the relay as a service until SIGTERM or Ctrl+C. Prints \"listening on ADDRESS:PORT\" when it is ready; logs go to standard error.")
{
    settings,
    format,
    level,
};
run.SetAction((arguments, cancellation) => RunCommand.RunAsync(arguments.GetValue(settings)!, arguments.GetValue(format), arguments.GetValue(level), cancellation));

var demo = new Command("demo", "Shows the whole path on this machine: an alert and a message go in, two mails come out of a smarthost of its own. Needs no configuration and no network but loopback.");
demo.SetAction((_, cancellation) => DemoCommand.RunAsync(Console.Out, Console.Error, cancellation));

var iterations = new Option<int>("--iterations")
{
    Description = "How slow each login, and each guess, is to be.",
    DefaultValueFactory = _ => PasswordHash.DefaultIterations,
};
var hash = new Command("hash-password", "Reads a password from standard input and prints its hash for the settings file: [users], NAME = HASH.")
{
    iterations,
};
hash.SetAction(arguments => HashPasswordCommand.Run(Console.In, Console.Out, Console.Error, arguments.GetValue(iterations)));
var mail = new Option<bool>("--send") { Description = "Send a test mail to who gets alerts, too." };
var offline = new Option<bool>("--offline") { Description = "Look at the settings only, not at smarthosts." };
var check = new Command("check", "Reads the settings, tries every smarthost up to the login, and says what is wrong and what to do. Exit code 0: all is well.")
{
    settings,
    mail,
    offline,
};
check.SetAction(arguments => CheckCommand.Run(arguments.GetValue(settings)!, arguments.GetValue(mail), arguments.GetValue(offline), Console.Out, Console.Error));

var selftest = new Command("selftest", "Tries to abuse the running relay as an open relay, from addresses of this machine that may not send, and reports. Exit code 0: it could not be abused.")
{
    settings,
};
selftest.SetAction(arguments => SelfTestCommand.Run(arguments.GetValue(settings)!, Console.Out, Console.Error));

var sender = new Option<string?>("-f") { Description = "The envelope's sender; else that of the From field.", HelpName = "ADDRESS" };
var fromHeader = new Option<bool>("-t") { Description = "Recipients are those of the To, Cc and Bcc fields, too." };
var ignoreDots = new Option<bool>("-i", "-oi") { Description = "Accepted for sendmail's sake: a dot alone never ends the message." };
var recipients = new Argument<string[]>("RECIPIENT") { Arity = ArgumentArity.ZeroOrMore };
var send = new Command("send", "Reads a message from standard input and gives it to the running relay, like sendmail. Exit code 0: it is safe in the queue; 75: try again later.")
{
    settings,
    sender,
    fromHeader,
    ignoreDots,
    recipients,
};
send.SetAction(arguments => SendCommand.Run(
    arguments.GetValue(settings)!, arguments.GetValue(sender), arguments.GetValue(fromHeader), arguments.GetValue(recipients) ?? [], Console.OpenStandardInput(), Console.Error));

var root = new RootCommand("SmtpEmbedded gateway: takes mail and alerts from devices that can do no more than plain SMTP, keeps them safe, and forwards them to a smarthost.")
{
    run,
    demo,
    hash,
    QueueCommand.Create(),
    check,
    selftest,
    send,
};

// The host ends the process in good order by itself; a second timer would cut it short.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
