using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Writes switches over state numbers. A jump table of the device's interpreter counts its targets in one byte, so a wide
/// switch is written as several over windows of <see cref="Window"/> numbers. One that is wide for its place alone is one switch.
/// </summary>
internal static class SwitchWriter
{
    private const int Window = 128;

    /// <summary>A jump table has at most 255 targets; the compiler may begin one at 0.</summary>
    private const int Widest = 250;

    /// <summary>Writes a switch whose bodies all leave the method or fall through to what follows it.</summary>
    /// <param name="writer">Takes the text.</param>
    /// <param name="value">The expression to switch over.</param>
    /// <param name="cases">For each number the lines of its body; equal bodies are joined.</param>
    internal static void Write(CodeWriter writer, string value, IReadOnlyDictionary<int, string[]> cases)
    {
        bool isOne = cases.Count > 0 && cases.Keys.Max() - cases.Keys.Min() < Widest;
        var windows = cases.GroupBy(c => isOne ? 0 : c.Key / Window).OrderBy(g => g.Key).ToList();
        foreach (var window in windows)
        {
            if (windows.Count > 1)
            {
                writer.Open($"if ({value} >= {window.Key * Window} && {value} < {(window.Key + 1) * Window})");
            }

            writer.Open($"switch ({value})");
            foreach (var body in window.GroupBy(c => string.Join("\n", c.Value)).OrderBy(g => g.Min(c => c.Key)))
            {
                foreach (int number in body.Select(c => c.Key).OrderBy(n => n))
                {
                    writer.Line($"case {number}:");
                }

                writer.Indent();
                string[] lines = body.First().Value;
                foreach (string line in lines)
                {
                    writer.Line(line);
                }

                if (!lines[lines.Length - 1].StartsWith("return", StringComparison.Ordinal))
                {
                    writer.Line("break;");
                }

                writer.Outdent();
            }

            writer.Close();
            if (windows.Count > 1)
            {
                writer.Close();
            }
        }
    }
}
