using System;
using System.IO;
using System.Linq;
using Xunit;
using Xunit.Abstractions;

namespace SmtpEmbedded.Device.Tests;

/// <summary>Builds the program in interpreter/ for the device and starts it on the interpreter; tests/relay.nanoframework runs the same source on .NET.</summary>
public sealed class RelayRunsOnTheInterpreter(ITestOutputHelper output)
{
    [NanoclrFact]
    public void EveryVectorPasses()
    {
        var (built, log) = Command.Run("dotnet", ["build", NanoclrFactAttribute.Project, "-c", "Release", "--no-restore", "--nologo", "-v", "q"]);
        Assert.True(built == 0, log);
        string folder = Path.Combine(Path.GetDirectoryName(NanoclrFactAttribute.Project)!, "bin", "Release", "netnano1.0");
        string[] assemblies = Directory.GetFiles(folder, "*.pe");
        var (_, said) = Command.Run(NanoclrFactAttribute.Nanoclr!, ["run", "--assemblies", .. assemblies]);
        output.WriteLine(said);

        // The tool tells of itself too, before and after.
        string? last = said.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Contains("conformance: ", StringComparison.Ordinal));
        Assert.True(last is not null && last.EndsWith(" 0 failed", StringComparison.Ordinal), said);
        Assert.Contains("5 groups", last, StringComparison.Ordinal);
    }
}
