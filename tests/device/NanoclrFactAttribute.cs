using System;
using System.IO;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Device.Tests;

/// <summary>A test that needs nanoFramework's interpreter and packages; where one is missing it is skipped and says why.</summary>
internal sealed class NanoclrFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(FindMissing);

    public NanoclrFactAttribute()
    {
        Skip = Missing.Value;
    }

    /// <summary>The interpreter on the PATH; null when there is none.</summary>
    public static string? Nanoclr { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .SelectMany(folder => new[] { Path.Combine(folder, "nanoclr"), Path.Combine(folder, "nanoclr.exe") })
        .FirstOrDefault(File.Exists);

    /// <summary>The program's project.</summary>
    public static string Project { get; } = Path.Combine(RepositoryFiles.Root, "tests", "device", "interpreter", "SmtpEmbedded.Device.Interpreter.csproj");

    private static string? FindMissing()
    {
        if (Nanoclr is null)
        {
            return "There is no nanoclr on the PATH. To run it: dotnet tool install -g nanoclr";
        }

        var (status, output) = Command.Run("dotnet", ["restore", Project, "--nologo", "-v", "q"]);
        return status == 0
            ? null
            : "The nanoFramework packages of tests/device/interpreter cannot be restored. With a folder of them: set the environment variable RestoreAdditionalProjectSources to it. "
                + output.Split('\n')[0];
    }
}
