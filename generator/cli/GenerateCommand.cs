using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>abnf generate: a parser's source, for builds in which no source generator runs.</summary>
internal static class GenerateCommand
{
    internal static Command Create()
    {
        Option<string> root = GrammarArguments.Root();
        Option<string> captures = GrammarArguments.Captures();
        Option<string> space = new("--namespace") { Description = "The class's namespace.", HelpName = "N", DefaultValueFactory = _ => "" };
        Option<string> name = new("--class") { Description = "The class's name.", HelpName = "C", Required = true };
        Option<FileInfo> output = new("--output", "-o") { Description = "The file to write.", HelpName = "OUT.cs", Required = true };
        Option<string> target = new("--target") { Description = "What the parser is to run on.", HelpName = "net|nanoframework", DefaultValueFactory = _ => "net" };
        target.AcceptOnlyFromAmong("net", "nanoframework");
        Argument<FileInfo[]> files = GrammarArguments.Files();
        var command = new Command("generate", "Writes a parser as a C# file.") { root, captures, target, space, name, output, files };
        command.SetAction(parsed =>
        {
            Automaton? automaton = GrammarLoader.Compile(
                parsed.GetValue(files)!, parsed.GetValue(root)!, GrammarArguments.Names(parsed.GetValue(captures)!), out int exit);
            if (automaton == null)
            {
                return exit;
            }

            var request = new ParserRequest(parsed.GetValue(space)!, parsed.GetValue(name)!)
            {
                Modifiers = "public sealed",
                Target = parsed.GetValue(target) == "net" ? ParserTarget.Net : ParserTarget.NanoFramework,
            };
            var diagnostics = new List<Diagnostic>();
            RuleCosts.CheckBudget(automaton, request.Target, 0, automaton.Root.NameSpan, diagnostics);
            GrammarLoader.Show(diagnostics, Console.Error);
            if (diagnostics.Count > 0)
            {
                return 1;
            }

            File.WriteAllText(parsed.GetValue(output)!.FullName, ParserEmitter.Emit(automaton, request));
            return 0;
        });
        return command;
    }
}
