using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace SmtpEmbedded.Fuzz;

/// <summary>One run: input after input until a bound is reached or something is found.</summary>
internal sealed class Fuzzing(long inputs, int seconds, int seed, bool guided, string keep)
{
    private const int CheckEvery = 20_000;
    private const int ReportSeconds = 15;
    private const int HangSeconds = 20;

    // Live memory may move with what the run itself keeps; a session that kept something of every input would pass this soon.
    private const long MostGrowth = 16 * 1024 * 1024;

    private readonly Judge _judge = new();
    private readonly DialogueMaker _maker = new(seed);
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private byte[] _current = [];
    private long _baseline;
    private long _reported;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        CoverageMap? map = guided ? new CoverageMap() : null;
        GuidedSource? source = guided ? new GuidedSource(_maker, seed) : null;
        long done = 0;
        new Thread(Watch) { IsBackground = true }.Start();
        while (done < inputs && _time.Elapsed.TotalSeconds < seconds)
        {
            byte[] input = source is null ? _maker.Next() : source.Next();
            Volatile.Write(ref _current, input);
            map?.Clear();
            string? found = Shrinker.Failure(_judge, input);
            if (found is not null)
            {
                Tell(input, found, done);
                return 1;
            }

            done++;
            if (map is not null && map.IsNews())
            {
                source!.Keep(input);
            }

            if (done % CheckEvery == 0 && !IsMemoryBounded(done, source?.Kept ?? 0))
            {
                return 1;
            }

            if (_time.Elapsed.TotalSeconds - _reported >= ReportSeconds)
            {
                _reported = (long)_time.Elapsed.TotalSeconds;
                Report(done, map, source);
            }
        }

        Report(done, map, source);
        return 0;
    }

    private void Report(long done, CoverageMap? map, GuidedSource? source)
    {
        string more = map is null ? "" : $", {map.Branches} branches, {source!.Kept} inputs kept";
        Console.WriteLine(FormattableString.Invariant(
            $"{done} inputs in {_time.Elapsed.TotalSeconds:F0} s ({done / _time.Elapsed.TotalSeconds:F0}/s), {_judge.Messages} messages taken, {GC.GetTotalMemory(false) / 1024} KiB live{more}; nothing found"));
    }

    private bool IsMemoryBounded(long done, int kept)
    {
        long live = GC.GetTotalMemory(forceFullCollection: true) - kept * 4096L;
        if (_baseline == 0)
        {
            _baseline = live;
        }

        if (live - _baseline <= MostGrowth)
        {
            return true;
        }

        Console.WriteLine($"FOUND after {done} inputs: live memory has grown from {_baseline} to {live} bytes (seed {seed})");
        return false;
    }

    // An input that is not over by now never will be.
    private void Watch()
    {
        while (true)
        {
            byte[] before = Volatile.Read(ref _current);
            Thread.Sleep(HangSeconds * 1000);
            if (before.Length > 0 && ReferenceEquals(before, Volatile.Read(ref _current)))
            {
                Directory.CreateDirectory(keep);
                string file = Path.Combine(keep, $"hang-{seed}.bin");
                File.WriteAllBytes(file, before);
                Console.WriteLine($"FOUND, seed {seed}: an input of {before.Length} octets that does not come to its end; it is in {file}");
                Environment.Exit(1);
            }
        }
    }

    private void Tell(byte[] input, string found, long done)
    {
        byte[] small = Shrinker.Shrink(input, found);
        Directory.CreateDirectory(keep);
        string file = Path.Combine(keep, $"finding-{seed}-{done}.bin");
        File.WriteAllBytes(file, small);
        File.WriteAllBytes(file + ".whole", input);
        Console.WriteLine($"FOUND after {done} inputs, seed {seed}: {found}");
        Console.WriteLine($"the input, {small.Length} octets, is in {file}; 'replay {file}' plays it:");
        Replay.Show(small);
    }
}
