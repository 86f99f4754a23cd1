using System;
using System.CommandLine;
using System.IO;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>abnf diagram: the rules as railroad diagrams, or the automaton, as an SVG file.</summary>
internal static class DiagramCommand
{
    internal static Command Create()
    {
        Option<string> root = GrammarArguments.Root();
        Option<bool> automaton = new("--automaton") { Description = "Draw the automaton instead of the rules." };
        Option<FileInfo> output = new("--output", "-o") { Description = "The file to write.", HelpName = "OUT.svg", Required = true };
        Argument<FileInfo[]> files = GrammarArguments.Files();
        var command = new Command("diagram", "Draws a rule and the rules it uses.") { root, automaton, output, files };
        command.SetAction(parsed =>
        {
            string rule = parsed.GetValue(root)!;
            Grammar? grammar = GrammarLoader.LoadFor(parsed.GetValue(files)!, rule, out int exit);
            Automaton? compiled = grammar != null && parsed.GetValue(automaton) ? GrammarLoader.Compile(grammar, rule, [], Console.Error) : null;
            if (grammar == null || (compiled == null && parsed.GetValue(automaton)))
            {
                return exit;
            }

            string picture = compiled != null ? AutomatonDiagram.Draw(compiled) : RailroadDiagram.Draw(grammar, grammar.Find(rule)!);
            File.WriteAllText(parsed.GetValue(output)!.FullName, picture);
            Console.WriteLine($"{parsed.GetValue(output)!.Name}: {picture.Length} characters");
            return 0;
        });
        return command;
    }
}
