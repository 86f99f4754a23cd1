using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace SmtpEmbedded.Abnf.Cli.Tests;

/// <summary>Runs the command line as its users do: as a process, in a folder of its own with the given grammar files.</summary>
internal sealed class AbnfTool : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abnf-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal string PathOf(string name) => Path.Combine(_folder, name);

    internal void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    internal ToolResult Run(string arguments, string input = "")
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "abnf.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", $"\"{tool}\" {arguments}")
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ToolResult(process.ExitCode, output.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }
}

/// <summary>What a run gave.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
