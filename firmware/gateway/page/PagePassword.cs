using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// The operator's password: made at the first start, shown once on the console, and kept as a salted hash (PBKDF2, RFC 8018)
/// in a file only the service can read. Removing the file makes a new one at the next start.
/// </summary>
public sealed class PagePassword
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const int Rounds = 100_000;

    // Without letters and digits that look alike.
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly byte[] _record;

    private PagePassword(byte[] record) => _record = record;

    /// <summary>Reads the password's hash, or makes a password and writes its hash.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The new password; null when there was one.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static PagePassword Open(string path, out string? shown)
    {
        shown = null;
        if (File.Exists(path))
        {
            byte[] record = Convert.FromBase64String(File.ReadAllText(path).Trim());
            if (record.Length == SaltBytes + HashBytes)
            {
                return new PagePassword(record);
            }

            throw new IOException($"{path} holds no password: remove it, and a new one is made");
        }

        shown = RandomNumberGenerator.GetString(Letters, 12);
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        byte[] made = [.. salt, .. Hash(Encoding.UTF8.GetBytes(shown), salt)];
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(made) + "\n"));
        file.Flush(flushToDisk: true);
        return new PagePassword(made);
    }

    /// <summary>Whether these bytes are the password.</summary>
    public bool Is(ReadOnlySpan<byte> bytes) =>
        CryptographicOperations.FixedTimeEquals(Hash(bytes, _record.AsSpan(0, SaltBytes)), _record.AsSpan(SaltBytes));

    private static byte[] Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, HashBytes);
}
