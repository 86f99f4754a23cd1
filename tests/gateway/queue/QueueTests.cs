using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Queue;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Operators see and change the queue while the relay runs and while it does not.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task TheQueueIsChangedThroughTheRunningRelay()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        await SubmitAsync(fixture, 4);
        using var access = new QueueAccess(fixture.Settings);

        QueueResponse all = access.Run(new QueueRequest("list", null));
        Assert.Equal("", all.Error);
        Assert.Equal(4, all.Messages.Count);
        Assert.All(all.Messages, message => Assert.Equal(("a@example.org", "b@example.org", "pending"), (message.Sender, message.Recipients[0].Address, message.Recipients[0].State)));
        long[] ids = all.Messages.Select(message => message.Id).ToArray();

        Assert.Equal(ids[..2], access.Run(new QueueRequest("hold", ids[..2])).Changed);
        Assert.Equal(["held", "held"], access.Run(new QueueRequest("list", ids[..2])).Messages.Select(message => message.State));
        Assert.Equal(ids[..1], access.Run(new QueueRequest("retry", ids[..1])).Busy);
        Assert.Equal(ids[2..3], access.Run(new QueueRequest("remove", ids[2..3])).Changed);
        Assert.Equal(3, fixture.Relay.QueuedMessages);
        Assert.Equal(new long[] { 999 }, access.Run(new QueueRequest("remove", [999])).Busy);
        QueueMessage shown = Assert.Single(access.Run(new QueueRequest("show", ids[3..])).Messages);
        Assert.Contains("Subject: 3\r\n", shown.Header);

        // What is held stays so over a restart, and goes out once it is released.
        await fixture.StopAsync();
        using var smarthost = new RecordingSmarthost();
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();
        Assert.Contains("Subject: 3\r\n", Encoding.Latin1.GetString((await smarthost.NextAsync()).Content));
        Assert.True(await smarthost.IsQuietAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Equal(ids[..2], access.Run(new QueueRequest("release", ids[..2])).Changed);
        Assert.Contains("Subject: 0\r\n", Encoding.Latin1.GetString((await smarthost.NextAsync()).Content));
        Assert.Contains("Subject: 1\r\n", Encoding.Latin1.GetString((await smarthost.NextAsync()).Content));
    }

    [Fact]
    public async Task TheQueueIsChangedOnTheSpoolWhenNoRelayRuns()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        await SubmitAsync(fixture, 3);
        await fixture.StopAsync();
        using (var access = new QueueAccess(fixture.Settings))
        {
            long[] ids = access.Run(new QueueRequest("list", null)).Messages.Select(message => message.Id).ToArray();
            Assert.Equal(3, ids.Length);
            Assert.Single(access.Run(new QueueRequest("remove", ids[..1])).Changed);
            Assert.Single(access.Run(new QueueRequest("hold", ids[1..2])).Changed);
        }

        fixture.Start();
        Assert.Equal(2, fixture.Relay.QueuedMessages);
        using var again = new QueueAccess(fixture.Settings);
        Assert.Equal("held", again.Run(new QueueRequest("list", null)).Messages[0].State);
    }

    [Fact]
    public async Task TheCommandsSpeakToPeopleAndToScripts()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        await SubmitAsync(fixture, 2);
        string settings = Path.Combine(fixture.Folder, "settings");
        await File.WriteAllTextAsync(settings, $"[spool]\npath = {fixture.Settings.SpoolPath}\n");

        var (exitCode, output, error) = await RunAsync("queue", "list", "--settings", settings);
        Assert.True(exitCode == 0, error);
        Assert.Contains("a@example.org", output);
        (exitCode, output, _) = await RunAsync("queue", "hold", "--all", "--json", "--settings", settings);
        Assert.Equal(0, exitCode);
        Assert.Equal(2, JsonDocument.Parse(output).RootElement.GetProperty("changed").GetArrayLength());
        (exitCode, output, _) = await RunAsync("queue", "list", "--json", "--settings", settings);
        Assert.Equal("held", JsonDocument.Parse(output).RootElement.GetProperty("messages")[0].GetProperty("state").GetString());
        (exitCode, _, error) = await RunAsync("queue", "remove", "--settings", settings);
        Assert.Equal(1, exitCode);
        Assert.Contains("Numbers or --all", error);
        (exitCode, output, _) = await RunAsync("queue", "remove", "--all", "--settings", settings);
        Assert.Equal("remove: 2 messages\n", output);
        (_, output, _) = await RunAsync("queue", "list", "--settings", settings);
        Assert.Equal("The queue is empty.\n", output);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = new GatewayProcess(arguments);
        return await process.EndAsync();
    }

    private static async Task SubmitAsync(RelayFixture fixture, int count)
    {
        using Client client = await Client.GreetedAsync(fixture.Relay.EndPoint);
        for (int i = 0; i < count; i++)
        {
            await client.SubmitAsync($"Subject: {i}\r\n\r\ntext");
        }
    }
}
