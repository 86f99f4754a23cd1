using System.IO;
using System.Linq;
using SmtpEmbedded.Device.Tests.Compile;
using SmtpEmbedded.Device.Tests.Il;
using SmtpEmbedded.Device.Tests.Il.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SmtpEmbedded.Device.Tests;

/// <summary>What the files of the relay and of the application became holds nothing the interpreter cannot run.</summary>
public sealed class RelayRunsOnTheDevice(ITestOutputHelper output)
{
    /// <summary>Those that are linked each for itself.</summary>
    public static TheoryData<string> Linked => new(Firmware.Libraries.Select(assembly => assembly.Name));

    public static TheoryData<string> Assemblies => RelayCompilesForTheDevice.Assemblies;

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void HoldsNothingTheInterpreterCannotRun(string name)
    {
        var findings = string.Join("\n", DeviceRules.Check(Image(name)));

        Assert.True(findings is "", findings);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void UsesOnlyWhatItMay(string name)
    {
        var findings = string.Join("\n", new AllowedReferencesRule([.. Firmware.Of(name).MayUse]).Check(Image(name)));

        Assert.True(findings is "", findings);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void HasNoTraceOfTheParserAttribute(string name)
    {
        var findings = string.Join("\n", new NoTraceRule(MarkerAttribute.Name).Check(Image(name)));

        Assert.True(findings is "", findings);
    }

    /// <summary>Not a judgement but a figure to watch: run with <c>--logger "console;verbosity=detailed"</c>, or read device-costs.txt beside the test assembly.</summary>
    [Fact]
    public void CostsAreShown()
    {
        var report = string.Join("\n", Firmware.Image.Select((image, i) => CostReport.Of("assembly " + (i + 1) + " of " + Firmware.Image.Count, new AssemblyImage(image))));

        output.WriteLine(report);
        File.WriteAllText(Path.Combine(System.AppContext.BaseDirectory, "device-costs.txt"), report);
    }

    /// <summary>The limits the device's build enforces on the exact figures, on estimates that need no package.</summary>
    [Fact]
    public void FitsTheDevice()
    {
        var images = Firmware.Image.Select(image => new AssemblyImage(image)).ToList();
        int flash = images.Sum(image => DeviceTables.Of(image).FileSize);
        int ram = images.Sum(StaticRam.Of);
        output.WriteLine($"our assemblies take about {flash} bytes of flash and {ram} of static RAM");

        Assert.InRange(flash, 1, DeviceLinker.LimitOf("NanoOwnPeLimit"));
        Assert.InRange(ram, 1, DeviceLinker.LimitOf("NanoStaticRamLimit"));
    }

    [Theory]
    [MemberData(nameof(Linked))]
    public void IsStillFitWhenLinked(string name)
    {
        Assert.True(Firmware.Of(name).Compilation.Image is not null, name + " does not compile for the device: see " + nameof(RelayCompilesForTheDevice) + ".");
        var findings = string.Join("\n", DeviceRules.CheckLinked(new AssemblyImage(Firmware.Of(name).Linked)));

        Assert.True(findings is "", findings);
    }

    [Fact]
    public void IsStillFitWhenLinkedTogether()
    {
        var findings = string.Join("\n", Firmware.Image.Concat(Firmware.ImageWithPage).SelectMany(image => DeviceRules.CheckLinked(new AssemblyImage(image))));

        Assert.True(findings is "", findings);
    }

    [Fact]
    public void IsStillFitWhenLinkedWithWhatThePageNeeds()
    {
        var findings = string.Join("\n", DeviceRules.CheckLinked(new AssemblyImage(Firmware.RelayWithPage.Linked)));

        Assert.True(findings is "", findings);
    }

    private static AssemblyImage Image(string name)
    {
        var compilation = Firmware.Of(name).Compilation;
        Assert.True(compilation.Image is not null, name + " does not compile for the device: see " + nameof(RelayCompilesForTheDevice) + ".");
        return new AssemblyImage(compilation.Image);
    }
}
