using System;
using System.IO;
using System.Linq;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests.Dialogues;

/// <summary>The dialogues of tests/relay/server/dialogues again, over TCP against a gateway: in one piece and in random ones.</summary>
public class DialoguesOverTcpTests
{
    // No socket of this machine has these addresses, or only one that listens on more than loopback would tell them.
    private const string NotHere = "a-client-that-is-not-allowed, a-mapped-loopback-address-is-allowed, rule-for-ipv6, rule-for-ipv6-does-not-reach-further";

    private static string Folder => Path.Combine(DataFiles.Folder, "dialogues");

    public static TheoryData<string> Names()
    {
        var data = new TheoryData<string>();
        string[] notHere = NotHere.Split(", ");
        foreach (string name in Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal).Except(notHere))
        {
            data.Add(name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GoesAsWritten(string name)
    {
        var dialogue = new Dialogue(Path.Combine(Folder, name + ".txt"));
        foreach (Cuts cuts in new[] { Cuts.Whole, Cuts.Random(1) })
        {
            using var stage = new GatewayStage(dialogue.Says("Do: spool"), cuts == Cuts.Whole);
            dialogue.Play(stage, cuts);
        }
    }

    [Theory(Skip = "Their clients come from addresses that loopback has not: " + NotHere)]
    [InlineData(NotHere)]
    public void CannotBePlayedOverTcp(string names) => Assert.NotEmpty(names);
}
