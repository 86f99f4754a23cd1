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
}

/// <summary>
/// Makes small random grammars, the same ones for the same seed: rules r0 (the root) to r2, over the letters a, b and c, or a and b
/// where there are brackets.
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
        Text = string.Concat(Enumerable.Range(0, Rules).Select(i => $"r{i} = {Alternatives(i, 1)}\n"));
        Captures = string.Join(" ", Enumerable.Range(0, Rules).Where(_ => _random.Next(5) < 3).Select(i => "r" + i));
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

    private static List<string> Several(int count, Func<string> make) => [.. Enumerable.Range(0, count).Select(_ => make())];
}
