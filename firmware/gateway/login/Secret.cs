using System;
using System.IO;
using System.Linq;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>Reads a secret from a file of its own. Read anew each time, so that it can be replaced while the relay runs.</summary>
public static class Secret
{
    /// <summary>The first line of a file.</summary>
    /// <returns>The line; null with the reason in <paramref name="error"/>.</returns>
    public static string? FromFile(string path, out string error)
    {
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault()?.Trim();
            error = string.IsNullOrEmpty(line) ? path + " is empty" : "";
            return error.Length == 0 ? line : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = path + " cannot be read: " + e.Message;
            return null;
        }
    }
}
