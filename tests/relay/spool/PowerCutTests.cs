using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>No acknowledged message is lost, none invented, none delivered more than once more, wherever the power goes.</summary>
public sealed class PowerCutTests
{
    /// <summary>SPOOL_SEEDS says how many seeds are run, SPOOL_FIRST_SEED with which they begin.</summary>
    [Fact]
    public void NothingAcknowledgedIsEverLost()
    {
        int seeds = Setting("SPOOL_SEEDS", 2000);
        int first = Setting("SPOOL_FIRST_SEED", 1);
        var failures = new List<string>();
        Parallel.For(first, first + seeds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            var scenario = new PowerCutScenario(seed);
            if (!scenario.Run(1 + (seed % 5)))
            {
                lock (failures)
                {
                    failures.Add(scenario.Failure!);
                }
            }
        });

        var kinds = failures.GroupBy(Kind).Select(kind => kind.Count() + " times: " + kind.OrderBy(f => f.Length).First());
        Assert.True(failures.Count == 0, failures.Count + " of " + seeds + " seeds failed.\n\n" + string.Join("\n\n", kinds));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(90)]
    public void EveryOperationIsACrashPoint(int seed)
    {
        for (int cut = 1; cut <= 150; cut++)
        {
            var scenario = new PowerCutScenario(seed);
            Assert.True(scenario.Run(1, cut), "Cut at " + cut + ". " + scenario.Failure);
        }
    }

    // What broke, without the numbers that differ from seed to seed.
    private static string Kind(string failure) =>
        new(failure.Split('\n')[0].Where(c => !char.IsAsciiDigit(c) && c != ' ').ToArray());

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
