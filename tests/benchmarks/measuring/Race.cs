using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace SmtpEmbedded.Benchmarks.Measuring;

/// <summary>What came out for one contestant on one set of lines.</summary>
/// <param name="Ratio">Its time as a multiple of the pacemaker's: the median over pairs of slices.</param>
/// <param name="MegabytesPerSecond">Octets read a microsecond, the median over slices.</param>
/// <param name="AllocatedPerLine">Bytes allocated for a line.</param>
internal sealed record Result(double Ratio, double MegabytesPerSecond, double AllocatedPerLine);

/// <summary>
/// Takes times in pairs: a slice of the pacemaker and a slice of the contestant, in turn first. What else the machine does in
/// the meantime slows both down alike, and a slice is so short that it seldom falls into it, so that the median of the ratios
/// stands still where times do not.
/// </summary>
internal sealed class Race(int pairs)
{
    private const double SliceMicroseconds = 400;
    private const int WarmUpReads = 80;

    private readonly HashSet<(ReadLines Read, Lines Lines)> _warm = [];

    /// <summary>Lets a contestant run against the pacemaker.</summary>
    public Result Run(ReadLines contestant, ReadLines pacemaker, Lines lines)
    {
        WarmUp(pacemaker, lines);
        WarmUp(contestant, lines);
        int paceRepeats = Repeats(pacemaker, lines);
        int repeats = Repeats(contestant, lines);
        var ratios = new double[pairs];
        var speeds = new double[pairs];
        for (int i = 0; i < pairs; i++)
        {
            bool isPaceFirst = i % 2 == 0;
            double pace = isPaceFirst ? Slice(pacemaker, lines, paceRepeats) : 0;
            double own = Slice(contestant, lines, repeats);
            pace = isPaceFirst ? pace : Slice(pacemaker, lines, paceRepeats);
            ratios[i] = own / pace;
            speeds[i] = lines.Octets / own;
        }

        return new Result(Median(ratios), Median(speeds), Allocated(contestant, lines));
    }

    /// <summary>The median of some values.</summary>
    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>Reads until the runtime has done its best, which it does in the background, in three steps.</summary>
    private void WarmUp(ReadLines read, Lines lines)
    {
        if (!_warm.Add((read, lines)))
        {
            return;
        }

        for (int step = 0; step < 3; step++)
        {
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < WarmUpReads || watch.ElapsedMilliseconds < 40; i++)
            {
                read(lines, null);
            }

            Thread.Sleep(130);
        }
    }

    private static int Repeats(ReadLines read, Lines lines) =>
        Math.Max(1, (int)(SliceMicroseconds / Median([.. Enumerable.Range(0, 9).Select(_ => Slice(read, lines, 3))])));

    /// <summary>Microseconds it takes to read the lines once, over so many times.</summary>
    private static double Slice(ReadLines read, Lines lines, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            read(lines, null);
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats;
    }

    private static double Allocated(ReadLines read, Lines lines)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        read(lines, null);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)lines.Count;
    }
}
