using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmtpEmbedded.Gateway.Logging;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Log lines go together when they come fast; none is lost, torn or out of its writer's order.</summary>
public sealed class LineLogTests
{
    private static readonly LineFormatter Journal = new(LogFormat.Journal);

    [Fact]
    public void LinesOfManyThreadsArriveWholeAndInTheirWritersOrder()
    {
        const int Writers = 4;
        const int Lines = 2000;
        var output = new Recorder();
        using (var log = new LineLog(Journal, output))
        {
            Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer =>
            {
                ILogger logger = log.CreateLogger("w" + writer);
                for (int i = 0; i < Lines; i++)
                {
                    logger.Log(LogLevel.Information, default, i + " \u00e4", null, (text, _) => text);
                }
            });
        }

        string[] lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Writers * Lines, lines.Length);
        for (int writer = 0; writer < Writers; writer++)
        {
            string start = "<6>w" + writer + ": ";
            Assert.Equal(Enumerable.Range(0, Lines).Select(i => start + i + " \u00e4"), lines.Where(line => line.StartsWith(start, StringComparison.Ordinal)));
        }

        Assert.InRange(output.Writes, 1, Writers * Lines / 2);
    }

    [Fact]
    public void ALineAloneIsWrittenAtOnce()
    {
        var output = new Recorder();
        using var log = new LineLog(Journal, output);
        log.CreateLogger("server").LogWarning("text");
        Assert.True(SpinWait.SpinUntil(() => output.Text == "<4>server: text\n", 5000), output.Text);
    }

    [Fact]
    public async Task WhoReadsTooSlowlyHoldsUpWritersAndCostsNoMemoryWithoutEnd()
    {
        var output = new Recorder();
        output.Hold.Reset();
        var log = new LineLog(Journal, output);
        ILogger logger = log.CreateLogger("server");
        string line = new('x', 100_000);
        int written = 0;
        Task writer = Task.Run(() =>
        {
            for (; written < 100; written++)
            {
                logger.Log(LogLevel.Information, default, line, null, (text, _) => text);
            }
        });
        Assert.NotEqual(writer, await Task.WhenAny(writer, Task.Delay(500)));
        Assert.InRange(written, 1, 30);
        output.Hold.Set();
        await writer.WaitAsync(TimeSpan.FromSeconds(10));
        log.Dispose();
        Assert.Equal(100 * (line.Length + "<6>server: \n".Length), output.Text.Length);
    }

    [Fact]
    public void NobodyReadsAndTheRelayGoesOn()
    {
        using var log = new LineLog(Journal, new Recorder { Fails = true });
        log.CreateLogger("server").LogWarning("text");
        log.CreateLogger("server").LogWarning("text");
    }

    private sealed class Recorder : MemoryStream
    {
        private readonly object _gate = new();

        public ManualResetEventSlim Hold { get; } = new(initialState: true);

        public bool Fails { get; init; }

        public int Writes { get; private set; }

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Hold.Wait();
            if (Fails)
            {
                throw new IOException("broken pipe");
            }

            lock (_gate)
            {
                Writes++;
                base.Write(buffer, offset, count);
            }
        }
    }
}
