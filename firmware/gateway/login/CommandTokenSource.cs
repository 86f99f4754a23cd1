using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>A token that a program prints, run anew for each login: it knows best how long a token is good. Bounded to <see cref="TimeLimit"/>.</summary>
public sealed class CommandTokenSource(string command) : ITokenSource
{
    private const int LongestToken = 16 * 1024;

    /// <summary>How long the program may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string? Get(out string error)
    {
        try
        {
            var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardInput = true };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(command);
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string?> reading = process.StandardOutput.ReadLineAsync();
            if (!reading.Wait(TimeLimit) || !process.WaitForExit(TimeLimit))
            {
                process.Kill(entireProcessTree: true);
                error = $"the token command did not end within {TimeLimit.TotalSeconds:0} s";
                return null;
            }

            string token = reading.Result?.Trim() ?? "";
            error = process.ExitCode != 0 ? $"the token command ended with exit code {process.ExitCode}"
                : token.Length is 0 or > LongestToken ? "the token command printed no token"
                : "";
            return error.Length == 0 ? token : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException or AggregateException)
        {
            error = "the token command cannot be run: " + e.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public void Forget()
    {
    }
}
