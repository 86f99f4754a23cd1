using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>
/// abnf match: judges inputs. Each line of standard input is a JSON string whose code points, 0 to 255, are octets; each line of
/// output is a JSON object.
/// </summary>
internal static class MatchCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    internal static Command Create()
    {
        Option<string> root = GrammarArguments.Root();
        Option<string> captures = GrammarArguments.Captures();
        Option<int> depth = new("--depth") { Description = "How deep rules that contain themselves may nest.", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        Argument<FileInfo[]> files = GrammarArguments.Files();
        var command = new Command("match", "Reads JSON strings from standard input, a line each, and says of each whether the whole of it matches.") { root, captures, depth, files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(root)!, GrammarArguments.Names(parsed.GetValue(captures)!), parsed.GetValue(depth)));
        return command;
    }

    private static int Run(FileInfo[] files, string root, string[] captures, int depth)
    {
        Grammar? grammar = GrammarLoader.LoadFor(files, root, out int exit);
        IMatcher? matcher = grammar == null ? null : MatcherOf(grammar, root, captures, depth, Console.Error);
        if (matcher == null)
        {
            return exit;
        }

        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true, NewLine = "\n" };
        using var lines = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        string? line;
        for (int number = 1; (line = lines.ReadLine()) != null; number++)
        {
            byte[]? input = Octets(line);
            if (input == null)
            {
                output.Flush();
                Console.Error.WriteLine($"abnf: standard input, line {number}: not a JSON string of code points 0 to 255.");
                return 2;
            }

            output.WriteLine(JsonSerializer.Serialize(Judge(matcher, input), Json));
        }

        return 0;
    }

    /// <summary>The automaton where there is one, and otherwise the matcher that reads any grammar and takes its time.</summary>
    private static IMatcher? MatcherOf(Grammar grammar, string root, string[] captures, int depth, TextWriter complaints)
    {
        var diagnostics = new List<Diagnostic>();
        Automaton? automaton = Compilation.Compile(grammar, root, captures, GrammarLoader.CommandLine(), diagnostics);
        if (automaton != null || diagnostics.Any(d => d.Descriptor == Descriptors.UnknownRequestedRule))
        {
            GrammarLoader.Show(diagnostics, complaints);
            return automaton == null ? null : new AutomatonMatcher(automaton, depth);
        }

        // No parser can be generated, but whole inputs can be judged all the same.
        foreach (Diagnostic diagnostic in diagnostics.Where(d => d.Descriptor.Severity == Severity.Error))
        {
            complaints.WriteLine($"abnf: no automaton: {diagnostic.Descriptor.Id}: {diagnostic.Message} Matching without one, which is slower.");
        }

        diagnostics.Clear();
        GrammarMatcher? matcher = Compilation.CompileMatcher(grammar, root, captures, diagnostics);
        GrammarLoader.Show(diagnostics, complaints);
        return matcher;
    }

    private static Judgement Judge(IMatcher matcher, byte[] input)
    {
        if (!matcher.Match(input))
        {
            return new Judgement(false) { At = matcher.FailedAt, Rule = matcher.FailedRule, Expected = matcher.Expected.Count > 0 ? matcher.Expected.ToArray() : ["end of input"] };
        }

        // In document order: what begins first, and of two that begin together the longer, comes first.
        CapturedSpan[] spans = matcher.Captures
            .OrderBy(c => c.Start).ThenByDescending(c => c.End)
            .Select(c => new CapturedSpan(c.Rule.Name, c.Start, c.End)).ToArray();
        return new Judgement(true) { Alternative = matcher.Alternative, Captures = spans };
    }

    private static byte[]? Octets(string line)
    {
        try
        {
            string? text = JsonSerializer.Deserialize<string>(line);
            return text == null || text.Any(c => c > 0xFF) ? null : text.Select(c => (byte)c).ToArray();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record CapturedSpan(string Rule, int Start, int End);

    private sealed record Judgement(bool Match)
    {
        public string? Alternative { get; init; }

        public CapturedSpan[]? Captures { get; init; }

        public int? At { get; init; }

        public string? Rule { get; init; }

        public string[]? Expected { get; init; }
    }
}
