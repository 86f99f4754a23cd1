using System;
using System.Collections.Generic;
using System.Linq;
using MimeKit;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Ten thousand raises of fifty alerts in an hour, against a second reading of the rules that is written as a table of seconds.</summary>
public class AlertFloodTests
{
    private const int Sources = 10;
    private const int Titles = 5;
    private const int Raises = 10000;
    private const int Group = 40;
    private const int Repeat = 900;
    private const int PerHour = 25;
    private const int End = 3 * 3600;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_mails_are_those_the_settings_promise_to_the_second_and_the_counts_add_up(int seed)
    {
        Random random = new(seed);
        var raises = Enumerable.Range(0, Raises)
            .Select(_ => (Second: random.Next(3600), Key: random.Next(Sources * Titles)))
            .OrderBy(raise => raise.Second)
            .ToList();

        AlertRig rig = new(s =>
        {
            s.AlertRules.Group = Group * 1000;
            s.AlertRules.Repeat = Repeat * 1000;
            s.AlertRules.PerHour = PerHour;
        });
        foreach (var (second, key) in raises)
        {
            rig.Until(second);
            Assert.True(rig.Raise("source " + key / Titles, "title " + key % Titles, SeverityOf(key)));
        }

        rig.Until(End);

        var promised = Promised(raises);
        Assert.Equal(
            promised.Order(),
            rig.Messages.Select((mail, i) => (Second: int.Parse(rig.Mails[i].Split(' ')[0]), Raises: AlertRig.ToldBy(mail))).Order());
        Assert.Equal(Raises, rig.Told);
        Assert.Equal(Raises, rig.Alerts.Raised);
        Assert.Equal(rig.Mails.Count, rig.Alerts.Sent);
        Assert.Equal(0, rig.Alerts.Dropped);

        // The ceiling: in no hour more mails than promised, apart from those that may pass.
        int[] normal = rig.Messages.Select((mail, i) => (Mail: mail, Second: int.Parse(rig.Mails[i].Split(' ')[0]))).Where(m => !m.Mail.Subject!.StartsWith("[Critical]", StringComparison.Ordinal)).Select(m => m.Second).ToArray();
        Assert.True(normal.Count(second => second < 3600) <= PerHour);
        Assert.Contains(rig.Messages, mail => mail.Subject!.EndsWith(" alerts", StringComparison.Ordinal));
    }

    /// <summary>One alert of fifty may pass the ceiling.</summary>
    private static Severity SeverityOf(int key) => key == 17 ? Severity.Critical : Severity.Warning;

    private static List<(int Second, int Raises)> Promised(List<(int Second, int Key)> raises)
    {
        List<(int, int)> mails = new();
        int[] untold = new int[Sources * Titles];
        int[] mailed = Enumerable.Repeat(-1, Sources * Titles).ToArray();
        int hourEnd = 0;
        int inHour = 0;
        bool held = false;

        // Who was raised first is looked at first.
        List<int> keys = raises.Select(raise => raise.Key).Distinct().ToList();
        var bySecond = raises.ToLookup(raise => raise.Second, raise => raise.Key);

        // An alert is ready when its repeat interval has passed, and, unless it may pass, the window of its source.
        bool Ready(int key, int now) =>
            untold[key] > 0
            && (mailed[key] < 0 || now >= mailed[key] + Repeat)
            && (SeverityOf(key) == Severity.Critical || SourceOf(key).All(other => mailed[other] < 0 || now >= mailed[other] + Group));
        void Mail(int now, List<int> about, bool counts)
        {
            mails.Add((now, about.Sum(key => untold[key])));
            about.ForEach(key => (untold[key], mailed[key]) = (0, now));
            if (counts)
            {
                (inHour, hourEnd) = now < hourEnd ? (inHour + 1, hourEnd) : (1, now + 3600);
            }
        }

        void Look(int now)
        {
            bool full = inHour >= PerHour && now < hourEnd;
            if (held && !full)
            {
                Mail(now, keys.Where(key => Ready(key, now)).ToList(), true);
                held = false;
            }

            foreach (int key in keys.Where(key => Ready(key, now)).ToList())
            {
                bool urgent = SeverityOf(key) == Severity.Critical;
                if (!Ready(key, now))
                {
                    continue;
                }

                if (!urgent && inHour >= PerHour && now < hourEnd)
                {
                    held = true;
                    continue;
                }

                Mail(now, SourceOf(key).Where(other => other == key || (urgent ? ReadyAlone(other, now) : Ready(other, now))).ToList(), !urgent);
            }
        }

        bool ReadyAlone(int key, int now) => untold[key] > 0 && (mailed[key] < 0 || now >= mailed[key] + Repeat);
        for (int now = 0; now <= End; now++)
        {
            Look(now);
            foreach (int key in bySecond[now])
            {
                untold[key]++;
                Look(now);
            }
        }

        return mails;
    }

    private static IEnumerable<int> SourceOf(int key) => Enumerable.Range(key / Titles * Titles, Titles);
}
