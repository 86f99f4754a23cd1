using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Each rule by itself, in simulated time: which mails go out, at which second.</summary>
public class AlertRulesTests
{
    private const int Hour = 3600;

    [Fact]
    public void The_same_alert_is_one_mail_and_a_reminder_with_how_often_it_was_seen()
    {
        AlertRig rig = new(s => s.AlertRules.Repeat = Hour * 1000);
        for (int second = 0; second < 37 * 60; second += 60)
        {
            rig.Until(second);
            Assert.True(rig.Raise("boiler", "low"));
        }

        rig.Until(2 * Hour);
        Assert.Equal(new[] { "0 postmaster [Warning] boiler: low", "3600 postmaster [Warning] boiler: low" }, rig.Mails);
        Assert.Contains("Seen: 37 times since 12:34, 36 of them new", rig.Messages[1].TextBody);
        Assert.Equal(37, rig.Told);
    }

    [Fact]
    public void An_alert_nobody_raises_again_is_not_repeated()
    {
        AlertRig rig = new();
        rig.Raise("boiler", "low");
        rig.Until(12 * Hour);
        Assert.Single(rig.Mails);
    }

    [Fact]
    public void What_a_source_says_after_its_first_alert_goes_out_together()
    {
        AlertRig rig = new(s => s.AlertRules.Group = 30000);
        rig.Raise("camera", "dark");
        rig.Until(5);
        rig.Raise("camera", "lens dirty");
        rig.Raise("camera", "moved", Severity.Error);
        rig.Raise("door", "open");
        rig.Until(100);
        Assert.Equal(new[] { "0 postmaster [Warning] camera: dark", "5 postmaster [Warning] door: open", "30 postmaster [Error] 2 alerts from camera" }, rig.Mails);
        Assert.Contains("[Error] camera: moved\n1 time since 12:35\ndetails of moved\n", rig.Messages[2].TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal(rig.Messages[0].References, rig.Messages[2].References);
    }

    [Fact]
    public void The_end_of_an_alert_is_told_once()
    {
        AlertRig rig = new(s => s.AlertRules.Cooldown = 60000);
        rig.Resolve("boiler", "low");
        rig.Raise("boiler", "low");
        rig.Until(120);
        rig.Resolve("boiler", "low");
        rig.Resolve("boiler", "low");
        rig.Until(Hour);
        Assert.Equal(new[] { "0 postmaster [Warning] boiler: low", "120 postmaster [Resolved] boiler: low" }, rig.Mails);
        Assert.Contains("Resolved: after 2 min", rig.Messages[1].TextBody);
    }

    [Fact]
    public void An_end_is_not_told_where_that_is_not_wanted()
    {
        AlertRig rig = new(s => s.AlertRules.TellsResolved = false);
        rig.Raise("boiler", "low");
        rig.Until(Hour);
        rig.Resolve("boiler", "low");
        rig.Until(2 * Hour);
        rig.Raise("boiler", "low");
        rig.Until(3 * Hour);
        Assert.Equal(new[] { 0, 2 * Hour }, rig.Mails.Select(SecondOf));
    }

    [Fact]
    public void An_alert_that_flaps_is_told_no_faster_than_the_cooldown()
    {
        AlertRig rig = new(s => s.AlertRules.Cooldown = 300000);
        int raised = 0;
        for (int second = 0; second < 1190; second += 20)
        {
            rig.Until(second);
            rig.Raise("door", "open");
            raised++;
            rig.Until(second + 10);
            rig.Resolve("door", "open");
        }

        rig.Until(Hour);
        Assert.All(rig.Mails.Skip(1).Zip(rig.Mails, (later, earlier) => SecondOf(later) - SecondOf(earlier)), wait => Assert.True(wait >= 300));
        Assert.InRange(rig.Mails.Count, 4, 6);
        Assert.StartsWith("[Resolved]", rig.Messages[^1].Subject);
        Assert.Equal(raised, rig.Told);
    }

    [Fact]
    public void Past_the_ceiling_there_is_one_digest_at_the_end_of_the_hour()
    {
        AlertRig rig = new(s => s.AlertRules.PerHour = 3);
        for (int i = 0; i < 10; i++)
        {
            rig.Until(i * 60);
            rig.Raise("source " + i, "broken");
        }

        rig.Until(1000);
        rig.Resolve("source 7", "broken");
        rig.Until(3 * Hour);
        Assert.Equal(new[] { 0, 60, 120, Hour }, rig.Mails.Select(SecondOf));
        Assert.EndsWith("[Warning] 7 alerts", rig.Mails[3]);
        Assert.Contains("[Resolved] source 7: broken", rig.Messages[3].TextBody);
        Assert.Equal(10, rig.Told);
    }

    [Fact]
    public void What_is_urgent_passes_the_ceiling_the_group_and_the_quiet_hours()
    {
        // The clock starts at 12:34:56.
        AlertRig rig = new(s =>
        {
            s.AlertRules.PerHour = 1;
            s.AlertRules.QuietFrom = 13 * 60;
            s.AlertRules.QuietUntil = 14 * 60;
        });
        rig.Raise("a", "one");
        rig.Until(10);
        rig.Raise("a", "two");
        rig.Raise("b", "three");
        rig.Raise("a", "fire", Severity.Critical);
        rig.Until(1800);
        rig.Raise("a", "flood", Severity.Critical);
        rig.Until(3 * Hour);
        Assert.Equal(
            new[] { "0 postmaster [Warning] a: one", "10 postmaster [Critical] 2 alerts from a", "1800 postmaster [Critical] a: flood", "5104 postmaster [Warning] b: three" },
            rig.Mails);
    }

    [Theory]
    [InlineData(22 * 60, 7 * 60, 0, 23, 7)]
    [InlineData(22 * 60, 7 * 60, 120, 20, 5)]
    [InlineData(22 * 60, 7 * 60, 120, 4, 5)]
    [InlineData(1 * 60, 5 * 60, -300, 6, 10)]
    public void Quiet_hours_are_of_local_time_and_end_with_a_digest(int from, int until, int zone, int raisedAtUtcHour, int mailedAtUtcHour)
    {
        AlertRig rig = new(s =>
        {
            s.AlertRules.QuietFrom = from;
            s.AlertRules.QuietUntil = until;
            s.AlertRules.Zone = zone;
        });
        const int Midnight = 24 * Hour - (12 * Hour + 34 * 60 + 56);
        rig.Until(Midnight + raisedAtUtcHour * Hour);
        rig.Raise("a", "one");
        rig.Raise("b", "two");
        rig.Until(Midnight + 36 * Hour);
        Assert.Equal(new[] { Midnight + (mailedAtUtcHour < raisedAtUtcHour ? 24 + mailedAtUtcHour : mailedAtUtcHour) * Hour }, rig.Mails.Select(SecondOf));
        Assert.EndsWith("2 alerts", rig.Mails[0]);
    }

    [Fact]
    public void There_are_no_quiet_hours_before_the_clock_is_set()
    {
        AlertRig rig = new(s => s.AlertRules.QuietUntil = 1439);
        rig.Settings.AlertRules.QuietFrom = 0;
        rig.Clock.IsSet = false;
        rig.Raise("a", "one");
        Assert.Single(rig.Mails);
    }

    [Fact]
    public void Others_are_told_of_an_alert_that_goes_on_and_of_its_end()
    {
        AlertRig rig = new(s =>
        {
            s.AlertRules.EscalateTo = "boss@site.test";
            s.AlertRules.EscalateAfter = 1800 * 1000;
        });
        rig.Raise("boiler", "cold", Severity.Error);
        rig.Raise("door", "open");
        rig.Raise("pump", "dry", Severity.Error);
        rig.Until(900);
        rig.Resolve("pump", "dry");
        rig.Until(Hour);
        rig.Resolve("boiler", "cold");
        rig.Until(2 * Hour);
        Assert.Equal(
            new[]
            {
                "0 postmaster [Error] boiler: cold", "0 postmaster [Warning] door: open", "0 postmaster [Error] pump: dry", "900 postmaster [Resolved] pump: dry",
                "1800 boss Still open after 30 min: [Error] boiler: cold", "3600 postmaster,boss [Resolved] boiler: cold",
            },
            rig.Mails);
    }

    [Fact]
    public void It_counts_as_sent_only_when_delivered_and_an_outage_makes_no_heap_of_mails()
    {
        AlertRig rig = new(s => s.AlertRules.Repeat = 600000) { IsSmarthostDown = true };
        for (int i = 0; i < 100; i++)
        {
            rig.Until(i * 60);
            Assert.True(rig.Raise("boiler", "low"));
        }

        rig.Resolve("boiler", "low");
        Assert.Single(rig.Mails);
        Assert.Equal(0, rig.Alerts.Sent);
        rig.IsSmarthostDown = false;
        rig.Deliver();
        rig.Until(2 * Hour);
        Assert.Equal(2, rig.Alerts.Sent);
        Assert.Equal(2, rig.Mails.Count);
        Assert.Equal(99 * 60 + 300, SecondOf(rig.Mails[1]));
        Assert.Contains("Seen: 100 times", rig.Messages[1].TextBody);
    }

    [Fact]
    public void A_mail_that_is_refused_for_good_told_nobody()
    {
        AlertRig rig = new(s => s.AlertRules.Repeat = 600000) { IsSmarthostDown = true };
        rig.Raise("boiler", "low");
        rig.Deliver(false);
        Assert.Equal(0, rig.Alerts.Sent);
        rig.Until(Hour / 2);
        Assert.Equal(new[] { 0, 600 }, rig.Mails.Select(SecondOf));
    }

    [Fact]
    public void An_alert_that_gets_worse_is_news()
    {
        AlertRig rig = new();
        rig.Raise("boiler", "low");
        rig.Until(1);
        rig.Raise("boiler", "low", Severity.Error);
        rig.Raise("boiler", "low", Severity.Error);
        rig.Raise("boiler", "low");
        rig.Until(60);
        Assert.Equal(new[] { "0 postmaster [Warning] boiler: low", "1 postmaster [Error] boiler: low" }, rig.Mails);
    }

    [Fact]
    public void The_table_is_bounded_and_the_alert_too_many_is_said_and_counted()
    {
        AlertRig rig = new(s =>
        {
            s.Limits.OpenAlerts = 4;
            s.AlertRules.PerHour = 2;
        });
        for (int i = 0; i < 6; i++)
        {
            Assert.True(rig.Raise("s" + i, "t"));
        }

        // Two were told and gave their places; four wait for the hour's end.
        Assert.False(rig.Raise("s6", "t"));
        Assert.Equal(1, rig.Alerts.Dropped);
        Assert.Equal(1, rig.Log.CountOf(LogLevel.Error));
        rig.Until(Hour);
        Assert.Equal("3600 postmaster [Warning] 4 alerts", rig.Mails[^1]);
        Assert.True(rig.Raise("s6", "t"));
    }

    [Fact]
    public void What_the_spool_refused_is_tried_again_every_minute()
    {
        AlertRig rig = new();
        rig.Spool.IsFull = true;
        Assert.False(rig.Raise("a", "one"));
        rig.Until(130);
        rig.Spool.IsFull = false;
        rig.Until(Hour);
        Assert.Equal(new[] { "180 postmaster [Warning] a: one" }, rig.Mails);
    }

    private static int SecondOf(string mail) => int.Parse(mail.Split(' ')[0]);
}
