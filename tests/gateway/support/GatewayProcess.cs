using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>The gateway as a process of its own, which ends with the test.</summary>
public sealed class GatewayProcess : IDisposable
{
    public const int Terminate = 15;
    public const int Interrupt = 2;

    private readonly Process _process;

    public GatewayProcess(params string[] arguments)
    {
        string dotnet = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet";
        string[] command = [dotnet, "exec", typeof(RelayHost).Assembly.Location, .. arguments];

        // Tests that run in the background of a script inherit that SIGINT is ignored, and so would what they start.
        string[] started = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", .. command] : command;
        var start = new ProcessStartInfo(started[0], started[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => _ = Kill(_process.Id, signal);

    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        Task<string> error = _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(45));
        return (_process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
