using System.Collections.Generic;
using System.IO;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Security;

/// <summary>The data files in corpora/: a case a line, "name|octets".</summary>
internal static class Corpus
{
    /// <summary>What a sender hopes to smuggle in behind what is no end of data; its own end is left out.</summary>
    public const string Smuggled = "MAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<victim@d.example>\r\nDATA\r\nFrom: evil\r\n\r\nsmuggled\r\n";

    /// <summary>The lines of a file that are no comment, with their numbers.</summary>
    public static IEnumerable<(int Number, string Line)> Lines(string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(DataFiles.Folder, "..", "security", "corpora", file)))
        {
            number++;
            if (line.Length > 0 && line[0] != '#')
            {
                yield return (number, line);
            }
        }
    }

    /// <summary>Name and octets, still escaped, of each case.</summary>
    public static TheoryData<string, string> Named(string file)
    {
        var data = new TheoryData<string, string>();
        foreach ((_, string line) in Lines(file))
        {
            int bar = line.IndexOf('|');
            data.Add(line.Substring(0, bar), line.Substring(bar + 1));
        }

        return data;
    }
}
