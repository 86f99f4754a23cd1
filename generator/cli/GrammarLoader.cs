using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>Reads grammar files and shows what is wrong with them.</summary>
internal static class GrammarLoader
{
    /// <summary>Reads files into one grammar; null after saying which of them cannot be read.</summary>
    internal static Grammar? Load(IEnumerable<FileInfo> files)
    {
        var sources = new List<SourceFile>();
        foreach (FileInfo file in files)
        {
            try
            {
                sources.Add(new SourceFile(Path.GetRelativePath(Directory.GetCurrentDirectory(), file.FullName), File.ReadAllText(file.FullName)));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"abnf: {file}: {unreadable.Message}");
                return null;
            }
        }

        return Grammar.Read(sources);
    }

    /// <summary>Loads a grammar for the sake of one rule; null after showing what is wrong with it or the rules it uses.</summary>
    /// <param name="files">The files.</param>
    /// <param name="root">The rule's name.</param>
    /// <param name="exit">The exit code where there is nothing to go on with.</param>
    internal static Grammar? LoadFor(IEnumerable<FileInfo> files, string root, out int exit)
    {
        exit = 2;
        Grammar? grammar = Load(files);
        if (grammar == null)
        {
            return null;
        }

        exit = 1;
        Rule? rule = grammar.Find(root);
        if (rule == null)
        {
            Show(grammar.Diagnostics, Console.Error);
            Console.Error.WriteLine($"abnf: no rule is named '{root}'{grammar.SuggestFor(root)}");
            return null;
        }

        IReadOnlyList<Diagnostic> own = grammar.DiagnosticsFor(rule);
        Show(own, Console.Error);
        int others = grammar.Diagnostics.Count(d => d.Descriptor.Severity == Severity.Error) - own.Count(d => d.Descriptor.Severity == Severity.Error);
        if (others > 0)
        {
            Console.Error.WriteLine($"abnf: {others} more {(others == 1 ? "error" : "errors")} in rules that '{rule.Name}' does not use; 'abnf check' shows them.");
        }

        return own.Any(d => d.Descriptor.Severity == Severity.Error) ? null : grammar;
    }

    /// <summary>Loads a grammar and compiles a root of it; null after showing why there is none.</summary>
    internal static Automaton? Compile(IEnumerable<FileInfo> files, string root, string[] captures, out int exit)
    {
        Grammar? grammar = LoadFor(files, root, out exit);
        return grammar == null ? null : Compile(grammar, root, captures, Console.Error);
    }

    /// <summary>Compiles a root; null after showing why there is none.</summary>
    internal static Automaton? Compile(Grammar grammar, string root, string[] captures, TextWriter complaints)
    {
        var diagnostics = new List<Diagnostic>();
        Automaton? automaton = Compilation.Compile(grammar, root, captures, CommandLine(), diagnostics);
        Show(diagnostics, complaints);
        return automaton;
    }

    /// <summary>Where complaints point to that are about no file.</summary>
    internal static SourceSpan CommandLine() => new(new SourceFile("command line", ""), 0, 0);

    /// <summary>Prints each complaint with the line it is about and a caret under the place.</summary>
    internal static void Show(IEnumerable<Diagnostic> diagnostics, TextWriter writer)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            writer.WriteLine(diagnostic);
            SourceSpan span = diagnostic.Span;
            if (span.File.Text.Length == 0)
            {
                continue;
            }

            span.File.GetLineAndColumn(span.Start, out int line, out int column);
            string text = span.File.GetLine(line);
            int length = Math.Max(1, Math.Min(span.Length, text.Length - column));
            writer.WriteLine("  " + text.Replace('\t', ' '));
            writer.WriteLine("  " + new string(' ', column) + new string('^', length));
        }
    }

    internal static string Count(IReadOnlyCollection<Diagnostic> diagnostics, Severity severity, string noun)
    {
        int count = diagnostics.Count(d => d.Descriptor.Severity == severity);
        return count == 1 ? $"1 {noun}" : $"{count} {noun}s";
    }
}
