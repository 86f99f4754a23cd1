using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>abnf sample: random sentences of a rule, one JSON string a line whose code points, 0 to 255, are octets.</summary>
internal static class SampleCommand
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Default };

    internal static Command Create()
    {
        Option<string> root = GrammarArguments.Root();
        Option<int> count = new("--count") { Description = "How many.", HelpName = "N", DefaultValueFactory = _ => 10 };
        Option<int> seed = new("--seed") { Description = "The same seed gives the same sentences.", HelpName = "S", DefaultValueFactory = _ => 1 };
        Option<bool> mutate = new("--mutate") { Description = "Damage them." };
        Argument<FileInfo[]> files = GrammarArguments.Files();
        var command = new Command("sample", "Writes random sentences, every alternative before any is repeated without need.") { root, count, seed, mutate, files };
        command.SetAction(parsed => Run(
            parsed.GetValue(files)!, parsed.GetValue(root)!, parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(mutate)));
        return command;
    }

    private static int Run(FileInfo[] files, string root, int count, int seed, bool mutate)
    {
        Grammar? grammar = GrammarLoader.LoadFor(files, root, out int exit);
        if (grammar == null)
        {
            return exit;
        }

        Rule rule = grammar.Find(root)!;
        var sampler = new SentenceSampler(grammar, rule, seed);
        var mutator = new SentenceMutator(seed);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
        for (int i = 0; i < count; i++)
        {
            byte[] sentence;
            try
            {
                sentence = sampler.Next();
            }
            catch (InvalidOperationException tooLong)
            {
                Console.Error.WriteLine($"abnf: {tooLong.Message}");
                return 1;
            }

            byte[] octets = mutate ? mutator.Mutate(sentence) : sentence;
            output.WriteLine(JsonSerializer.Serialize(string.Concat(octets.Select(octet => (char)octet)), Json));
        }

        return 0;
    }
}
