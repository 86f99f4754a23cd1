using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>abnf check: everything that is wrong with a grammar.</summary>
internal static class CheckCommand
{
    internal static Command Create()
    {
        Argument<FileInfo[]> files = GrammarArguments.Files();
        Option<string> roots = new("--root")
        {
            Description = "The rules that parsers begin with, with commas between: then every rule that none of them uses is noted.",
            HelpName = "RULE,RULE",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("check", "Says what is wrong with a grammar, or that nothing is.") { roots, files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, GrammarArguments.Names(parsed.GetValue(roots)!)));
        return command;
    }

    private static int Run(FileInfo[] files, string[] rootNames)
    {
        Grammar? grammar = GrammarLoader.Load(files);
        if (grammar == null)
        {
            return 2;
        }

        var diagnostics = new List<Diagnostic>(grammar.Diagnostics);
        List<Rule> roots = [];
        foreach (string name in rootNames)
        {
            if (grammar.Find(name) is { } root)
            {
                roots.Add(root);
            }
            else
            {
                diagnostics.Add(new Diagnostic(Descriptors.UnknownRequestedRule, GrammarLoader.CommandLine(), "root rule", name, grammar.SuggestFor(name)));
            }
        }

        AlternativeChecks.Run(grammar, diagnostics);
        UnusedRules.Run(grammar, roots, diagnostics);
        GrammarLoader.Show(diagnostics, Console.Out);
        string rules = grammar.Rules.Count == 1 ? "1 rule" : $"{grammar.Rules.Count} rules";
        Console.WriteLine(diagnostics.Count == 0
            ? $"{rules} in {Files(files)}: nothing to complain about."
            : $"{rules} in {Files(files)}: {GrammarLoader.Count(diagnostics, Severity.Error, "error")}, {GrammarLoader.Count(diagnostics, Severity.Warning, "warning")}, {GrammarLoader.Count(diagnostics, Severity.Info, "note")}.");
        return diagnostics.Any(d => d.Descriptor.Severity == Severity.Error) ? 1 : 0;
    }

    private static string Files(FileInfo[] files) => files.Length == 1 ? files.Single().Name : $"{files.Length} files";
}
