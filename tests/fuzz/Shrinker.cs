using System;

namespace SmtpEmbedded.Fuzz;

/// <summary>Makes an input that shows something shorter, as long as it shows it.</summary>
internal static class Shrinker
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Failure(Judge judge, byte[] input)
    {
        try
        {
            judge.Try(input);
            return null;
        }
        catch (Finding finding)
        {
            return finding.Message;
        }
        catch (Exception e)
        {
            return "an exception: " + e.GetType().Name + " " + e.Message + Environment.NewLine + e.StackTrace;
        }
    }

    public static byte[] Shrink(byte[] input, string found)
    {
        string kind = KindOf(found);
        for (int size = input.Length / 2; size >= 1; size = size == 1 ? 0 : (size + 1) / 2)
        {
            for (int at = 1; at + size <= input.Length;)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + size)];

                // A judge of its own: what came before must not matter, or the whole input is what is told.
                string? still = Failure(new Judge(), shorter);
                if (still is not null && KindOf(still) == kind)
                {
                    input = shorter;
                }
                else
                {
                    at += size;
                }
            }
        }

        return input;
    }

    private static string KindOf(string found) => found.Split('\n', ':')[0];
}
