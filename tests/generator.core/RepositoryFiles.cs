using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Abnf.Core.Tests;

/// <summary>Finds the grammars of the working tree: those of the project and those that only tests read.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files of <c>/grammar</c>, in the order in which the generator reads them.</summary>
    public static IReadOnlyList<SourceFile> Grammar() =>
    [
        .. Directory.GetFiles(Path.Combine(Root, "grammar"), "*.abnf").Order(StringComparer.Ordinal).Select(Read),
    ];

    /// <summary>One of the grammars beside these tests.</summary>
    public static IReadOnlyList<SourceFile> TestGrammar(string name) =>
        [Read(Path.Combine(Root, "tests", "generator.core", "grammars", name))];

    private static SourceFile Read(string path) => new(path, File.ReadAllText(path));

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
