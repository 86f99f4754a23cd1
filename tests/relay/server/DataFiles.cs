using System;
using System.IO;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>Finds the data files beside the tests, in the working tree.</summary>
internal static class DataFiles
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SmtpEmbedded.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "relay", "server");
            }
        }

        throw new DirectoryNotFoundException("SmtpEmbedded.sln is in no folder above " + AppContext.BaseDirectory);
    }
}
