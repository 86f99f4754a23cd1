using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Benchmarks.Measuring;

/// <summary>Before any time is taken: all contestants of a discipline must say the same of every line.</summary>
internal static class Agreement
{
    /// <summary>Compares; what they differ on, a sentence each.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyList<Contestant> contestants, Lines lines)
    {
        var differences = new List<string>();
        Verdict[] expected = Ask(contestants[0], lines);
        foreach (Contestant contestant in contestants.Skip(1))
        {
            Verdict[] verdicts = Ask(contestant, lines);
            for (int i = 0; i < lines.Count; i++)
            {
                if (verdicts[i] != expected[i])
                {
                    differences.Add($"{contestant.Name} says {verdicts[i]}, {contestants[0].Name} says {expected[i]} of {lines.Texts[i].TrimEnd()}");
                }
            }
        }

        Console.WriteLine($"{contestants[0].Discipline}, {lines.Name}: {contestants.Count} contestants, {expected.Count(v => v.IsSentence)} of {lines.Count} lines are sentences, {differences.Count} differences");
        return differences;
    }

    private static Verdict[] Ask(Contestant contestant, Lines lines)
    {
        var verdicts = new Verdict[lines.Count];
        contestant.Read(lines, verdicts);
        return verdicts;
    }
}
