using System;
using System.IO;
using System.Text;

namespace SmtpEmbedded.Gateway;

/// <summary><c>hash-password</c>: makes what the settings file keeps of a password.</summary>
public static class HashPasswordCommand
{
    /// <summary>No password is longer: what an AUTH exchange is kept of (base64 of it and the name) would not hold it.</summary>
    private const int LongestPassword = 512;

    /// <summary>Reads one line and prints its hash.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(TextReader input, TextWriter output, TextWriter error, int iterations)
    {
        if (!Console.IsInputRedirected)
        {
            error.Write("Password: ");
        }

        string? password = input.ReadLine();
        if (string.IsNullOrEmpty(password) || Encoding.UTF8.GetByteCount(password) > LongestPassword)
        {
            error.WriteLine($"hash-password: expected a password of 1 to {LongestPassword} octets on standard input");
            return 1;
        }

        if (iterations < 1)
        {
            error.WriteLine("hash-password: --iterations must be at least 1");
            return 1;
        }

        output.WriteLine(PasswordHash.Of(Encoding.UTF8.GetBytes(password), iterations));
        return 0;
    }
}
