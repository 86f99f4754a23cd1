using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using SmtpEmbedded.Abnf.Core.Tests.Differential;
using SmtpEmbedded.Abnf.Core.Tests.Reader;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Fuzz;

/// <summary>
/// Grammar files with damage, and heaps of the language's own pieces: the compiler complains or makes parsers, and ends soon.
/// SMTPEMBEDDED_TEST_SENTENCES sets how many there are.
/// </summary>
public class DamagedGrammarTests
{
    private const int MostStates = 300;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static readonly string[] Pieces =
    [
        "r", "a", "b", "name-1", " = ", "=", " =/ ", "::=", " / ", "|", "/", "(", ")", "[", "]", "*", "1*", "*3", "2*3", "0", "7", "1000", "99999999999", "\"", "\"x\"", "\"\"",
        "%s\"Ab\"", "%i\"c\"", "%x41", "%x41-5A", "%x5A-41", "%x0.FF", "%x100-10FFFF", "%d65", "%b101", "%x", "%", "<prose>", "<", ">", "..", "'q'", ";", "; said", "\n", "\r\n",
        "\n ", "\n\t", " ", "ALPHA", "DIGIT", "CRLF", "undefined", "\0", "\uFEFF", "\u00E9", "\uD83D", "{", "}", "#", "1#", ",", "\\",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void NoGrammarBreaksTheCompiler(int seed)
    {
        var random = new Random(seed);
        string[] files = [.. Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "tests", "generator.core", "grammars"), "*.abnf").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        int parsers = 0;
        for (int i = 0; i < Effort.DamagedGrammars; i++)
        {
            string text = random.Next(3) switch
            {
                0 => Heap(random),
                1 => "r = " + string.Join(" ", Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)])) + "\na = \"1\"\nb = [ a ]\n",
                _ => Damage(files[random.Next(files.Length)], random),
            };
            var watch = Stopwatch.StartNew();
            try
            {
                parsers += Whole.Compile(text, MostStates).HasParser ? 1 : 0;
            }
            catch (Exception broken)
            {
                Assert.Fail($"seed {seed}, grammar {i}: {broken}\n{text}");
            }

            Assert.True(watch.Elapsed < Soon, $"seed {seed}, grammar {i}: {watch.Elapsed}\n{text}");
        }

        Assert.True(parsers > 0);
    }

    private static string Heap(Random random)
    {
        var text = new StringBuilder("r = ");
        for (int i = random.Next(60); i > 0; i--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }

    private static string Damage(string file, Random random)
    {
        var text = new StringBuilder(file);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(0x180);
                    break;
                default:
                    int from = random.Next(text.Length);
                    text.Insert(at, text.ToString(from, Math.Min(random.Next(1, 80), text.Length - from)));
                    break;
            }
        }

        return text.ToString();
    }
}
