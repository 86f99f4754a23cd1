using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Reader;

/// <summary>Grammars nobody writes by hand: each ends soon, with a complaint or with a parser, and never with the process.</summary>
public class OddGrammarTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string, string> Grammars => new()
    {
        { "groups open and close", $"r = {Many("(", 100_000)}\"x\"{Many(")", 100_000)}\n", "ABNF001" },
        { "groups only open", $"r = {Many("(", 100_000)}", "ABNF001" },
        { "options only open", $"r = {Many("[", 100_000)}\n", "ABNF001" },
        { "repetitions of repetitions", $"r = {Many("*(", 100_000)}\n", "ABNF001" },
        { "as deep as it may be", $"r = {Many("(", 200)}\"x\"{Many(")", 200)}\n", "" },
        { "a million letters", "r = 1000000ALPHA\n", "ABNF014" },
        { "up to 65535 rounds", "r = *65535( \"a\" / \"bc\" ) CRLF\n", "ABNF014" },
        { "a count without measure", "r = 99999999999999999999ALPHA\n", "ABNF001" },
        { "counts that multiply", "r = 1000(1000(1000(1000\"a\")))\n", "ABNF014" },
        { "optional rounds that multiply", "r = *1000(*1000(*1000\"a\" \"b\") \"c\")\n", "ABNF014" },
        { "a word of two million", $"r = \"{Many("x", 2_000_000)}\"\n", "ABNF014" },
        { "numbers in a row", $"r = %x41{Many(".41", 500_000)}\n", "ABNF014" },
        { "many alternatives", $"r = {string.Join(" / ", Enumerable.Range(0, 100_000).Select(i => $"\"w{i}\""))}\n", "ABNF014" },
        { "many parts", $"r = {Many("ALPHA ", 100_000)}\n", "ABNF014" },
        { "rules as deep as they may be", "r = r0\n" + Chain(999, "\"k{0}\" / r{1}") + "r999 = \"end\"\n", "" },
        { "a rule deeper", "r = r0\n" + Chain(1_000, "\"k{0}\" / r{1}") + "r1000 = \"end\"\n", "ABNF014" },
        { "many rules", "r = r0\n" + Chain(20_000, "\"k{0}\" / r{1}") + "r20000 = \"end\"\n", "ABNF014" },
        { "many rules that begin with each other", "r = r0\n" + Chain(20_000, "r{1} \"x\"") + "r20000 = r0\n", "ABNF010" },
        { "many rules that may be empty", "r = r0\n" + Chain(2_000, "[ \"k{0}\" ] *r{1}") + "r2000 = *\"z\"\n", "ABNF014" },
        { "NUL", "r = \"x\0y\"\n\0b = \"c\"\n", "ABNF001" },
        { "what was no UTF-8", "r = \"\uFFFD\"\n", "ABNF001" },
        { "a mark of byte order", "\uFEFFr = \"x\"\n", "" },
        { "a mark of byte order alone", "\uFEFF", "ABNF013" },
        { "nothing", "", "ABNF013" },
        { "a comment alone", "; nothing here", "ABNF013" },
        { "every character", string.Concat(Enumerable.Range(0, 256).Select(c => (char)c)), "ABNF001" },
    };

    [Theory]
    [MemberData(nameof(Grammars))]
    public void EndSoon(string what, string text, string complaint)
    {
        var watch = Stopwatch.StartNew();
        IReadOnlyList<Diagnostic> diagnostics = [];
        bool hasParser = false;

        // A stack no larger than a compiler's threads have.
        var thread = new Thread(() => (diagnostics, hasParser) = Whole.Compile(text), 1 << 20);
        thread.Start();
        thread.Join();
        Assert.True(watch.Elapsed < Soon, $"{what}: {watch.Elapsed}");
        if (complaint.Length == 0)
        {
            Assert.True(hasParser, what);
        }
        else
        {
            Assert.Contains(complaint, diagnostics.Select(d => d.Descriptor.Id));
            Assert.False(hasParser, what);
        }
    }

    private static string Many(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();

    private static string Chain(int rules, string body) => string.Concat(
        Enumerable.Range(0, rules).Select(i => $"r{i} = {body.Replace("{0}", $"{i}", StringComparison.Ordinal).Replace("{1}", $"{i + 1}", StringComparison.Ordinal)}\n"));
}
