using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Device.Tests;

/// <summary>Finds the files of the working tree the tests judge.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The files below a folder that are source, not output; none when the folder is missing. In a fixed order.</summary>
    /// <param name="folder">Relative to <see cref="Root"/>.</param>
    /// <param name="pattern">For example <c>*.cs</c>.</param>
    public static IReadOnlyList<string> Find(string folder, string pattern)
    {
        var path = Path.Combine(Root, folder);
        if (!Directory.Exists(path))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A path as people write it in a message: from the root, with forward slashes.</summary>
    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SmtpEmbedded.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above " + AppContext.BaseDirectory + " holds SmtpEmbedded.sln.");
    }
}
