using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using SmtpEmbedded.Benchmarks.Contestants;
using SmtpEmbedded.Benchmarks.Measuring;

namespace SmtpEmbedded.Benchmarks;

/// <summary>
/// Lets the generated parsers run against their rivals:
/// dotnet run -c Release --project tests/benchmarks [--smoke] [--limit] [--pairs N] [--output FILE].
/// Exit codes: 0, or 1 when contestants do not agree on what the lines say.
/// </summary>
internal static class Program
{
    private const string Pacemaker = "Ragel -G2";

    public static int Main(string[] arguments)
    {
        int pairs = int.Parse(After(arguments, "--pairs") ?? "301");
        string folder = AppContext.BaseDirectory;
        string? library = RivalLibrary.Build(Path.Combine(folder, "rivals"));
        List<Contestant> contestants = [.. OwnContestants.All()];
        if (library != null)
        {
            contestants.AddRange(NativeContestants.Load(library));
        }

        contestants.Add(new("[GeneratedRegex]", Discipline.Commands, RegexContestants.Commands));
        contestants.Add(new("[GeneratedRegex]", Discipline.CommandCaptures, RegexContestants.CommandCaptures));
        contestants.Add(new("[GeneratedRegex]", Discipline.Replies, RegexContestants.Replies));
        contestants.Add(new("Parlot", Discipline.CommandCaptures, ParlotContestant.ReadAll));
        contestants.Add(new("Pidgin", Discipline.CommandCaptures, PidginContestant.ReadAll));
        contestants.Add(new("Superpower", Discipline.CommandCaptures, SuperpowerContestant.ReadAll));

        Lines Read(string file) => Lines.Read(Path.Combine(folder, "data"), file);
        Lines commands = Read("commands.txt");
        Lines longLines = Read("long.txt");
        Lines replies = Read("replies.txt");
        Lines odd = Read("odd.txt");
        var differences = new List<string>();
        foreach (IGrouping<Discipline, Contestant> discipline in contestants.GroupBy(c => c.Discipline))
        {
            Lines[] all = discipline.Key == Discipline.Replies ? [replies] : [commands, longLines, odd];
            differences.AddRange(all.SelectMany(lines => Agreement.Check([.. discipline], lines)));
        }

        if (differences.Count > 0)
        {
            differences.ForEach(Console.WriteLine);
            return 1;
        }

        if (arguments.Contains("--smoke"))
        {
            Console.WriteLine("Everything runs, and all agree. No time was taken.");
            return 0;
        }

        var race = new Race(pairs);
        ReadLines? byteSum = library == null ? null : NativeContestants.ByteSum(library);
        if (arguments.Contains("--limit"))
        {
            var limits = new Targets(race, contestants, byteSum);
            AgainstLimit(limits, longLines);
            limits.Rows.ToList().ForEach(Console.WriteLine);
            return 0;
        }

        var report = new StringBuilder();
        Head(report, pairs, library != null);
        foreach (IGrouping<Discipline, Contestant> discipline in contestants.GroupBy(c => c.Discipline))
        {
            Lines[] all = discipline.Key == Discipline.Replies ? [replies] : [commands, longLines];
            Table(report, race, [.. discipline], Pace(contestants, discipline.Key), all);
        }

        if (byteSum != null)
        {
            Limit(report, race, byteSum, Pace(contestants, Discipline.Commands), [commands, longLines]);
        }

        var targets = new Targets(race, contestants, byteSum);
        foreach (Lines lines in new[] { commands, longLines })
        {
            targets.NotSlower(Discipline.CommandCaptures, "re2c -b, m-tags", 1.0, lines);
            targets.NotSlower(Discipline.CommandCaptures, "re2c -b, m-tags", 0.7, lines);
            targets.NotSlower(Discipline.Commands, "re2c -g", 1.0, lines);
            targets.NotSlower(Discipline.Commands, "re2c -b", 1.0, lines);
            targets.Faster(Discipline.CommandCaptures, "[GeneratedRegex]", 12, lines);
            targets.Faster(Discipline.CommandCaptures, "Parlot", 6, lines);
            targets.Faster(Discipline.CommandCaptures, "Pidgin", 30, lines);
        }

        targets.NotSlower(Discipline.Replies, "re2c -g", 1.0, replies);
        AgainstLimit(targets, longLines);
        double allocated = contestants.Where(c => c.Name == "ours")
            .Max(c => race.Run(c.Read, c.Read, c.Discipline == Discipline.Replies ? replies : commands).AllocatedPerLine);
        targets.Add("Bytes allocated for a line", $"{allocated:0}", allocated == 0);
        double compile = CompileTime.Measure(Path.Combine(folder, "grammar"), 25);
        targets.Add("The command grammar with 13 captures compiled in less than 200 ms", $"{compile:0} ms", compile < 200);
        report.AppendLine("## Targets").AppendLine().AppendLine("| target | measured | |").AppendLine("|---|---:|---|");
        foreach (string row in targets.Rows)
        {
            report.AppendLine(row);
        }

        Console.WriteLine();
        Console.Write(report);
        if (After(arguments, "--output") is { } output)
        {
            File.WriteAllText(output, report.ToString().ReplaceLineEndings("\n"));
        }

        return 0;
    }

    private static void AgainstLimit(Targets targets, Lines longLines)
    {
        targets.NearByteSum(Discipline.Commands, 1.5, longLines);
        targets.NearByteSum(Discipline.CommandCaptures, 1.5, longLines);
    }

    private static void Head(StringBuilder report, int pairs, bool hasRivals)
    {
        report.AppendLine("# Results").AppendLine();
        report.AppendLine("Made by `dotnet run -c Release --project tests/benchmarks -- --output tests/benchmarks/RESULTS.md`; what is measured and how: [README.md](README.md).").AppendLine();
        report.AppendLine($"- {ProcessorName()}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}");
        if (hasRivals)
        {
            report.AppendLine($"- {RivalLibrary.Version("gcc")}, -O2; {RivalLibrary.Version("ragel")}; {RivalLibrary.Version("re2c")}");
        }

        report.AppendLine($"- medians over {pairs} pairs of slices; times are multiples of {(hasRivals ? Pacemaker : "our own")}'s, so less is better").AppendLine();
    }

    private static void Table(StringBuilder report, Race race, IReadOnlyList<Contestant> contestants, ReadLines pacemaker, Lines[] all)
    {
        report.AppendLine(contestants[0].Discipline switch
        {
            Discipline.Commands => "## Command lines, the verdict only",
            Discipline.CommandCaptures => "## Command lines with captures: local parts, domains, keywords, values",
            _ => "## Reply lines, the verdict only",
        }).AppendLine();
        report.AppendLine("| | " + string.Join(" | ", all.Select(l => $"{l.Name} | MB/s | bytes a line")) + " |");
        report.AppendLine("|---|" + string.Concat(all.Select(_ => "---:|---:|---:|")));
        foreach (Contestant contestant in contestants)
        {
            IEnumerable<Result> results = all.Select(lines => race.Run(contestant.Read, pacemaker, lines));
            report.AppendLine($"| {contestant.Name} | " + string.Join(" | ", results.Select(r => $"{r.Ratio:0.00} | {r.MegabytesPerSecond:0} | {r.AllocatedPerLine:0}")) + " |");
        }

        report.AppendLine();
    }

    private static void Limit(StringBuilder report, Race race, ReadLines byteSum, ReadLines pacemaker, Lines[] all)
    {
        report.AppendLine("For comparison, a loop in C that only adds the octets: "
            + string.Join(", ", all.Select(lines => $"{race.Run(byteSum, pacemaker, lines).Ratio:0.00} on {lines.Name}")) + ".").AppendLine();
    }

    /// <summary>The same for captures or none, so that what captures cost shows.</summary>
    private static ReadLines Pace(List<Contestant> contestants, Discipline discipline)
    {
        Discipline plain = discipline == Discipline.Replies ? discipline : Discipline.Commands;
        return contestants.Where(c => c.Discipline == plain).OrderBy(c => c.Name == Pacemaker ? 0 : 1).First().Read;
    }

    private static string ProcessorName()
    {
        const string File = "/proc/cpuinfo";
        string? line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string? After(string[] arguments, string option)
    {
        int at = Array.IndexOf(arguments, option);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
