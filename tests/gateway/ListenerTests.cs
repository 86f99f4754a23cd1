using System;
using System.Diagnostics;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Limits on sessions, their deadlines and their end.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task OneSessionTooManyForAnAddressIsAnswered421()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Limits.SessionsPerAddress = 2;
        fixture.Start();
        using Client first = await Client.GreetedAsync(fixture.Relay.EndPoint);
        using Client second = await Client.GreetedAsync(fixture.Relay.EndPoint);
        using (var third = new Client(fixture.Relay.EndPoint))
        {
            Assert.StartsWith("421 4.3.2 Too many sessions from your address", await third.ReplyAsync());
            Assert.Null(await third.ReplyAsync());
        }

        // The others do not notice, and a place that is given back can be taken.
        Assert.StartsWith("250", await second.SayAsync("NOOP"));
        Assert.StartsWith("221", await first.SayAsync("QUIT"));
        Assert.Null(await first.ReplyAsync());
        first.Dispose();
        await Eventually.HoldsAsync(() => fixture.Relay.Sessions == 1, 10);
        using Client fourth = await Client.GreetedAsync(fixture.Relay.EndPoint);
    }

    [Fact]
    public async Task OneSessionTooManyInAllIsAnswered421()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Limits.Sessions = 1;
        fixture.Start();
        using Client first = await Client.GreetedAsync(fixture.Relay.EndPoint);
        using var second = new Client(fixture.Relay.EndPoint);
        Assert.StartsWith("421 4.3.2 Too many sessions; try", await second.ReplyAsync());
    }

    [Fact]
    public async Task ASilentClientIsTold421AtItsDeadline()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Limits.CommandTimeout = 300;
        fixture.Start();
        using Client client = await Client.GreetedAsync(fixture.Relay.EndPoint);
        var time = Stopwatch.StartNew();
        Assert.StartsWith("421 ", await client.ReplyAsync());
        Assert.Null(await client.ReplyAsync());
        Assert.InRange(time.ElapsedMilliseconds, 200, 5000);
        client.Dispose();
        await Eventually.HoldsAsync(() => fixture.Relay.Sessions == 0, 10);
    }

    [Fact]
    public async Task StoppingTellsEverySession421()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        using Client idle = await Client.GreetedAsync(fixture.Relay.EndPoint);
        using Client busy = await Client.GreetedAsync(fixture.Relay.EndPoint);
        await busy.SayAsync("MAIL FROM:<a@example.org>");
        await busy.SayAsync("RCPT TO:<b@example.org>");
        await busy.SayAsync("DATA");
        await busy.SendAsync("half of a message\r\n");
        Task stopping = fixture.StopAsync();
        Assert.StartsWith("421 ", await idle.ReplyAsync());
        Assert.StartsWith("421 ", await busy.ReplyAsync());
        idle.Dispose();
        busy.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));

        // What was half there is not there.
        fixture.Start();
        Assert.Equal(0, fixture.Relay.QueuedMessages);
    }

    [Fact]
    public async Task AClientThatReadsNothingDoesNotHoldUpTheStop()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        using Client client = await Client.GreetedAsync(fixture.Relay.EndPoint);
        await fixture.StopAsync().WaitAsync(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task AClientThatIsNotAllowedIsRefused()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.AllowedNetworks = [new Network([192, 0, 2, 0], 24)];
        fixture.Start();
        using var client = new Client(fixture.Relay.EndPoint);
        Assert.StartsWith("554 ", await client.ReplyAsync());
    }

    [Fact]
    public async Task APortInUseIsAnErrorInWords()
    {
        await using var first = new RelayFixture();
        first.Start();
        await using var second = new RelayFixture();
        second.Settings.ListenPort = first.Relay.EndPoint.Port;
        Assert.StartsWith($"cannot listen on 127.0.0.1:{first.Relay.EndPoint.Port}: ", second.TryStart());
    }
}
