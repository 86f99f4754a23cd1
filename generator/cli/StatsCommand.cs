using System;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>abnf stats: how large a parser is.</summary>
internal static class StatsCommand
{
    internal static Command Create()
    {
        Option<string> root = GrammarArguments.Root();
        Option<string> captures = GrammarArguments.Captures();
        Argument<FileInfo[]> files = GrammarArguments.Files();
        var command = new Command("stats", "Says how large the automaton of a rule is.") { root, captures, files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(root)!, GrammarArguments.Names(parsed.GetValue(captures)!)));
        return command;
    }

    private static int Run(FileInfo[] files, string root, string[] captures)
    {
        var watch = Stopwatch.StartNew();
        Automaton? automaton = GrammarLoader.Compile(files, root, captures);
        if (automaton == null)
        {
            return 1;
        }

        int states = automaton.States.Count;

        Console.WriteLine($"root            {automaton.Root.Name}");
        Console.WriteLine($"states          {states}");
        Console.WriteLine($"octet classes   {automaton.ClassCount}");
        Console.WriteLine($"table bytes     {ParserEmitter.TableSize(automaton)}");
        Console.WriteLine($"edges           {automaton.Edges.Count}, {automaton.Edges.Count(e => e.Actions.Count > 0)} with actions");
        Console.WriteLine($"registers       {automaton.RegisterCount}");
        Console.WriteLine($"capture delay   {automaton.States.Max(s => s.UndecidedOctets)} octets{(automaton.RegisterCount > 0 ? ", longer in registers" : "")}");
        Console.WriteLine($"built in        {watch.ElapsedMilliseconds} ms");
        return 0;
    }
}
