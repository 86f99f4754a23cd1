using System;
using System.IO;

namespace SmtpEmbedded.Gateway.Storage;

/// <summary>Makes folders that only our own user may enter: mail is nobody else's business.</summary>
internal static class PrivateFolder
{
    /// <summary>Creates a folder and what is missing above it.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
