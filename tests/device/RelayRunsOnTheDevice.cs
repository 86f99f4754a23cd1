using System.IO;
using SmtpEmbedded.Device.Tests.Compile;
using SmtpEmbedded.Device.Tests.Il;
using SmtpEmbedded.Device.Tests.Il.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SmtpEmbedded.Device.Tests;

/// <summary>What the relay's files became holds nothing the interpreter cannot run.</summary>
public sealed class RelayRunsOnTheDevice(ITestOutputHelper output)
{
    [Fact]
    public void RelayHoldsNothingTheInterpreterCannotRun() => Assert.True(Findings(Relay()) is "", Findings(Relay()));

    [Fact]
    public void RelayUsesOnlyWhatItMay()
    {
        var findings = string.Join("\n", new AllowedReferencesRule(DeviceCompiler.RelayReferences).Check(Relay()));

        Assert.True(findings is "", findings);
    }

    [Fact]
    public void RelayHasNoTraceOfTheParserAttribute()
    {
        var findings = string.Join("\n", new NoTraceRule(MarkerAttribute.Name).Check(Relay()));

        Assert.True(findings is "", findings);
    }

    [Fact]
    public void DeviceHoldsNothingTheInterpreterCannotRun()
    {
        if (Firmware.Device is { } device)
        {
            Assert.True(device.Image is not null, "The application does not compile for the device: see " + nameof(RelayCompilesForTheDevice) + ".");
            var findings = Findings(new AssemblyImage(device.Image));
            Assert.True(findings is "", findings);
        }
    }

    /// <summary>Not a judgement but a figure to watch: run with <c>--logger "console;verbosity=detailed"</c>, or read device-costs.txt beside the test assembly.</summary>
    [Fact]
    public void CostsAreShown()
    {
        var report = CostReport.Of(Firmware.RelayName, Relay());

        output.WriteLine(report);
        File.WriteAllText(Path.Combine(System.AppContext.BaseDirectory, "device-costs.txt"), report);
    }

    private static string Findings(AssemblyImage image) => string.Join("\n", DeviceRules.Check(image));

    private static AssemblyImage Relay()
    {
        Assert.True(Firmware.Relay.Image is not null, "The relay does not compile for the device: see " + nameof(RelayCompilesForTheDevice) + ".");
        return new AssemblyImage(Firmware.Relay.Image);
    }
}
