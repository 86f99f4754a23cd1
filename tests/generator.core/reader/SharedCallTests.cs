using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Reader;

/// <summary>
/// Several alternatives enter the same rule, and nothing before it tells which of them did: what is inside is followed once, and what
/// is behind it decides.
/// </summary>
public sealed class SharedCallTests
{
    /// <summary>Both alternatives call the rule that they are in.</summary>
    private const string Direct = """
        r = old / new
        old = s "x"
        new = s "y"
        s = "(" ( old / new ) ")" / "a"

        """;

    /// <summary>One of them enters it through another rule that nests.</summary>
    private const string Indirect = """
        r = old / new
        old = s "x"
        new = t "y"
        t = s [ "z" ]
        s = "(" ( old / new ) ")" / "a"

        """;

    /// <summary>Only behind two calls of it, one inside the other, shows where the inner began.</summary>
    private const string Twice = """
        r = old / new
        old = s s "x"
        new = s t "y"
        t = s / "(" s ")" "z"
        s = "(" ( old / new ) ")" / "a"

        """;

    [Theory]
    [InlineData(Direct, 20)]
    [InlineData(Indirect, 30)]
    [InlineData(Twice, 60)]
    public void StatesStayFew(string grammar, int most) => Assert.InRange(Compile(grammar).States.Count, 2, most);

    [Theory]
    [InlineData(Direct, "x", "old")]
    [InlineData(Direct, "y", "new")]
    [InlineData(Indirect, "x", "old")]
    [InlineData(Indirect, "y", "new")]
    [InlineData(Indirect, "zy", "new")]
    public void WhatIsBehindItDecides(string grammar, string end, string alternative)
    {
        Automaton automaton = Compile(grammar);
        foreach (int depth in new[] { 0, 1, 2, 3, 500 })
        {
            // Inside each pair of brackets the other one, so that no level is like the one around it.
            string[] ends = grammar == Indirect ? ["x", "zy", "y"] : ["x", "y"];
            string inside = "a" + string.Concat(Enumerable.Range(0, depth).Select(i => ends[i % ends.Length] + ")"));
            string input = new string('(', depth) + inside;
            var matcher = new AutomatonMatcher(automaton, maximumDepth: depth + 1);
            Assert.True(matcher.Match(Encoding.ASCII.GetBytes(input + end)), $"{depth} deep");
            Assert.Equal(alternative, matcher.Alternative);
            Assert.False(matcher.Match(Encoding.ASCII.GetBytes(input)));
            Assert.False(matcher.Match(Encoding.ASCII.GetBytes(input + ")" + end)));
            Assert.Equal(input.Length, matcher.FailedAt);
            Assert.False(matcher.Match(Encoding.ASCII.GetBytes(input + "zx")));
        }
    }

    [Theory]
    [InlineData("aax", "old")]
    [InlineData("aay", "new")]
    [InlineData("a(aax)x", "old")]
    [InlineData("a(aax)y", "new")]
    [InlineData("a(a)zy", "new")]
    [InlineData("(aay)(aay)y", "new")]
    [InlineData("(a(a)zy)((aax)(aay)y)x", "old")]
    [InlineData("(aay)((a(a)zy))zy", "new")]
    [InlineData("(aay)(a)y", null)]
    [InlineData("a(a)zx", null)]
    public void TheInnerCallsMayDiffer(string input, string? alternative)
    {
        var matcher = new AutomatonMatcher(Compile(Twice));
        Assert.Equal(alternative != null, matcher.Match(Encoding.ASCII.GetBytes(input)));
        Assert.True(alternative == null || alternative == matcher.Alternative, matcher.Alternative);
    }

    /// <summary>However many calls a place on the stack stands for, it is one place.</summary>
    [Theory]
    [InlineData(Direct)]
    [InlineData(Indirect)]
    public void NestingCountsOnceALevel(string grammar)
    {
        byte[] input = "((((ax)x)x)x)x"u8.ToArray();
        Automaton automaton = Compile(grammar);
        Assert.True(new AutomatonMatcher(automaton, maximumDepth: 5).Match(input));
        Assert.False(new AutomatonMatcher(automaton, maximumDepth: 4).Match(input));
    }

    private static Automaton Compile(string text)
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", text)]);
        var diagnostics = new List<Diagnostic>();
        Automaton? automaton = Compilation.Compile(grammar, "r", [], new SourceSpan(new SourceFile("request", ""), 0, 0), diagnostics);
        Assert.Empty(diagnostics);
        return automaton!;
    }
}
