using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace SmtpEmbedded.Device.Tests;

/// <summary>Runs a program, for two minutes at most.</summary>
internal static class Command
{
    private const int Limit = 2 * 60 * 1000;

    /// <summary>Its exit code and all it printed.</summary>
    public static (int Status, string Output) Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };

        // A dotnet inside dotnet test is to find its own way.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(program + " " + string.Join(' ', arguments) + " does not end.\n" + output.Result + errors.Result);
        }

        return (process.ExitCode, output.Result + errors.Result);
    }
}
