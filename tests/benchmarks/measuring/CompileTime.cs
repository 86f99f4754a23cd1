using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Benchmarks.Measuring;

/// <summary>How long the compiler takes from the grammar's text to the parser's, when it is warm as it is in an editor.</summary>
internal static class CompileTime
{
    private const string Captures =
        "ehlo-domain helo-domain Reverse-path Forward-path postmaster-path Mailbox Local-part Domain esmtp-param esmtp-keyword esmtp-value chunk-size last-marker";

    /// <summary>The median in milliseconds over so many runs, after as many that do not count.</summary>
    public static double Measure(string folder, int runs)
    {
        List<(string Path, string Text)> files = [.. Directory.GetFiles(folder, "*.abnf").Order(StringComparer.Ordinal).Select(f => (f, File.ReadAllText(f)))];
        var times = new double[runs];
        for (int i = -runs; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Compile(files);
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return Race.Median(times);
    }

    private static void Compile(List<(string Path, string Text)> files)
    {
        Grammar grammar = Grammar.Read([.. files.Select(f => new SourceFile(f.Path, f.Text))]);
        var diagnostics = new List<Diagnostic>();
        Automaton automaton = Compilation.Compile(grammar, "command", Captures.Split(' '), new SourceSpan(new SourceFile("", ""), 0, 0), diagnostics)
            ?? throw new InvalidOperationException(string.Join("\n", diagnostics));
        ParserEmitter.Emit(automaton, new ParserRequest("Benchmarks", "Command") { Target = ParserTarget.Net });
    }
}
