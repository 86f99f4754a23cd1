using System;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>abnf stats: how large a parser is, and what makes it so.</summary>
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
        Grammar? grammar = GrammarLoader.LoadFor(files, root, out int exit);
        if (grammar == null)
        {
            return exit;
        }

        var watch = Stopwatch.StartNew();
        Automaton? automaton = GrammarLoader.Compile(grammar, root, captures, Console.Error);
        long built = watch.ElapsedMilliseconds;
        if (automaton == null)
        {
            return 1;
        }

        Console.WriteLine($"root            {automaton.Root.Name}");
        Console.WriteLine($"states          {automaton.States.Count}");
        Console.WriteLine($"octet classes   {automaton.ClassCount}");
        Console.WriteLine($"edges           {automaton.Edges.Count}, {automaton.Edges.Count(e => e.Actions.Count > 0)} with actions");
        Console.WriteLine($"calls           {(automaton.CallCount == 0 ? "none: the rule is regular" : $"{automaton.CallCount} of rules that nest")}");
        Console.WriteLine($"registers       {automaton.RegisterCount}");
        Console.WriteLine($"capture delay   {automaton.States.Max(s => s.UndecidedOctets)} octets{(automaton.RegisterCount > 0 ? ", longer in registers" : "")}");
        Console.WriteLine($"built in        {built} ms");
        Console.WriteLine();
        Console.WriteLine("target          tables    IL   largest method");
        foreach (ParserTarget target in new[] { ParserTarget.Net, ParserTarget.NanoFramework })
        {
            string source = ParserEmitter.Emit(automaton, new ParserRequest("", "Parser") { Modifiers = "public sealed", Target = target });
            string bare = ParserEmitter.Emit(automaton, new ParserRequest("", "Parser") { Modifiers = "public sealed", Target = target, Explains = false });
            Write(target.ToString().ToLowerInvariant(), CodeSize.Of(source));
            Write("  unexplained", CodeSize.Of(bare));
        }

        Console.WriteLine();
        Console.WriteLine("states by the rule they are in");
        foreach ((string rule, int states) in RuleCosts.Of(automaton).Take(10).Select(cost => (cost.Key, cost.Value)))
        {
            Console.WriteLine($"{states,7}  {rule}");
        }

        return 0;
    }

    private static void Write(string target, CodeSize size) =>
        Console.WriteLine($"{target,-15}{size.TableBytes,7}{size.IlBytes,7}{size.LargestMethod,9}");
}
