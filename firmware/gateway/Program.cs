using System;
using System.CommandLine;
using SmtpEmbedded.Gateway;

// Sessions go on right where the system tells that their socket is ready, on one thread a processor, instead of being handed
// to another thread each time. They never block (SessionLoop). Read by .NET with the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var settings = new Option<string>("--settings")
{
    Description = "The settings file: sections of \"key = value\" lines, see README.md.",
    HelpName = "FILE",
    Required = true,
};
var run = new Command("run", "Runs the relay as a service until SIGTERM or Ctrl+C. Prints \"listening on ADDRESS:PORT\" when it is ready; logs go to standard error.")
{
    settings,
};
run.SetAction((arguments, cancellation) => RunCommand.RunAsync(arguments.GetValue(settings)!, cancellation));

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

var root = new RootCommand("SmtpEmbedded gateway: takes mail and alerts from devices that can do no more than plain SMTP, keeps them safe, and forwards them to a smarthost.")
{
    run,
    demo,
    hash,
    QueueCommand.Create(),
};

// The host ends the process in good order by itself; a second timer would cut it short.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
