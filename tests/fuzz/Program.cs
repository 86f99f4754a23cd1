using System;
using System.CommandLine;
using System.IO;

namespace SmtpEmbedded.Fuzz;

/// <summary>The fuzzer of the server session: README.md says what it makes, plays and checks.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<long> inputs = new("--inputs") { Description = "Ends after so many inputs.", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
        Option<int> seconds = new("--seconds") { Description = "Ends after so many seconds.", HelpName = "S", DefaultValueFactory = _ => int.MaxValue };
        Option<int> seed = new("--seed") { Description = "The same seed gives the same inputs.", HelpName = "S", DefaultValueFactory = _ => 1 };
        Option<bool> guided = new("--guided") { Description = "Breeds inputs by the branches they take in the relay, which SharpFuzz instruments." };
        Option<DirectoryInfo> keep = new("--keep") { Description = "Where an input that shows something is kept.", HelpName = "FOLDER", DefaultValueFactory = _ => new DirectoryInfo("findings") };
        var run = new Command("run", "Makes inputs and plays them until a bound is reached or something is found.") { inputs, seconds, seed, guided, keep };
        run.SetAction(parsed =>
        {
            if (parsed.GetValue(inputs) == long.MaxValue && parsed.GetValue(seconds) == int.MaxValue)
            {
                Console.Error.WriteLine("fuzz: say how long: --inputs N or --seconds S");
                return 2;
            }

            if (parsed.GetValue(guided))
            {
                if (Environment.GetEnvironmentVariable(InstrumentedCopy.Mark) is null)
                {
                    return InstrumentedCopy.Run();
                }

                CoverageMap.Prepare();
            }

            return new Fuzzing(parsed.GetValue(inputs), parsed.GetValue(seconds), parsed.GetValue(seed), parsed.GetValue(guided), parsed.GetValue(keep)!.FullName).Run();
        });

        Argument<FileInfo[]> files = new("FILE") { Description = "Inputs as a run has kept them.", Arity = ArgumentArity.OneOrMore };
        var replay = new Command("replay", "Plays single inputs and shows what they are answered.") { files };
        replay.SetAction(parsed => Replay.Run(parsed.GetValue(files)!));

        return new RootCommand("Fuzzes SmtpEmbedded's server session.") { run, replay }.Parse(arguments).Invoke();
    }
}
