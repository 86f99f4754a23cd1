using System;
using System.IO;

namespace SmtpEmbedded.Fuzz;

/// <summary>Where the grammar and the dialogues are: the working tree around the program, or the one it is run in.</summary>
internal static class WorkingTree
{
    public static string Folder { get; } = FindAbove(AppContext.BaseDirectory) ?? FindAbove(Directory.GetCurrentDirectory())
        ?? throw new DirectoryNotFoundException("SmtpEmbedded.sln is in no folder above the program or the current folder");

    private static string? FindAbove(string start)
    {
        DirectoryInfo? folder = new(start);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SmtpEmbedded.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
