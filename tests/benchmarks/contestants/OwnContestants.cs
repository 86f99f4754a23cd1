using System.Collections.Generic;
using SmtpEmbedded.Benchmarks.Measuring;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>The generated parsers: one object for all lines, reset before each.</summary>
internal static class OwnContestants
{
    private static readonly CommandVerdictParser Command = new();
    private static readonly CommandCaptureParser Captures = new();
    private static readonly ReplyVerdictParser Reply = new();
    private static readonly CommandTableParser Table = new();

    public static IEnumerable<Contestant> All() =>
    [
        new("ours", Discipline.Commands, ReadCommands),
        new("ours", Discipline.CommandCaptures, ReadCaptures),
        new("ours, for devices", Discipline.CommandCaptures, ReadByTable),
        new("ours", Discipline.Replies, ReadReplies),
    ];

    private static int ReadCommands(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            int length = lines.Starts[i + 1] - lines.Starts[i];
            Command.Reset();
            bool isSentence = Command.Feed(lines.Data, lines.Starts[i], length) == length && Command.State == CommandVerdictParser.Outcome.Matched;
            sum += isSentence ? 1 : 0;
            if (verdicts != null)
            {
                verdicts[i] = new Verdict(isSentence, 0);
            }
        }

        return sum;
    }

    private static int ReadReplies(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            int length = lines.Starts[i + 1] - lines.Starts[i];
            Reply.Reset();
            bool isSentence = Reply.Feed(lines.Data, lines.Starts[i], length) == length && Reply.State == ReplyVerdictParser.Outcome.Matched;
            sum += isSentence ? 1 : 0;
            if (verdicts != null)
            {
                verdicts[i] = new Verdict(isSentence, 0);
            }
        }

        return sum;
    }

    private static int ReadCaptures(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            int length = lines.Starts[i + 1] - lines.Starts[i];
            Captures.Reset();
            bool isSentence = Captures.Feed(lines.Data, lines.Starts[i], length) == length && Captures.State == CommandCaptureParser.Outcome.Matched;
            sum += isSentence ? 1 + Captures.CaptureCount : 0;
            if (verdicts != null)
            {
                uint print = 0;
                for (int k = 0; isSentence && k < Captures.CaptureCount; k++)
                {
                    print += Prints.Of((int)Captures.CaptureRule(k), Captures.CaptureStart(k), Captures.CaptureEnd(k));
                }

                verdicts[i] = new Verdict(isSentence, print);
            }
        }

        return sum;
    }

    private static int ReadByTable(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            int length = lines.Starts[i + 1] - lines.Starts[i];
            Table.Reset();
            bool isSentence = Table.Feed(lines.Data, lines.Starts[i], length) == length && Table.State == CommandTableParser.Outcome.Matched;
            sum += isSentence ? 1 + Table.CaptureCount : 0;
            if (verdicts != null)
            {
                uint print = 0;
                for (int k = 0; isSentence && k < Table.CaptureCount; k++)
                {
                    print += Prints.Of((int)Table.CaptureRule(k), Table.CaptureStart(k), Table.CaptureEnd(k));
                }

                verdicts[i] = new Verdict(isSentence, print);
            }
        }

        return sum;
    }
}
