using System;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>The keys of <c>[alerts]</c> about how many mails there are, and when.</summary>
public class AlertSettingsTests
{
    private static RelaySettings Read(string file)
    {
        SettingsReader reader = new();
        RelaySettings settings = new();
        byte[] bytes = Encoding.UTF8.GetBytes(file);
        Assert.True(reader.Read(bytes, bytes.Length, settings), reader.Error);
        return settings;
    }

    [Fact]
    public void Every_key_goes_where_it_belongs()
    {
        AlertRules rules = Read("""
            [smarthost]
            host = h
            user = u
            password = p
            password-ends = 2028-02-29
            [alerts]
            group = 10s
            repeat = 2h
            cooldown = 3m
            per-hour = 7
            urgent = Error
            resolved = no
            quiet = 22:15-06:30
            zone = -05:30
            escalate-to = boss@site.test
            escalate-after = 1d
            escalate = warning
            subject = %h: %t
            body = %d
            heartbeat = weekly 08:05
            stalled-after = 90m
            expiry-days = 30
            """).AlertRules;
        Assert.Equal(new DateTimeOffset(2028, 2, 29, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), rules.PasswordEnds);
        Assert.Equal((10000, 7200000, 180000, 7), (rules.Group, rules.Repeat, rules.Cooldown, rules.PerHour));
        Assert.Equal((Severity.Error, false, 22 * 60 + 15, 390, -330), (rules.Urgent, rules.TellsResolved, rules.QuietFrom, rules.QuietUntil, rules.Zone));
        Assert.Equal(("boss@site.test", 86400000, Severity.Warning), (rules.EscalateTo, rules.EscalateAfter, rules.Escalate));
        Assert.Equal(("%h: %t", "%d", 7, 485), (rules.Subject, rules.Body, rules.HeartbeatDays, rules.HeartbeatAt));
        Assert.Equal((5400000, 30), (rules.StalledAfter, rules.ExpiryDays));
    }

    [Fact]
    public void Short_forms()
    {
        AlertRules rules = Read("[alerts]\nheartbeat = daily\nquiet = off\nresolved = yes\nzone = +01:00\n").AlertRules;
        Assert.Equal((1, 420, -1, true, 60), (rules.HeartbeatDays, rules.HeartbeatAt, rules.QuietFrom, rules.TellsResolved, rules.Zone));
        Assert.Equal(0, Read("[alerts]\nheartbeat = off\n").AlertRules.HeartbeatDays);
    }

    [Theory]
    [InlineData("quiet = 24:00-06:00", 2, 9, "expected a time of the day from 00:00 to 23:59")]
    [InlineData("quiet = 22:00-06:60", 2, 15, "expected a time of the day from 00:00 to 23:59")]
    [InlineData("repeat = 25d", 2, 12, "expected at most 24 days")]
    [InlineData("group = 99999999999999999999s", 2, 9, "expected a smaller number")]
    [InlineData("per-hour = 0", 2, 1, "expected a number from 1 on")]
    [InlineData("urgent = high", 2, 10, null)]
    [InlineData("group = 10", 2, 11, null)]
    [InlineData("group = 1s\ngroup = 1s", 3, 1, "this key is set above already, expected it once only")]
    public void Mistakes_are_told_at_their_place(string entry, int line, int column, string? error)
    {
        SettingsReader reader = new();
        byte[] bytes = Encoding.UTF8.GetBytes("[alerts]\n" + entry + "\n");
        Assert.False(reader.Read(bytes, bytes.Length, new RelaySettings()));
        Assert.Equal((line, column), (reader.ErrorLine, reader.ErrorColumn));
        Assert.True(error == null || reader.Error == error, reader.Error);
    }
}
