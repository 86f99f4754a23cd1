using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace SmtpEmbedded.Abnf.Cli.Tests;

/// <summary>The commands, their output and their exit codes.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Greeting = "greeting = hello / bye\nhello = \"HELLO\" SP name\nbye = \"BYE\"\nname = 1*ALPHA *( \"-\" 1*ALPHA )\n";

    private readonly AbnfTool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void CheckSaysWhenThereIsNothingToComplainAbout()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult result = _tool.Run("check g.abnf");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("4 rules in g.abnf: nothing to complain about.\n", result.Output);
    }

    [Fact]
    public void CheckShowsTheLineWithACaretUnderTheMistake()
    {
        _tool.Write("g.abnf", "a = b\nb = \"x\" nme\nname = ALPHA\n");
        ToolResult result = _tool.Run("check g.abnf");
        Assert.Equal(1, result.ExitCode);
        string[] lines = result.Output.Split('\n');
        Assert.Equal("g.abnf:2:9: error ABNF002: No rule is named 'nme'; did you mean 'name'?", lines[0]);
        Assert.Equal("  b = \"x\" nme", lines[1]);
        Assert.Equal("          ^^^", lines[2]);
    }

    [Fact]
    public void WrongUsageExitsWithTwo()
    {
        Assert.Equal(2, _tool.Run("check").ExitCode);
        Assert.Equal(2, _tool.Run("check missing.abnf").ExitCode);
        Assert.Equal(2, _tool.Run("nonsense").ExitCode);
    }

    [Fact]
    public void MatchTellsAlternativeAndCaptures()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult result = _tool.Run("match --root greeting --captures name g.abnf", "\"hello a-b\"\n\"BYE\"\n");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            "{\"match\":true,\"alternative\":\"hello\",\"captures\":[{\"rule\":\"name\",\"start\":6,\"end\":9}]}\n"
            + "{\"match\":true,\"alternative\":\"bye\",\"captures\":[]}\n",
            result.Output);
    }

    [Fact]
    public void MatchTellsWhereAndWhyAnInputFails()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult result = _tool.Run("match --root greeting g.abnf", "\"hello a-\"\n\"hello \\u00e9\"\n");
        string[] lines = result.Output.Split('\n');
        Assert.Equal("{\"match\":false,\"at\":8,\"rule\":\"name\",\"expected\":[\"ALPHA\"]}", lines[0]);
        Assert.Equal(6, JsonDocument.Parse(lines[1]).RootElement.GetProperty("at").GetInt32());
    }

    [Fact]
    public void MatchReadsWhatNoAutomatonCan()
    {
        // Palindromes, and captures that pile up until the end tells which they are.
        _tool.Write("p.abnf", "pal = [ \"a\" pal \"a\" / \"b\" pal \"b\" ]\n");
        ToolResult palindromes = _tool.Run("match --root pal p.abnf", "\"abaaba\"\n\"abaab\"\n\"\"\n");
        Assert.Equal(0, palindromes.ExitCode);
        Assert.Contains("ABNF011", palindromes.Error, StringComparison.Ordinal);
        Assert.Equal(
            "{\"match\":true,\"alternative\":\"alternative-1\",\"captures\":[]}\n"
            + "{\"match\":false,\"at\":5,\"rule\":\"pal\",\"expected\":[\"\\\"a\\\"\",\"\\\"b\\\"\"]}\n"
            + "{\"match\":true,\"alternative\":\"alternative-1\",\"captures\":[]}\n",
            palindromes.Output);

        _tool.Write("u.abnf", "r = *x \"1\" / *y \"2\"\nx = \"a\"\ny = \"a\"\n");
        ToolResult undecided = _tool.Run("match --root r --captures x,y u.abnf", "\"aa2\"\n");
        Assert.Equal(
            "{\"match\":true,\"alternative\":\"alternative-2\",\"captures\":[{\"rule\":\"y\",\"start\":0,\"end\":1},{\"rule\":\"y\",\"start\":1,\"end\":2}]}\n",
            undecided.Output);
    }

    [Fact]
    public void AListWrittenByItselfMayBeLong()
    {
        _tool.Write("l.abnf", "list = item [ \",\" list ]\nitem = 1*DIGIT\n");
        ToolResult result = _tool.Run("match --root list --captures item l.abnf", $"\"1{string.Concat(Enumerable.Repeat(",2", 30_000))}\"\n");
        Assert.StartsWith("{\"match\":true", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
        Assert.Contains("calls           none", _tool.Run("stats --root list l.abnf").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void MistakesInRulesThatTheRootDoesNotUseHinderNothing()
    {
        _tool.Write("g.abnf", Greeting + "date = <see another document>\nx = y\n");
        Assert.Equal(1, _tool.Run("check g.abnf").ExitCode);
        ToolResult result = _tool.Run("match --root greeting g.abnf", "\"bye\"\n");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("abnf: 2 more errors in rules that 'greeting' does not use; 'abnf check' shows them.\n", result.Error);
        Assert.Equal(1, _tool.Run("match --root date g.abnf", "\"bye\"\n").ExitCode);
    }

    [Fact]
    public void CheckNotesRulesThatNobodyUses()
    {
        _tool.Write("g.abnf", Greeting + "lost = \"x\"\nloop = \"x\" [ loop ]\n");
        ToolResult result = _tool.Run("check g.abnf");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("g.abnf:5:1: info ABNF023: No rule that is used speaks of 'lost'", result.Output, StringComparison.Ordinal);
        Assert.Contains("g.abnf:6:1: info ABNF023: No rule that is used speaks of 'loop'", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("6 rules in g.abnf: 0 errors, 0 warnings, 2 notes.\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("nothing to complain about", _tool.Run("check --root greeting,lost,loop g.abnf").Output, StringComparison.Ordinal);
        Assert.Equal(1, _tool.Run("check --root gretting g.abnf").ExitCode);
    }

    [Fact]
    public void MatchRefusesALineThatIsNoJsonString()
    {
        _tool.Write("g.abnf", Greeting);
        Assert.Equal(2, _tool.Run("match --root greeting g.abnf", "hello\n").ExitCode);
        Assert.Equal(1, _tool.Run("match --root nothing g.abnf", "").ExitCode);
    }

    [Fact]
    public void NestingDeeperThanAskedForFails()
    {
        _tool.Write("n.abnf", "nested = \"(\" [ nested ] \")\"\n");
        ToolResult result = _tool.Run("match --root nested --depth 3 n.abnf", "\"(((())))\"\n\"((((()))))\"\n");
        string[] lines = result.Output.Split('\n');
        Assert.Contains("\"match\":true", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"match\":false,\"at\":4", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void SamplesAreSentencesAndTheSameForTheSameSeed()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult first = _tool.Run("sample --root greeting --count 50 --seed 7 g.abnf");
        Assert.Equal(first.Output, _tool.Run("sample --root greeting --count 50 --seed 7 g.abnf").Output);
        Assert.Equal(50, first.Output.Count(c => c == '\n'));
        ToolResult judged = _tool.Run("match --root greeting g.abnf", first.Output);
        Assert.All(judged.Output.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("{\"match\":true", line, StringComparison.Ordinal));

        // Both alternatives within the first two: none is repeated before all were shown.
        string[] two = judged.Output.Split('\n').Take(2).ToArray();
        Assert.Contains(two, line => line.Contains("\"hello\"", StringComparison.Ordinal));
        Assert.Contains(two, line => line.Contains("\"bye\"", StringComparison.Ordinal));
    }

    [Fact]
    public void MutationsDiffer()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult sentences = _tool.Run("sample --root greeting --count 50 --seed 7 g.abnf");
        ToolResult mutated = _tool.Run("sample --root greeting --count 50 --seed 7 --mutate g.abnf");
        Assert.Equal(0, mutated.ExitCode);
        Assert.NotEqual(sentences.Output, mutated.Output);
    }

    [Fact]
    public void GenerateWritesAClass()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult result = _tool.Run("generate --root greeting --captures name --namespace N --class GreetingParser -o out.cs g.abnf");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("public sealed partial class GreetingParser", File.ReadAllText(_tool.PathOf("out.cs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--automaton")]
    public void DiagramsAreWellFormed(string option)
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult result = _tool.Run($"diagram --root greeting {option} -o out.svg g.abnf");
        Assert.Equal(0, result.ExitCode);
        var picture = new System.Xml.XmlDocument();
        picture.Load(_tool.PathOf("out.svg"));
        Assert.Equal("svg", picture.DocumentElement!.Name);
    }

    [Fact]
    public void StatsCountsStates()
    {
        _tool.Write("g.abnf", Greeting);
        ToolResult result = _tool.Run("stats --root greeting g.abnf");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches("(?m)^states +[0-9]+$", result.Output);
        Assert.Matches("(?m)^capture delay +0 octets$", result.Output);
        Assert.Matches("(?m)^net +[0-9]+ +[0-9]+ +[0-9]+$", result.Output);
        Assert.Matches("(?m)^nanoframework +[0-9]+ +[0-9]+ +[0-9]+$", result.Output);
        Assert.Matches("(?m)^ +[0-9]+  hello$", result.Output);
    }
}
