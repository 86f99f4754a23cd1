using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Waits for what other threads are about to do, and asserts that they do it.</summary>
internal static class Eventually
{
    private const int Look = 10;

    /// <summary>Waits for a condition.</summary>
    /// <param name="holds">Asked again and again.</param>
    /// <param name="seconds">How long it may take to become true.</param>
    /// <param name="otherwise">What is said if it never is.</param>
    public static async Task HoldsAsync(Func<bool> holds, int seconds, string? otherwise = null)
    {
        for (long end = Environment.TickCount64 + (1000 * seconds); !holds();)
        {
            Assert.True(Environment.TickCount64 < end, otherwise);
            await Task.Delay(Look);
        }
    }

    /// <inheritdoc cref="HoldsAsync"/>
    public static void Holds(Func<bool> holds, int seconds, string otherwise)
    {
        for (long end = Environment.TickCount64 + (1000 * seconds); !holds();)
        {
            Assert.True(Environment.TickCount64 < end, otherwise);
            Thread.Sleep(Look);
        }
    }
}
