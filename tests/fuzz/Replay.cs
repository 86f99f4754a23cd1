using System;
using System.IO;
using System.Text;

namespace SmtpEmbedded.Fuzz;

/// <summary>Plays single inputs from files.</summary>
internal static class Replay
{
    public static int Run(FileInfo[] files)
    {
        var judge = new Judge();
        int failures = 0;
        foreach (FileInfo file in files)
        {
            byte[] input = File.ReadAllBytes(file.FullName);
            string? found = Shrinker.Failure(judge, input);
            failures += found is null ? 0 : 1;
            Console.WriteLine($"{file.Name}: {found ?? "nothing found"}");
            Show(input);
        }

        return failures == 0 ? 0 : 1;
    }

    /// <summary>Prints an input and what it is answered, with escapes.</summary>
    public static void Show(byte[] input)
    {
        Console.WriteLine($"  profile {new FuzzInput(input).Profile % Profiles.Count}");
        Print("  C ", input.AsSpan(Math.Min(1, input.Length)));
        try
        {
            Print("  S ", Judge.AnswerTo(input).Span);
        }
        catch (Exception e)
        {
            Console.WriteLine("  S " + e.Message);
        }
    }

    private static void Print(string mark, ReadOnlySpan<byte> octets)
    {
        var line = new StringBuilder(mark);
        foreach (byte octet in octets)
        {
            line.Append(octet switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'\\' => "\\\\",
                >= 32 and < 127 => ((char)octet).ToString(),
                _ => "\\x" + octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture),
            });
            if (octet == '\n')
            {
                Console.WriteLine(line);
                line.Clear().Append(mark);
            }
        }

        if (line.Length > mark.Length)
        {
            Console.WriteLine(line);
        }
    }
}
