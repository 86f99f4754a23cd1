using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using SmtpEmbedded.Abnf.Core.Tests.Differential;
using SmtpEmbedded.Abnf.Core.Tests.Oracle;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Fuzz;

/// <summary>
/// Whether captures are ambiguous, on small random grammars: the compiler warns where all parses of all strings up to a length show
/// it, with an input as short as theirs; and where they do not, any longer input it shows has two readings indeed.
/// </summary>
public sealed partial class AmbiguityTests
{
    private const int Longest = 5;

    /// <summary>Larger ones take their time, and many are refused after all.</summary>
    private const int MostReadings = 10_000;

    [Theory]
    [InlineData(21, Nests.Never)]
    [InlineData(22, Nests.InBrackets)]
    [InlineData(23, Nests.BySeveralCalls)]
    internal void AreToldIfAndOnlyIfAllParsesShowThem(int seed, Nests nests)
    {
        List<byte[]> strings = Inputs.AllOver(nests != Nests.Never ? "ab<>" : "abc", Longest);
        var random = new RandomGrammar(seed, nests);
        int ambiguous = 0;
        int plain = 0;
        int wanted = Effort.Grammars / (nests == Nests.BySeveralCalls ? 3 : 1);
        while (ambiguous + plain < wanted)
        {
            random.Next();
            string[] captures = random.Captures.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var diagnostics = new List<Diagnostic>();
            if (captures.Length == 0 || random.Compile(MostReadings, diagnostics) is not { } nfa || (nests != Nests.Never && nfa.Calls.Count == 0))
            {
                continue;
            }

            string title = $"{random.Text}captures {random.Captures}\n";
            OracleGrammar oracle = OracleGrammar.Read([random.Text]);
            var readings = new OracleReadings(oracle, "r0", captures);
            byte[]? shortest = strings.FirstOrDefault(s => readings.Read(s).Count > 1);
            Diagnostic? told = diagnostics.SingleOrDefault(d => d.Descriptor.Id == "ABNF019");
            if (shortest == null && told == null)
            {
                plain++;
                continue;
            }

            ambiguous++;
            Assert.True(told != null, $"{title}not told of \"{Encoding.ASCII.GetString(shortest ?? [])}\": {string.Join(" or ", readings.Read(shortest ?? []))}");
            Match sentence = Sentence().Match(told!.Message);
            byte[] input = Encoding.ASCII.GetBytes(sentence.Groups["input"].Value);
            Assert.True(readings.Read(input).Count > 1, $"{title}has one reading only: {told.Message}");
            Assert.True(shortest == null ? input.Length > Longest : input.Length == shortest.Length, $"{title}\"{Encoding.ASCII.GetString(shortest ?? [])}\" is shorter: {told.Message}");

            // What the preferred reading has, it has.
            var preferred = new OracleParser(oracle, "r0", captures);
            Assert.True(preferred.Match(input));
            foreach (string place in sentence.Groups["preferred"].Value.Split(", ").Where(p => p != "nothing more"))
            {
                Assert.True(preferred.Captures.Any(c => $"{c.Rule} at {c.Start}-{c.End}" == place), $"{title}no '{place}' in the preferred reading: {told.Message}");
            }
        }

        Assert.True(ambiguous > wanted / 10 && plain > wanted / 10, $"{ambiguous} ambiguous, {plain} not");
    }

    [GeneratedRegex("for instance of \"(?<input>[a-cA-C<>]*)\": the preferred one has (?<preferred>[^;]*), the other (?<other>[^;]*);")]
    private static partial Regex Sentence();
}
