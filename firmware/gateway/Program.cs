using System;
using System.CommandLine;
using Microsoft.Extensions.Logging;
using SmtpEmbedded.Gateway;
using SmtpEmbedded.Gateway.Logging;

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

var root = new RootCommand("SmtpEmbedded gateway: takes mail and alerts from devices that can do no more than plain SMTP, keeps them safe, and forwards them to a smarthost.")
{
    run,
    demo,
    QueueCommand.Create(),
    CheckCommand.Create(settings),
    SelfTestCommand.Create(settings),
    SendCommand.Create(),
};

// The host ends the process in good order by itself; a second timer would cut it short.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
string[]? words = SendCommand.Normalize(args, Console.Error, out int exitCode);
return words is null ? exitCode : await root.Parse(words).InvokeAsync(invocation).ConfigureAwait(false);
