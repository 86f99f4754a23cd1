using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf.Core.Tests.Fuzz;

/// <summary>How the rules of a random grammar contain each other.</summary>
internal enum Nests
{
    Never,

    /// <summary>Anywhere.</summary>
    Freely,

    /// <summary>Between brackets.</summary>
    InBrackets,

    /// <summary>Between brackets, entered from several places that begin alike: only what is behind it tells from which.</summary>
    BySeveralCalls,
}

/// <summary>
/// Makes small random grammars, the same ones for the same seed: rules r0 (the root) to r2, over the letters a, b and c, or a and b
/// where there are brackets; and r3 where there are several calls.
/// </summary>
internal sealed class RandomGrammar(int seed, Nests nests = Nests.Never)
{
    private const int Rules = 3;

    private readonly Random _random = new(seed);

    /// <summary>The grammar's text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The rules to capture, blanks between.</summary>
    public string Captures { get; private set; } = "";

    public void Next()
    {
        if (nests == Nests.BySeveralCalls)
        {
            NextBySeveralCalls();
            return;
        }

        Text = string.Concat(Enumerable.Range(0, Rules).Select(i => $"r{i} = {Alternatives(i, 1)}\n"));
        Captures = string.Join(" ", Enumerable.Range(0, Rules).Where(_ => _random.Next(5) < 3).Select(i => "r" + i));
    }

    /// <summary>Compiles the grammar up to its automaton, from r0 and with its captures: the nondeterministic one; null where there is an error, or no other within so many readings.</summary>
    public Nfa? Compile(int mostReadings, List<Diagnostic> diagnostics)
    {
        Grammar grammar = Grammar.Read([new SourceFile("random.abnf", Text)]);
        if (grammar.HasErrors)
        {
            return null;
        }

        Rule root = grammar.Find("r0")!;
        Rule[] captured = [.. Captures.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => grammar.Find(c)!)];
        Nfa? nfa = NfaBuilder.Build(grammar, root, captured, diagnostics);
        return nfa != null && Determinizer.Run(root, captured, nfa, diagnostics, mostReadings) != null ? nfa : null;
    }

    private void NextBySeveralCalls()
    {
        string common = OneOf("", "", "\"a\" ", "[ \"a\" ] ", "*\"b\" ", "\"<\" ");
        string inside = $"{OneOf("", "", "*", "1*", "0*1", "2")}( {Calls(common, "r0", "r1", "r1", "r2", "r3")} )";
        Text = $"r0 = {Calls(common, "r1", "r1", "r2", "r3")}\n"
            + $"r1 = \"<\" {inside} {OneOf("\">\"", "\">\"", "\">\"", "[ \">\" ]", "\"b\"")}{OneOf(" / \"a\"", " / \"a\"", " / 1*\"b\"", " / \"<\" [ \"b\" ] \">\"")}\n"
            + $"r2 = {Calls(common, "r1", "r1", "r3")}\n"
            + $"r3 = {Calls("", "r1")}\n";
        bool isPlain = _random.Next(5) < 2;
        Captures = string.Join(" ", Enumerable.Range(0, 4).Where(_ => !isPlain && _random.Next(2) == 0).Select(i => "r" + i));
    }

    private string Calls(string common, params string[] rules) => string.Join(" / ", Several(1 + _random.Next(3), () => Call(common, rules)));

    private string Call(string common, string[] rules)
    {
        string prefix = _random.Next(5) == 0 ? OneOf("", "\"b\" ", "[ \"b\" ] ") : common;
        return prefix + OneOf(rules) + OneOf("", " \"a\"", " \"b\"", " \"b\"", " 1*\"a\"", " [ \"b\" ]", " \"a\" \"b\"", $" {OneOf(rules)}");
    }

    private string Alternatives(int rule, int depth) =>
        string.Join(" / ", Several(1 + _random.Next(2), () => Sequence(rule, depth)));

    private string Sequence(int rule, int depth) => string.Join(" ", Several(1 + _random.Next(depth + 2), () => Repeated(rule, depth)));

    private string Repeated(int rule, int depth) => _random.Next(13) switch
    {
        0 => "*" + Single(rule, depth),
        1 => "1*" + Single(rule, depth),
        2 => $"*{1 + _random.Next(3)}" + Single(rule, depth),
        3 => $"{_random.Next(3)}*{2 + _random.Next(2)}" + Single(rule, depth),
        4 => $"{_random.Next(3)}" + Single(rule, depth),
        _ => Single(rule, depth),
    };

    private string Single(int rule, int depth)
    {
        int kind = _random.Next(12);
        if (nests != Nests.Never && kind < (nests == Nests.Freely ? 4 : 2))
        {
            string inner = "r" + _random.Next(Rules);
            return nests == Nests.Freely ? inner : $"\"<\" {inner} \">\"";
        }

        // Otherwise a rule speaks of later rules only, so that none contains itself.
        if (kind < 4 && rule + 1 < Rules)
        {
            return "r" + _random.Next(rule + 1, Rules);
        }

        return kind switch
        {
            4 or 5 when depth > 0 => $"( {Alternatives(rule, depth - 1)} )",
            6 or 7 when depth > 0 => $"[ {Alternatives(rule, depth - 1)} ]",
            8 => "%x61-62",
            9 => _random.Next(3) == 0 ? "\"\"" : nests == Nests.InBrackets ? "%x61-62" : "%x61-63",
            _ => $"\"{(char)('a' + _random.Next(nests == Nests.InBrackets ? 2 : 3))}\"",
        };
    }

    private string OneOf(params string[] texts) => texts[_random.Next(texts.Length)];

    private static List<string> Several(int count, Func<string> make) => [.. Enumerable.Range(0, count).Select(_ => make())];
}
