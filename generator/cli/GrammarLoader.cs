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

    /// <summary>Loads a grammar and compiles a root of it; null after showing why there is none.</summary>
    internal static Automaton? Compile(IEnumerable<FileInfo> files, string root, string[] captures)
    {
        Grammar? grammar = Load(files);
        if (grammar == null)
        {
            return null;
        }

        var diagnostics = new List<Diagnostic>(grammar.Diagnostics);
        var commandLine = new SourceSpan(new SourceFile("command line", ""), 0, 0);
        Automaton? automaton = Compilation.Compile(grammar, root, captures, commandLine, diagnostics);
        Show(diagnostics, Console.Error);
        return automaton;
    }

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
