using System;
using System.Globalization;
using System.Security.Cryptography;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// What is kept of a password: PBKDF2 (RFC 8018 section 5.2) over HMAC-SHA-256, as <c>pbkdf2-sha256$ITERATIONS$SALT$HASH</c> with
/// salt and hash in base64. From a hash nobody gets the password back but by trying, and each try costs all the iterations.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>How it is written.</summary>
    public const string Scheme = "pbkdf2-sha256";

    /// <summary>Iterations of a new hash: a fraction of a second.</summary>
    public const int DefaultIterations = 600_000;

    private const int MostIterations = 100_000_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly int _iterations;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash)
    {
        _iterations = iterations;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>How many iterations it takes.</summary>
    public int Iterations => _iterations;

    /// <summary>Hashes a password with a salt of its own.</summary>
    public static PasswordHash Of(ReadOnlySpan<byte> password, int iterations = DefaultIterations)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasswordHash(iterations, salt, Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashBytes));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>Null when it is no such text.</returns>
    public static PasswordHash? Read(string text)
    {
        string[] parts = text.Split('$');
        if (parts.Length != 4 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int iterations) || iterations is < 1 or > MostIterations)
        {
            return null;
        }

        try
        {
            byte[] hash = Convert.FromBase64String(parts[3]);
            return hash.Length >= 16 ? new PasswordHash(iterations, Convert.FromBase64String(parts[2]), hash) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether it is the hash of a password; takes the same time whatever is right or wrong about it.</summary>
    public bool Fits(ReadOnlySpan<byte> password)
    {
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(password, _salt, _iterations, HashAlgorithmName.SHA256, _hash.Length);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Scheme}${_iterations.ToString(CultureInfo.InvariantCulture)}${Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}";
}
