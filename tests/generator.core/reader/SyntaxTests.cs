using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Reader;

/// <summary>What ABNF allows, and what the compiler makes of it.</summary>
public sealed class SyntaxTests
{
    [Theory]
    [InlineData("a = \"AbC\"\n", "abc", true)]
    [InlineData("a = %i\"AbC\"\n", "aBc", true)]
    [InlineData("a = %s\"AbC\"\n", "AbC", true)]
    [InlineData("a = %s\"AbC\"\n", "abc", false)]
    [InlineData("a = %x61.62.63\n", "abc", true)]
    [InlineData("a = %d97.98\n", "ab", true)]
    [InlineData("a = %b1100001\n", "a", true)]
    [InlineData("a = %x61-63\n", "b", true)]
    [InlineData("a = %x61-63\n", "d", false)]
    [InlineData("a = \"\"\n", "", true)]
    [InlineData("a = 2\"x\"\n", "xx", true)]
    [InlineData("a = 2\"x\"\n", "xxx", false)]
    [InlineData("a = 1*2\"x\"\n", "xx", true)]
    [InlineData("a = *2\"x\"\n", "", true)]
    [InlineData("a = 0*0\"x\"\n", "", true)]
    [InlineData("a = 0*0\"x\"\n", "x", false)]
    [InlineData("a = 0<pchar>\n", "", true)]
    [InlineData("a = 0<pchar>\n", "x", false)]
    [InlineData("a = \"x\" ( 0<any octet> / \"y\" )\n", "xy", true)]
    [InlineData("a = [ \"x\" ] ( \"y\" / \"z\" )\n", "xz", true)]
    [InlineData("a = *( ALPHA / DIGIT / \"-\" ) ( ALPHA / DIGIT )\n", "a-b", true)]
    [InlineData("a = *( ALPHA / DIGIT / \"-\" ) ( ALPHA / DIGIT )\n", "a-", false)]
    public void IsReadAsRfc5234Says(string grammar, string input, bool matches) =>
        Assert.Equal(matches, Matches(grammar, "a", input));

    [Theory]
    [InlineData("a = \"x\" ; a comment\n    \"y\" ; another\nb = a\n")]
    [InlineData("a = \"x\"\r\n  \"y\"\r\nb = a\r\n")]
    [InlineData("    a = \"x\"\n      \"y\"\n    b = a\n")]
    [InlineData("a = \"x\"\n\n    ; between\n\n    \"y\"\n\nb = a")]
    [InlineData("\uFEFFa = \"x\" \"y\"   \nb =\n  a")]
    [InlineData("b = a\na = \"x\"\n\t\"y\"")]
    public void LinesCommentsAndIndentationDoNotMatter(string grammar)
    {
        Assert.True(Matches(grammar, "b", "xy"));
        Assert.False(Matches(grammar, "b", "x"));
    }

    [Fact]
    public void FilesAddAlternativesInAnyOrder()
    {
        Grammar grammar = Grammar.Read(
        [
            new SourceFile("extension.abnf", "command =/ noop\nnoop = \"NOOP\"\n"),
            new SourceFile("base.abnf", "command = quit\nquit = \"QUIT\"\n"),
        ]);
        Assert.Empty(grammar.Diagnostics);
        Automaton automaton = Compile(grammar, "command")!;
        Assert.Equal(["quit", "noop"], automaton.Alternatives);
        var matcher = new AutomatonMatcher(automaton);
        Assert.True(matcher.Match(Encoding.Latin1.GetBytes("noop")));
        Assert.Equal("noop", matcher.Alternative);
    }

    [Theory]
    [InlineData("DIGIT = %x30-39\na = DIGIT\n")]
    [InlineData("digit = \"0\" / \"1\" / \"2\" / \"3\" / \"4\" / \"5\" / \"6\" / \"7\" / \"8\" / \"9\"\na = DIGIT\n")]
    [InlineData("CRLF = %d13.10\na = DIGIT\n")]
    [InlineData("HEXDIG = DIGIT / a-to-f\na-to-f = \"A\" / \"B\" / \"C\" / \"D\" / \"E\" / \"F\"\na = DIGIT\n")]
    [InlineData("HEXDIG = DIGIT / \"A\" / \"B\" / \"C\" / \"D\" / \"E\" / \"F\"\na = DIGIT\n")]
    public void ACoreRuleMayBeDefinedAgainToSayTheSame(string grammar) => Assert.True(Matches(grammar, "a", "7"));

    [Fact]
    public void ACoreRuleMayBeExtended() =>
        Assert.True(Matches("VCHAR =/ %x80-FF\na = VCHAR\n", "a", "\u00e9"));

    [Fact]
    public void RuleNamesHaveNoCase() => Assert.True(Matches("Abc = \"x\"\na = aBC\n", "A", "x"));

    [Fact]
    public void ValuesBeyondAnOctetAreCharactersInUtf8()
    {
        Automaton automaton = Compile(Grammar.Read([new SourceFile("g.abnf", "a = %x80-10FFFF\n")]), "a")!;
        var matcher = new AutomatonMatcher(automaton);
        foreach (string character in new[] { "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010FFFF" })
        {
            Assert.True(matcher.Match(Encoding.UTF8.GetBytes(character)));
        }

        Assert.False(matcher.Match([0x7F]));
        Assert.False(matcher.Match([0xED, 0xA0, 0x80]));
        Assert.False(matcher.Match([0xC1, 0x80]));
        Assert.False(matcher.Match([0xF4, 0x90, 0x80, 0x80]));
    }

    [Theory]
    [InlineData("()", true)]
    [InlineData("(()())", true)]
    [InlineData("(()", false)]
    [InlineData("())", false)]
    public void RulesMayContainThemselves(string input, bool matches) =>
        Assert.Equal(matches, Matches("nested = \"(\" *nested \")\"\n", "nested", input));

    [Theory]
    [InlineData("list = item [ \",\" list ]\nitem = DIGIT\n")]
    [InlineData("list = \"(\" set \")\" / set\nset = item [ \",\" set ]\nitem = DIGIT\n")]
    [InlineData("list = even\neven = DIGIT / DIGIT \",\" odd\nodd = DIGIT / DIGIT \",\" even\n")]
    public void ARuleThatContainsItselfAtItsEndIsRegular(string text)
    {
        Automaton automaton = Compile(Grammar.Read([new SourceFile("g.abnf", text)]), "list")!;
        Assert.Equal(0, automaton.CallCount);
        var matcher = new AutomatonMatcher(automaton, maximumDepth: 1);
        Assert.True(matcher.Match(Encoding.Latin1.GetBytes("1" + string.Concat(Enumerable.Repeat(",2", 1000)))));
        Assert.False(matcher.Match("1,2,"u8.ToArray()));
        Assert.False(matcher.Match("12"u8.ToArray()));
    }

    [Fact]
    public void CommentsOverARuleStayWithIt()
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", "; RFC 1 section 2\n; what it is\na = \"x\"\n\n; lost\n\nb = \"y\"\n")]);
        Assert.Equal(["RFC 1 section 2", "what it is"], grammar.Rules[0].Comments);
        Assert.Empty(grammar.Rules[1].Comments);
    }

    private static bool Matches(string text, string root, string input)
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", text)]);
        Assert.DoesNotContain(grammar.Diagnostics, d => d.Descriptor.Severity == Severity.Error);
        return new AutomatonMatcher(Compile(grammar, root)!).Match(Encoding.Latin1.GetBytes(input));
    }

    private static Automaton? Compile(Grammar grammar, string root)
    {
        var diagnostics = new List<Diagnostic>();
        Automaton? automaton = Compilation.Compile(grammar, root, [], new SourceSpan(new SourceFile("request", ""), 0, 0), diagnostics);
        Assert.Empty(diagnostics);
        return automaton;
    }
}
