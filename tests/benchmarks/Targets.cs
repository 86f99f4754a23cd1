using System;
using System.Collections.Generic;
using System.Linq;
using SmtpEmbedded.Benchmarks.Measuring;

namespace SmtpEmbedded.Benchmarks;

/// <summary>What the generated parsers are meant to reach, measured each against its rival directly.</summary>
internal sealed class Targets(Race race, IReadOnlyList<Contestant> contestants, ReadLines? byteSum)
{
    private readonly List<string> _rows = [];

    /// <summary>How many were not reached.</summary>
    public int Missed { get; private set; }

    /// <summary>A table row each.</summary>
    public IReadOnlyList<string> Rows => _rows;

    /// <summary>Our time is at most so many times the rival's.</summary>
    public void NotSlower(Discipline discipline, string rival, double most, Lines lines)
    {
        if (Find(discipline, rival) is { } other)
        {
            double ratio = race.Run(Find(discipline, "ours")!.Read, other.Read, lines).Ratio;
            Add($"{Name(discipline)}, {lines.Name}: at most {most:0.0#} times the time of {rival}", $"{ratio:0.00}", ratio <= most);
        }
    }

    /// <summary>We are at least so many times faster.</summary>
    public void Faster(Discipline discipline, string rival, double least, Lines lines)
    {
        if (Find(discipline, rival) is { } other)
        {
            double ratio = race.Run(other.Read, Find(discipline, "ours")!.Read, lines).Ratio;
            Add($"{Name(discipline)}, {lines.Name}: at least {least:0.#} times as fast as {rival}", $"{ratio:0.0}", ratio >= least);
        }
    }

    /// <summary>Our time is at most so many times that of adding the octets.</summary>
    public void NearByteSum(Discipline discipline, double most, Lines lines)
    {
        if (byteSum != null)
        {
            double ratio = race.Run(Find(discipline, "ours")!.Read, byteSum, lines).Ratio;
            Add($"{Name(discipline)}, {lines.Name}: at most {most:0.0#} times the time of the byte sum in C", $"{ratio:0.00}", ratio <= most);
        }
    }

    /// <summary>Any other.</summary>
    public void Add(string what, string measured, bool isReached)
    {
        Missed += isReached ? 0 : 1;
        _rows.Add($"| {what} | {measured} | {(isReached ? "reached" : "**not reached**")} |");
    }

    private static string Name(Discipline discipline) => discipline switch
    {
        Discipline.Commands => "Without captures",
        Discipline.CommandCaptures => "With captures",
        _ => "Replies",
    };

    private Contestant? Find(Discipline discipline, string name) => contestants.FirstOrDefault(c => c.Discipline == discipline && c.Name == name);
}
