using System;
using System.CommandLine;
using System.IO;
using System.Linq;
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
        Option<int> depth = new("--depth") { Description = "How deep rules that contain themselves may nest.", HelpName = "N", DefaultValueFactory = _ => 64 };
        Argument<FileInfo[]> files = GrammarArguments.Files();
        var command = new Command("match", "Reads JSON strings from standard input, a line each, and says of each whether the whole of it matches.") { root, captures, depth, files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(root)!, GrammarArguments.Names(parsed.GetValue(captures)!), parsed.GetValue(depth)));
        return command;
    }

    private static int Run(FileInfo[] files, string root, string[] captures, int depth)
    {
        Automaton? automaton = GrammarLoader.Compile(files, root, captures);
        if (automaton == null)
        {
            return 1;
        }

        var matcher = new AutomatonMatcher(automaton, depth);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false, NewLine = "\n" };
        string? line;
        for (int number = 1; (line = Console.In.ReadLine()) != null; number++)
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

    private static Judgement Judge(AutomatonMatcher matcher, byte[] input)
    {
        if (!matcher.Match(input))
        {
            AutomatonState state = matcher.LastState;
            return new Judgement(false) { At = matcher.FailedAt, Rule = state.RuleName, Expected = state.Expected.ToArray() };
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
