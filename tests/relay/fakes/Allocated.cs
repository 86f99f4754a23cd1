using System;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>What a piece of work allocates on its thread.</summary>
internal static class Allocated
{
    private const int MostRuns = 5;

    /// <summary>
    /// The bytes a run of <paramref name="work"/> allocates: the least of up to five runs, and no further run after one that allocates nothing.
    /// Where another thread's collection comes in between, the runtime counts the rest of the thread's allocation buffer as allocated: a run may
    /// tell of more than it took, but never of less. What <paramref name="prepare"/> does before each run does not count.
    /// </summary>
    public static long By(Action work, Action? prepare = null)
    {
        long least = long.MaxValue;
        for (int run = 0; run < MostRuns && least > 0; run++)
        {
            prepare?.Invoke();
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
