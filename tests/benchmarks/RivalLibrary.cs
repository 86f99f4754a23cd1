using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;

namespace SmtpEmbedded.Benchmarks;

/// <summary>Builds the contestants in C.</summary>
internal static class RivalLibrary
{
    /// <summary>The library's path, or null where a tool is missing.</summary>
    public static string? Build(string folder)
    {
        string library = Path.Combine(AppContext.BaseDirectory, "rivals.so");
        foreach (string tool in new[] { "ragel", "re2c", "gcc" })
        {
            if (Run(tool, "--version") == null)
            {
                Console.WriteLine($"No {tool} here (Debian: apt-get install ragel re2c gcc); the contestants in C stay away.");
                return null;
            }
        }

        return Run("bash", Path.Combine(folder, "build.sh"), library) != null ? library : throw new InvalidOperationException("rivals/build.sh failed.");
    }

    /// <summary>The first line a tool says of itself.</summary>
    public static string Version(string tool) => Run(tool, "--version")?.Split('\n')[0] ?? "none";

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
