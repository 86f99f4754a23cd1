using System;
using System.IO;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Reads the settings file, or says what is wrong with it the way compilers do: file:line:column: message.</summary>
public static class SettingsFile
{
    /// <summary>No settings file is longer: it is read as a whole.</summary>
    public const int LongestFile = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <returns>The settings; null with the reason in <paramref name="error"/>.</returns>
    public static RelaySettings? Read(string path, out string error)
    {
        byte[] content;
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > LongestFile)
            {
                error = $"{path}: longer than {LongestFile} bytes: this is no settings file";
                return null;
            }

            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = $"{path}: {e.Message}";
            return null;
        }

        var settings = new RelaySettings();
        var reader = new SettingsReader();
        if (!reader.Read(content, content.Length, settings))
        {
            error = $"{path}:{reader.ErrorLine}:{reader.ErrorColumn}: {reader.Error}";
            return null;
        }

        error = "";
        return settings;
    }
}
