using System;
using System.Threading;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Facade;

/// <summary>Waits for what other threads bring about.</summary>
internal static class Waiting
{
    public static void Until(Func<bool> condition, string what, FakeLog? log = null)
    {
        var end = Environment.TickCount64 + 30_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < end, "In vain waited for: " + what + "\n" + string.Join("\n", log?.Lines ?? []));
            Thread.Sleep(10);
        }
    }
}
