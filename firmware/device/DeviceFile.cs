using System;
using System.IO;

namespace SmtpEmbedded.Device;

/// <summary>Small files on the internal drive, written so that a power cut leaves the old or the new one.</summary>
internal static class DeviceFile
{
    private const string NewSuffix = ".new";

    /// <summary>The file's bytes; null when there is none or it cannot be read.</summary>
    public static byte[] ReadIfThere(string path)
    {
        try
        {
            if (!File.Exists(path) && File.Exists(path + NewSuffix))
            {
                // The power went between the two last steps of Replace.
                File.Move(path + NewSuffix, path);
            }

            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Writes the file anew. There is no way to replace a file in one step, so <see cref="ReadIfThere"/> finishes what was begun.</summary>
    public static bool Replace(string path, byte[] bytes)
    {
        try
        {
            if (File.Exists(path + NewSuffix))
            {
                File.Delete(path + NewSuffix);
            }

            File.WriteAllBytes(path + NewSuffix, bytes);
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            File.Move(path + NewSuffix, path);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
