using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmtpEmbedded.Abnf.Core.Tests.Generated;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>
/// What the parsers for .NET take in one go: runs, in windows of 64 octets, and words, eight octets at a time. Every length, every place
/// of an octet that does not belong there, every cut.
/// </summary>
public class RunsAndWordsTests
{
    private const int LongestRun = 140;

    public static TheoryData<string> Sets => new()
    {
        "ALPHA",
        "DIGIT",
        "%x00-FE",
        "%x80-FE",
        "( %x01-09 / %x0B-0C / %x0E-7F )",
        "( ALPHA / DIGIT / \"!\" / \"#\" / \"_\" / \"~\" )",
        "( %x00-09 / %x20-7E / %xA0 / %xC0-D0 / %xFE )",
        // So many different rows that there is no table for them.
        "( %x00 / %x11-12 / %x23-25 / %x34-37 / %x45-49 / %x56-5B / %x67-6D / %x78-7F / %x89-8A / %x9A )",
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void RunsEndWhereTheyShould(string set)
    {
        Automaton automaton = Compile($"r = *s [ %xFF *s ] %xFF\ns = {set}\n");
        byte[] members = Members(set);
        var random = new Random(7);
        foreach (IGeneratedParser parser in Parsers(automaton))
        {
            for (int length = 0; length <= LongestRun; length++)
            {
                byte[] run = [.. Enumerable.Range(0, length).Select(_ => members[random.Next(members.Length)])];
                Same(automaton, parser, [.. run, 0xFF], random);
                Same(automaton, parser, [.. run, 0xFF, .. run, 0xFF, .. run], random);
                Same(automaton, parser, run, random);
                byte[] damaged = [.. run, 0xFF];
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                Same(automaton, parser, damaged, random);
            }
        }
    }

    [Fact]
    public void WordsAreReadOctetByOctetWhereTheyDiffer()
    {
        const string Word = "Hello, World: this is MORE than sixteen";
        Automaton automaton = Compile($"r = \"{Word}\" CRLF / %s\"{Word}\" \"!\" / \"Help\" \"!\" / \"{Word[..9]}\"\n");
        byte[] word = Encoding.ASCII.GetBytes(Word + "\r\n");
        var random = new Random(11);
        foreach (IGeneratedParser parser in Parsers(automaton))
        {
            for (int at = 0; at < word.Length; at++)
            {
                Same(automaton, parser, word[..at], random);
                foreach (int octet in new[] { word[at] ^ 0x20, word[at] ^ 0x80, 0, '!', word[at] + 1 })
                {
                    byte[] damaged = [.. word];
                    damaged[at] = (byte)octet;
                    Same(automaton, parser, damaged, random);
                }
            }

            Same(automaton, parser, word, random);
            Same(automaton, parser, Encoding.ASCII.GetBytes(Word + "!"), random);
            Same(automaton, parser, Encoding.ASCII.GetBytes(Word.ToUpperInvariant() + "\r\n"), random);
        }
    }

    private static Automaton Compile(string grammar)
    {
        var diagnostics = new List<Diagnostic>();
        Grammar read = Grammar.Read([new SourceFile("test.abnf", grammar)]);
        Automaton? automaton = Compilation.Compile(read, "r", [], new SourceSpan(new SourceFile("request", ""), 0, 0), diagnostics);
        return automaton ?? throw new InvalidOperationException(string.Join("\n", diagnostics.Concat(read.Diagnostics)));
    }

    private static byte[] Members(string set)
    {
        Automaton one = Compile($"r = {set}\n");
        return [.. Enumerable.Range(0, 256).Where(o => one.States[0].Next[one.Classes[o]] >= 0).Select(o => (byte)o)];
    }

    private static IEnumerable<IGeneratedParser> Parsers(Automaton automaton) => ParserCompiler.Compile(
        [automaton],
        new ParserForm(ParserTarget.Net),
        new ParserForm(ParserTarget.Net, MaximumBlocks: 10),
        new ParserForm(),
        new ParserForm(PrefersSize: true)).Select(parsers => parsers[0]);

    /// <summary>Whole, and at one cut of each kind: the parser says what the automaton says.</summary>
    private static void Same(Automaton automaton, IGeneratedParser parser, byte[] input, Random random)
    {
        int read = 0;
        AutomatonState state = automaton.States[0];
        while (read < input.Length && state.Next[automaton.Classes[input[read]]] is >= 0 and int edge)
        {
            state = automaton.States[automaton.Edges[edge].Target];
            read++;
        }

        foreach (int cut in new[] { 0, 1, random.Next(input.Length + 1), random.Next(input.Length + 1) })
        {
            parser.Reset();
            int consumed = parser.Feed(input, 0, Math.Min(cut, input.Length));
            consumed += parser.Feed(input, consumed, input.Length - consumed);
            parser.Finish();
            Assert.Equal((read, state.IsAccepting ? 1 : 2), (consumed, parser.State));
            Assert.Equal(read, parser.Position);
        }
    }
}
