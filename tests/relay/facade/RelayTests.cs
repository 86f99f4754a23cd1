using System;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Facade;

/// <summary>The relay as a small program starts it, on the device's own threads and sockets; another relay stands in for the smarthost.</summary>
public sealed class RelayTests
{
    [Fact]
    public void MailOfTwoSessionsAtOnceAndAnAlertReachTheSmarthost()
    {
        using var smarthost = new FacadeRig().Start();
        using var rig = new FacadeRig(smarthost.Relay.Port).Start();
        using var one = new TestClient(rig.Relay.Port);
        using var two = new TestClient(rig.Relay.Port);
        one.Expect("220").Say("EHLO one.example", "250").Say("MAIL FROM:<camera@example.org>", "250");
        two.Expect("220").Say("EHLO two.example", "250").Submit("two");
        Assert.Equal(2, rig.Relay.Sessions);
        one.Say("RSET", "250").Submit("one").Submit("one again").Say("QUIT", "221");
        two.Say("QUIT", "221");
        Assert.True(rig.Relay.Alerts.Raise(Severity.Error, "boiler", "Pressure is low", "1.1 bar"));

        Waiting.Until(() => smarthost.Relay.Waiting == 4, "four messages at the smarthost");
        Waiting.Until(() => rig.Relay.Waiting == 0, "an empty spool");
        Waiting.Until(() => rig.Relay.Sessions == 0, "the end of the sessions");
    }

    [Fact]
    public void MailWaitsForASmarthostThatIsDown()
    {
        var smarthost = new FacadeRig().Start();
        int port = smarthost.Relay.Port;
        smarthost.Dispose();

        using var rig = new FacadeRig(port).Start();
        using var client = new TestClient(rig.Relay.Port);
        client.Expect("220").Say("EHLO one.example", "250").Submit("early");
        Waiting.Until(() => rig.Log.CountOf(LogLevel.Warning) > 0, "word that nobody answers");
        Assert.Contains("nothing listens there", string.Join("\n", rig.Log.Lines), StringComparison.Ordinal);
        Assert.Equal(1, rig.Relay.Waiting);

        smarthost.Settings.ListenPort = port;
        smarthost.Start();
        Waiting.Until(() => smarthost.Relay.Waiting == 1, "the message");

        // Down in the middle of things, and up again.
        smarthost.Relay.Stop();
        client.Submit("late");
        smarthost.Start();
        Waiting.Until(() => smarthost.Relay.Waiting == 2, "the second message", rig.Log);
        Waiting.Until(() => rig.Relay.Waiting == 0, "an empty spool");
        smarthost.Dispose();
    }

    [Fact]
    public void AMessageThatFindsTheQueueFullWaitsForRoom()
    {
        int most = SpoolOptions.ForDevice().MaximumMessages;
        var smarthost = new FacadeRig().Start();
        int port = smarthost.Relay.Port;
        smarthost.Dispose();
        using var rig = new FacadeRig(port, change: settings => settings.Limits.RoomTimeout = 30_000).Start();
        using var client = new TestClient(rig.Relay.Port);
        client.Expect("220").Say("EHLO one.example", "250");
        for (int i = 0; i < most; i++)
        {
            client.Submit("message " + i);
        }

        client.Say("MAIL FROM:<camera@example.org>", "250").Say("RCPT TO:<guard@example.net>", "250").Write("DATA\r\n");
        smarthost.Settings.ListenPort = port;
        smarthost.Start();
        client.Expect("354").Say("Subject: late\r\n\r\nbody\r\n.", "250");

        // One that waits does not hold up the end. Full again: nobody drains the queue of the smarthost either.
        using var other = new TestClient(port);
        smarthost.Settings.Limits.RoomTimeout = 30_000;
        Waiting.Until(() => smarthost.Relay.Waiting == most, "a full queue there");
        other.Expect("220").Say("EHLO two.example", "250").Say("MAIL FROM:<camera@example.org>", "250").Say("RCPT TO:<guard@example.net>", "250").Say("DATA", "452");
        smarthost.Dispose();
    }

    [Fact]
    public void ARelayStopsAndStartsAgainWithItsMail()
    {
        using var rig = new FacadeRig().Start();
        int port = rig.Relay.Port;
        using (var client = new TestClient(port))
        {
            client.Expect("220").Say("EHLO one.example", "250").Submit("kept");
            rig.Relay.Stop();
            client.Expect("421");
            Assert.Null(client.ReadLine());
        }

        Assert.Equal(0, rig.Platform.SocketsInUse);
        Assert.Equal(0, rig.Relay.Port);
        Assert.False(rig.Relay.Alerts.Raise(Severity.Error, "", "Nobody listens", ""));

        rig.Settings.ListenPort = port;
        rig.Start();
        Assert.Equal(port, rig.Relay.Port);
        Assert.Equal(1, rig.Relay.Waiting);
        Assert.True(rig.Relay.Alerts.Raise(Severity.Error, "", "Somebody listens", ""));
        Assert.Equal(2, rig.Relay.Waiting);
        rig.Relay.Stop();
        rig.Relay.Stop();
    }

    [Fact]
    public void AClientTooManyIsTurnedAwayAndOneThatWaitsALittleIsNot()
    {
        using var rig = new FacadeRig(change: settings => settings.Limits.Sessions = 1).Start();
        using var first = new TestClient(rig.Relay.Port);
        first.Expect("220");
        using (var second = new TestClient(rig.Relay.Port))
        {
            second.Expect("421");
            Assert.Null(second.ReadLine());
        }

        using var third = new TestClient(rig.Relay.Port);
        first.Say("QUIT", "221");
        first.Dispose();
        third.Expect("220");
    }

    [Fact]
    public void OneAddressDoesNotGetAllSessions()
    {
        using var rig = new FacadeRig(change: settings => settings.Limits.SessionsPerAddress = 1).Start();
        using var first = new TestClient(rig.Relay.Port);
        first.Expect("220");
        using var second = new TestClient(rig.Relay.Port);
        second.Expect("421");
    }

    [Fact]
    public void AClientThatSaysNothingIsToldWhenItsTimeIsUp()
    {
        using var rig = new FacadeRig(change: settings => settings.Limits.CommandTimeout = 200).Start();
        using var client = new TestClient(rig.Relay.Port);
        client.Expect("220").Expect("421");
        Assert.Null(client.ReadLine());
    }

    [Fact]
    public void APortInUseIsTriedAgainAndAlertsWorkMeanwhile()
    {
        using var owner = new FacadeRig().Start();
        using var rig = new FacadeRig(change: settings => settings.ListenPort = owner.Relay.Port);
        Assert.True(rig.Relay.Start());
        Assert.Contains("another program uses the port", rig.Relay.Error, StringComparison.Ordinal);
        Assert.True(rig.Relay.Alerts.Raise(Severity.Warning, "", "Still here", ""));
        owner.Relay.Stop();
        Waiting.Until(() => rig.Relay.Port == rig.Settings.ListenPort, "the port");
        using var client = new TestClient(rig.Relay.Port);
        client.Expect("220");
    }

    [Fact]
    public async Task AHundredMessagesOfFourClientsLeaveNoSocketBehind()
    {
        using var sink = new CountingSmarthost();
        using var relay = new FacadeRig(sink.Port).Start();
        var clients = new Task[4];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = Task.Run(() =>
            {
                for (int m = 0; m < 25; m++)
                {
                    using var client = new TestClient(relay.Relay.Port);
                    client.Expect("220").Say("EHLO one.example", "250");

                    // The board's queue is small: a full one says so, and the client comes again.
                    while (relay.Relay.Waiting > 8)
                    {
                        System.Threading.Thread.Sleep(5);
                    }

                    client.Submit("m").Say("QUIT", "221");
                }
            });
        }

        await Task.WhenAll(clients);
        Waiting.Until(() => sink.Messages == 100, "a hundred messages");
        Waiting.Until(() => relay.Relay.Waiting == 0, "an empty spool");
        relay.Relay.Stop();
        Assert.Equal(0, relay.Platform.SocketsInUse);
    }
}
