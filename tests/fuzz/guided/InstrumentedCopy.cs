using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Fuzz;

/// <summary>A copy of this program whose relay assembly SharpFuzz has instrumented: an assembly that is loaded cannot be changed.</summary>
internal static class InstrumentedCopy
{
    /// <summary>The variable that tells the copy that it is one.</summary>
    public const string Mark = "SMTPEMBEDDED_FUZZ_INSTRUMENTED";

    private const string Assembly = "SmtpEmbedded.Relay.dll";

    /// <summary>Runs the copy with the same arguments.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run()
    {
        string folder = Directory.CreateTempSubdirectory("smtpembedded-fuzz-").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            SharpFuzz.Fuzzer.Instrument(Path.Combine(folder, Assembly), _ => true, SharpFuzz.Options.Value);

            // The copy finds the working tree from the folder it is run in.
            var start = new ProcessStartInfo("dotnet") { WorkingDirectory = WorkingTree.Folder };
            start.ArgumentList.Add(Path.Combine(folder, "fuzz.dll"));
            foreach (string argument in Environment.GetCommandLineArgs().Skip(1))
            {
                start.ArgumentList.Add(argument);
            }

            start.Environment[Mark] = "1";
            using Process copy = Process.Start(start)!;
            copy.WaitForExit();
            return copy.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
