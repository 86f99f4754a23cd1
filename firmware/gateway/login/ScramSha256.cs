using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677): the password is not sent, and the server must prove that it knows it too; a yes without
/// the proof is not believed. Without channel binding. Names and passwords outside ASCII are normalised (NFKC), which is what
/// SASLprep (RFC 4013) makes of all that people type.
/// </summary>
public sealed class ScramSha256 : ISaslMechanism
{
    private const string Gs2Header = "n,,";

    // RFC 7677 section 4: at least 4096. The most keeps a server from making us compute for minutes.
    private const int LeastIterations = 4096;
    private const int MostIterations = 1_000_000;

    private readonly string _password;
    private readonly string _nonce;
    private readonly string _firstBare;
    private int _step;
    private byte[] _serverSignature = [];

    /// <summary>Prepares an exchange.</summary>
    /// <param name="user">The name.</param>
    /// <param name="password">The password.</param>
    /// <param name="nonce">Ours; null for a fresh one, which all but tests want.</param>
    public ScramSha256(string user, string password, string? nonce = null)
    {
        _password = password.Normalize(NormalizationForm.FormKC);
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        string name = user.Normalize(NormalizationForm.FormKC).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={name},r={_nonce}";
    }

    /// <inheritdoc/>
    public bool HasInitialResponse => true;

    /// <inheritdoc/>
    public bool IsProven { get; private set; }

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public byte[]? Respond(byte[] challenge) => _step++ switch
    {
        0 => Encoding.UTF8.GetBytes(Gs2Header + _firstBare),
        1 => Prove(challenge),
        2 => Verify(challenge),
        _ => Fail("the smarthost asks for more than SCRAM-SHA-256 has to say"),
    };

    private byte[]? Prove(byte[] serverFirst)
    {
        var parser = new ServerFirstParser();
        if (parser.Feed(serverFirst, 0, serverFirst.Length) < serverFirst.Length || parser.Finish() != ServerFirstParser.Outcome.Matched)
        {
            return Fail($"the smarthost's first message of SCRAM-SHA-256 is not understood: {parser.Expected} was expected at octet {parser.Position + 1}");
        }

        string Value(ServerFirstParser.Rule rule)
        {
            int capture = parser.Find(rule, 0);
            return Encoding.ASCII.GetString(serverFirst, parser.CaptureStart(capture), parser.CaptureEnd(capture) - parser.CaptureStart(capture));
        }

        string nonce = Value(ServerFirstParser.Rule.NonceValue);
        if (nonce.Length <= _nonce.Length || !nonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            return Fail("the smarthost's answer in SCRAM-SHA-256 belongs to another exchange");
        }

        long iterations = long.Parse(Value(ServerFirstParser.Rule.IterationValue), CultureInfo.InvariantCulture);
        if (iterations is < LeastIterations or > MostIterations)
        {
            return Fail($"the smarthost asks for {iterations} iterations in SCRAM-SHA-256, {LeastIterations} to {MostIterations} are done");
        }

        byte[] salt = Convert.FromBase64String(Value(ServerFirstParser.Rule.SaltValue));
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_password), salt, (int)iterations, HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        string withoutProof = "c=" + Convert.ToBase64String(Encoding.ASCII.GetBytes(Gs2Header)) + ",r=" + nonce;
        byte[] message = Encoding.UTF8.GetBytes(_firstBare + "," + Encoding.UTF8.GetString(serverFirst) + "," + withoutProof);
        byte[] proof = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        for (int i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        return Encoding.UTF8.GetBytes(withoutProof + ",p=" + Convert.ToBase64String(proof));
    }

    private byte[]? Verify(byte[] serverFinal)
    {
        var parser = new ServerFinalParser();
        if (parser.Feed(serverFinal, 0, serverFinal.Length) < serverFinal.Length || parser.Finish() != ServerFinalParser.Outcome.Matched)
        {
            return Fail("the smarthost's final message of SCRAM-SHA-256 is not understood");
        }

        int verifier = parser.Find(ServerFinalParser.Rule.VerifierValue, 0);
        if (verifier < 0)
        {
            int error = parser.Find(ServerFinalParser.Rule.ServerErrorValue, 0);
            return Fail("the smarthost says " + Encoding.UTF8.GetString(serverFinal, parser.CaptureStart(error), parser.CaptureEnd(error) - parser.CaptureStart(error)));
        }

        string text = Encoding.ASCII.GetString(serverFinal, parser.CaptureStart(verifier), parser.CaptureEnd(verifier) - parser.CaptureStart(verifier));
        IsProven = CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(text), _serverSignature);
        return IsProven ? [] : Fail("the smarthost does not know the password it asks for: is it the right host?");
    }

    private byte[]? Fail(string error)
    {
        Error = error;
        return null;
    }
}
