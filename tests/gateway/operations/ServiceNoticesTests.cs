using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting.Systemd;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>What systemd hears of the relay.</summary>
public sealed class ServiceNoticesTests
{
    [Theory]
    [InlineData(null, 30)]
    [InlineData("", 30)]
    [InlineData("abc", 30)]
    [InlineData("120000000", 30)]
    [InlineData("4000000", 2)]
    [InlineData("1", 0.1)]
    public void SignsOfLifeComeTwiceAsOftenAsTheyMust(string? microseconds, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ServiceNotices.Period(microseconds));

    [Fact]
    public async Task AHealthyRelayGivesSignsOfLifeAndItsState()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        var notifier = new Notifier();
        using var notices = new ServiceNotices(notifier, fixture.Relay, new SystemClock());
        await notices.StartAsync(CancellationToken.None);
        await notifier.Second.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await notices.StopAsync(CancellationToken.None);
        Assert.Equal(["STATUS=0 messages wait, 0 sessions", "WATCHDOG=1"], notifier.States.Take(2));
    }

    private sealed class Notifier : ISystemdNotifier
    {
        public List<string> States { get; } = [];

        public TaskCompletionSource Second { get; } = new();

        public bool IsEnabled => true;

        public void Notify(ServiceState state)
        {
            States.Add(state.ToString());
            if (States.Count == 2)
            {
                Second.SetResult();
            }
        }
    }
}
