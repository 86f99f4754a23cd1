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
        var command = new Command("check", "Says what is wrong with a grammar, or that nothing is.") { files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!));
        return command;
    }

    private static int Run(FileInfo[] files)
    {
        Grammar? grammar = GrammarLoader.Load(files);
        if (grammar == null)
        {
            return 2;
        }

        var diagnostics = new List<Diagnostic>(grammar.Diagnostics);
        AlternativeChecks.Run(grammar, diagnostics);
        GrammarLoader.Show(diagnostics, Console.Out);
        string rules = grammar.Rules.Count == 1 ? "1 rule" : $"{grammar.Rules.Count} rules";
        Console.WriteLine(diagnostics.Count == 0
            ? $"{rules} in {Files(files)}: nothing to complain about."
            : $"{rules} in {Files(files)}: {GrammarLoader.Count(diagnostics, Severity.Error, "error")}, {GrammarLoader.Count(diagnostics, Severity.Warning, "warning")}.");
        return grammar.HasErrors ? 1 : 0;
    }

    private static string Files(FileInfo[] files) => files.Length == 1 ? files.Single().Name : $"{files.Length} files";
}
