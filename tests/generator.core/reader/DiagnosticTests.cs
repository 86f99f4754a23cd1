using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Reader;

/// <summary>Every complaint of the compiler: its id, its exact place, and what its sentence says to do.</summary>
public sealed class DiagnosticTests
{
    /// <summary>The cause of what outgrows all bounds shows long before the compiler gives up.</summary>
    private const int EnoughReadings = 60_000;

    public static TheoryData<string, string, string> Complaints() => new()
    {
        // grammar with the place marked by « and », id, phrase
        { "a = b «)»\nb = \"x\"\n", "ABNF001", "closes no group" },
        { "a = «(» b\nb = \"x\"\n", "ABNF001", "write ')' where it ends" },
        { "a = «\"»x\nb = \"x\"\n", "ABNF001", "not closed" },
        { "a = \"x«\u00e9»\"\n", "ABNF001", "printable ASCII" },
        { "a =«»\nb = \"x\"\n", "ABNF001", "no right side" },
        { "a = \"x\" /«»\n", "ABNF001", "Something must follow" },
        { "a = \"x\"\n«/» \"y\"\n", "ABNF001", "continues the rule above begins with a space or a tab" },
        { "a = \"x\"\n«\"»y\"\n", "ABNF001", "continues the rule above begins with a space or a tab" },
        { "a = \"x\"\na«\n»", "ABNF001", "continues the rule above begins with a space or a tab" },
        { "  a = \"x\"\n  «/» \"y\"\n", "ABNF001", "continues the rule above is indented more than the rules" },
        { "a = b«+»\nb = \"x\"\n", "ABNF001", "'1*'" },
        { "a = «#»b\nb = \"x\"\n", "ABNF001", "list form" },
        { "«1»a = \"x\"\n", "ABNF001", "begins with its name" },
        { "a = «%»q12\n", "ABNF001", "x, d or b" },
        { "a = %x«g»\n", "ABNF001", "hexadecimal number is missing" },
        { "a = «b»\n", "ABNF002", "define it, or add the file" },
        { "mailbox = \"x\"\na = mailbox «mailbxo»\n", "ABNF002", "did you mean 'mailbox'?" },
        { "«a» =/ \"x\"\n", "ABNF003", "no file defines it" },
        { "a = \"x\"\n«A» = \"y\"\n", "ABNF004", "already defined at g.abnf:1" },
        { "a «::=» \"x\"\n", "ABNF005", "write '='" },
        { "a = \"x\"\na «/=» \"y\"\n", "ABNF005", "write '=/'" },
        { "a = \"x\" «|» \"y\"\n", "ABNF005", "write '/'" },
        { "a = %x30«..»39\n", "ABNF005", "write '-'" },
        { "a = «'x'»\n", "ABNF005", "%s\"x\"" },
        { "a = «%x39-30»\n", "ABNF006", "write '%x30-39'" },
        { "a = «5*2»DIGIT\n", "ABNF007", "write '2*5'" },
        { "a = 1*« »DIGIT\n", "ABNF008", "without the space" },
        { "a = «<any octet>»\n", "ABNF009", "write the rule" },
        { "a = «<CRLF>»\n", "ABNF009", "CRLF without the brackets" },
        { "«a» = a \"x\" / \"y\"\n", "ABNF010", "a > a" },
        { "«a» = b \"x\" / \"y\"\nb = [ \"z\" ] a\n", "ABNF010", "a > b > a" },
        { "a = «%x110000»\n", "ABNF012", "%x10FFFF" },
        { "a = «%xB7» / %x100-17F\n", "ABNF025", "write '%xC2 %xB7'" },
        { "a = *( %x100-17F / ( DIGIT / «%xC0-D6» / %x394 ) )\n", "ABNF025", "'%x394', which is read as UTF-8; write '%xC3 %x80-96'" },
        { "a = *( %x2D / «%x20-FF» / %x394 )\n", "ABNF025", "write '%x20-7F / %xC2-C3 %x80-BF'" },
        { "«a» = \"x\" a\n", "ABNF017", "alternative that ends" },
        { "a = «*( *WSP )» \"x\"\n", "ABNF018", "may be empty" },
        { "«char» = %x20-7E\n", "ABNF021", "replaces the core rule" },
    };

    [Theory]
    [MemberData(nameof(Complaints))]
    public void IsToldAtItsPlace(string marked, string id, string phrase)
    {
        int start = marked.IndexOf('«', StringComparison.Ordinal);
        int end = marked.IndexOf('»', StringComparison.Ordinal) - 1;
        string text = marked.Remove(end + 1, 1).Remove(start, 1);
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", text)]);
        Diagnostic diagnostic = Assert.Single(grammar.Diagnostics);
        Assert.Equal(id, diagnostic.Descriptor.Id);
        Assert.Equal((start, end - start), (diagnostic.Span.Start, diagnostic.Span.Length));
        Assert.Contains(phrase, diagnostic.Message, StringComparison.Ordinal);
    }

    /// <summary>The next line was to continue the rule, or was it not.</summary>
    [Theory]
    [InlineData("a = \"x\" /\n\"y\"\n", true)]
    [InlineData("a = \"x\" /\r\nb\r\nb = \"y\"\r\n", true)]
    [InlineData("a = \"x\" /\nb / \"y\"\nb = \"y\"\n", true)]
    [InlineData("a =\n%x20\n", true)]
    [InlineData("a = \"x\" /\nb = \"y\"\n", false)]
    [InlineData("a = \"x\" /\nb =/ \"y\"\nb = \"z\"\n", false)]
    [InlineData("a = \"x\" /\nb ::= \"y\"\n", false)]
    [InlineData("a = \"x\" /\n; none\n", false)]
    [InlineData("a = \"x\" /", false)]
    public void ARuleWithoutAnEndIsToldOfTheNextLine(string text, bool isTold)
    {
        Diagnostic first = Grammar.Read([new SourceFile("g.abnf", text)]).Diagnostics[0];
        Assert.Equal("ABNF001", first.Descriptor.Id);
        Assert.Equal(isTold, first.Message.Contains("; the next line continues this rule only if it begins with a space or a tab.", StringComparison.Ordinal));
    }

    [Fact]
    public void GroupsWithinGroupsHaveAnEnd()
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", $"a = {new string('(', 100_000)}\"x\"\nb = {new string('[', 200)}\"x\"{new string(']', 200)}\n")]);
        Diagnostic diagnostic = Assert.Single(grammar.Diagnostics, d => d.Descriptor.Severity == Severity.Error);
        Assert.Equal((204, 1), (diagnostic.Span.Start, diagnostic.Span.Length));
        Assert.Contains("200 deep at most", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToStringCountsLinesAndColumnsFromOne()
    {
        Grammar grammar = Grammar.Read([new SourceFile("dir/g.abnf", "a = \"x\"\r\nb = a\r\n    nme\r\n")]);
        Assert.StartsWith("dir/g.abnf:3:5: error ABNF002: ", Assert.Single(grammar.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OneRunTellsEveryMistake()
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", "a ::= b | c\nd = (\ne = nothing\n")]);
        Assert.Equal(["ABNF005", "ABNF005", "ABNF001", "ABNF002", "ABNF002", "ABNF002"], grammar.Diagnostics.Select(d => d.Descriptor.Id));
    }

    [Theory]
    [InlineData("root", "nothing", "ABNF013", "captured rule 'nothing'")]
    [InlineData("roott", "", "ABNF013", "did you mean 'root'?")]
    public void NamesThatAParserAsksForMustExist(string root, string captures, string id, string phrase)
    {
        Diagnostic diagnostic = Assert.Single(Compile("root = \"x\"\n", root, captures));
        Assert.Equal(id, diagnostic.Descriptor.Id);
        Assert.Contains(phrase, diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CapturesWithTwoReadingsAreToldWithTheShortestInput()
    {
        Diagnostic diagnostic = Assert.Single(Compile("pair = *key *value\nkey = ALPHA\nvalue = ALPHA / DIGIT\n", "pair", "key value"));
        Assert.Equal("ABNF019", diagnostic.Descriptor.Id);
        Assert.Equal(Severity.Warning, diagnostic.Descriptor.Severity);
        Assert.Contains("the preferred one has key at 0-1, the other value at 0-1", diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list = \"(\" *( word / list ) \")\"\nword = 1*ALPHA\n", "list", "word", "\"(aa)\"", "word at 1-3", "word at 1-2, word at 2-3")]
    [InlineData("s = \"(\" [ s ] ( old / new ) \")\"\nold = \"x\"\nnew = ALPHA\n", "s", "old new", "\"(x)\"", "old at 1-2", "new at 1-2")]
    [InlineData("r = old / new\nold = s \"x\"\nnew = s \"y\"\ns = \"(\" ( old / new ) \")\" / *key *value\nkey = ALPHA\nvalue = \"a\"\n", "r", "key value", "\"ax\"", "key at 0-1", "value at 0-1")]
    [InlineData("r = old / new\nold = s \"x\"\nnew = s \"y\"\ns = \"(\" ( old / new ) \")\" [ key ] [ value ] / \"a\"\nkey = \"k\"\nvalue = \"k\"\n", "r", "key value", "\"(ax)kx\"", "key at 4-5", "value at 4-5")]
    [InlineData("r = old / new\nold = s \"xxx\"\nnew = s \"y\"\ns = \"(\" ( old / new ) \")\" / *key *value\nkey = ALPHA\nvalue = \"a\"\n", "r", "key value", "\"ay\"", "key at 0-1", "value at 0-1")]
    [InlineData("s = \"(\" [ s ] \")\" *tail *num\ntail = DIGIT\nnum = %x30-32\n", "s", "tail", "\"()0\"", "tail at 2-3", "nothing more")]
    public void CapturesWithTwoReadingsAreToldWhereRulesNest(string text, string root, string captures, string input, string preferred, string other)
    {
        Diagnostic diagnostic = Assert.Single(Compile(text, root, captures));
        Assert.Equal("ABNF019", diagnostic.Descriptor.Id);
        Assert.Contains($"for instance of {input}: the preferred one has {preferred}, the other {other};", diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("value = object / array / 1*DIGIT / string\nobject = \"{\" [ member *( \",\" member ) ] \"}\"\nmember = string \":\" value\narray = \"[\" [ value *( \",\" value ) ] \"]\"\nstring = DQUOTE *ALPHA DQUOTE\n", "value", "value member string array")]
    [InlineData("sexp = atom / \"(\" *WSP [ sexp *( 1*WSP sexp ) *WSP ] \")\"\natom = 1*ALPHA\n", "sexp", "sexp atom")]
    [InlineData("body = \"(\" ( 1*body SP word / word 1*( SP word ) ) \")\"\nword = DQUOTE *ALPHA DQUOTE / \"NIL\" / 1*DIGIT\n", "body", "body word")]
    [InlineData("comment = \"(\" *( [ FWS ] ccontent ) [ FWS ] \")\"\nccontent = ctext / comment\nctext = %x21-27 / %x2A-5B / %x5D-7E\nFWS = [ *WSP CRLF ] 1*WSP\n", "comment", "comment ctext FWS")]
    public void CapturesWithOneReadingAreNotComplainedOfWhereRulesNest(string text, string root, string captures) => Assert.Empty(Compile(text, root, captures));

    [Fact]
    public void AnAlternativeThatIsNeverChosenIsTold()
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", "p = 1*ALPHA / \"SMTP\" / DIGIT\n")]);
        var diagnostics = new List<Diagnostic>();
        AlternativeChecks.Run(grammar, diagnostics);
        Diagnostic diagnostic = Assert.Single(diagnostics);
        Assert.Equal("ABNF020", diagnostic.Descriptor.Id);
        Assert.Equal("\"SMTP\"", diagnostic.Span.Text);
    }

    [Fact]
    public void NestingThatOnlyTheEndTellsIsRefused()
    {
        Diagnostic diagnostic = Assert.Single(Compile("pal = [ \"a\" pal \"a\" ]\n", "pal", ""));
        Assert.Equal("ABNF011", diagnostic.Descriptor.Id);
    }

    /// <summary>A grammar that outgrows all bounds: what is named is why.</summary>
    [Theory]
    [InlineData("s = \"(\" ( old / new ) \")\" / \"a\"\nold = s \"x\"\nnew = s \"y\"\n", "s", "old", "ABNF015", "many occurrences of old")]
    [InlineData("k = \"NOT \" k / \"OR \" k SP k / 1*DIGIT\n", "k", "k", "ABNF015", "many occurrences of k")]
    [InlineData("s = \"(\" *( \"a\" s / s / \"a\" ) [ \")\" ]\n", "s", "", "ABNF011", "How often 's' is entered")]
    [InlineData("key = \"(\" key *( SP key ) \")\" / \"TEXT\" SP literal\nliteral = \"{\" 1*DIGIT \"}\" CRLF *OCTET\n", "key", "", "ABNF014", "nothing tells where 'literal' ends, whose repetition takes any octet")]
    [InlineData("r = text \"x\" 16OCTET\ntext = *any\nany = %x01-FF\n", "r", "", "ABNF014", "nothing tells where 'text' ends, whose repetition takes any octet")]
    [InlineData("a = 1*400( 1*400( b / c ) )\nb = 1*99ALPHA\nc = 1*99DIGIT\n", "a", "", "ABNF014", "most of them in 'b'")]
    public void WhatOutgrowsIsToldByItsCause(string text, string root, string captures, string id, string phrase)
    {
        Diagnostic diagnostic = Assert.Single(Compile(text, root, captures, EnoughReadings));
        Assert.Equal(id, diagnostic.Descriptor.Id);
        Assert.Contains(phrase, diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IdsAreStableAndEachIsUsedOnce()
    {
        IEnumerable<string> expected = Enumerable.Range(1, Descriptors.All.Count).Select(i => $"ABNF{i:000}");
        Assert.Equal(expected, Descriptors.All.Select(d => d.Id).Order());
    }

    private static List<Diagnostic> Compile(string text, string root, string captures, int mostReadings = Determinizer.MaximumReadings)
    {
        Grammar grammar = Grammar.Read([new SourceFile("g.abnf", text)]);
        Assert.Empty(grammar.Diagnostics);
        var diagnostics = new List<Diagnostic>();
        var request = new SourceSpan(new SourceFile("request", ""), 0, 0);
        Compilation.Compile(grammar, root, captures.Split(' ', StringSplitOptions.RemoveEmptyEntries), request, diagnostics, mostReadings);
        return diagnostics;
    }
}
