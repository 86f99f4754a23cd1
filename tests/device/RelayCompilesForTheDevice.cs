using System.Linq;
using SmtpEmbedded.Device.Tests.Compile;
using Xunit;

namespace SmtpEmbedded.Device.Tests;

/// <summary>Every file of the relay, and of the device's own application, compiles for nanoFramework 1.17.</summary>
public sealed class RelayCompilesForTheDevice
{
    public static TheoryData<string> Assemblies => new(Firmware.All.Select(assembly => assembly.Name));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void CompilesWithoutErrorOrWarning(string name)
    {
        var compilation = Firmware.Of(name).Compilation;

        Assert.True(compilation.IsClean, compilation.Report());
    }
}
