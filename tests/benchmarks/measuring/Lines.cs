using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Benchmarks.Measuring;

/// <summary>The lines of one data file, each with its CRLF, one after the other in one buffer.</summary>
internal sealed class Lines
{
    private Lines(string name, IReadOnlyList<byte[]> lines)
    {
        Name = name;
        Count = lines.Count;
        Data = [.. lines.SelectMany(line => line), 0];
        Starts = new int[Count + 1];
        Texts = new string[Count];
        for (int i = 0; i < Count; i++)
        {
            Starts[i + 1] = Starts[i] + lines[i].Length;
            Texts[i] = Encoding.Latin1.GetString(lines[i]);
        }
    }

    /// <summary>What the lines are.</summary>
    public string Name { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>All octets, and a NUL behind them for lexers that need a sentinel.</summary>
    public byte[] Data { get; }

    /// <summary>Where each line begins, and where the last one ends.</summary>
    public int[] Starts { get; }

    /// <summary>Each line as a string with one character for each octet: for contestants that read strings. Nobody pays for making it.</summary>
    public string[] Texts { get; }

    /// <summary>How many octets the lines have.</summary>
    public int Octets => Starts[Count];

    /// <summary>Reads a file of the data folder: lines without their CRLF.</summary>
    public static Lines Read(string folder, string file) => new(
        Path.GetFileNameWithoutExtension(file),
        [.. File.ReadAllText(Path.Combine(folder, file)).TrimEnd('\n').Split('\n').Select(line => Encoding.UTF8.GetBytes(line + "\r\n"))]);
}
