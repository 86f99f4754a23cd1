using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// The users of <c>[users]</c> and the hashes of their passwords. A name that does not exist takes as long as a wrong password.
/// A login that was right once is recognised fast until the process ends: by a keyed hash that is kept in memory only. For any
/// thread.
/// </summary>
public sealed class Users : ICredentials
{
    private readonly Dictionary<string, PasswordHash> _hashes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly PasswordHash _nobody;
    private readonly ILog _log;

    /// <summary>Takes the users over.</summary>
    /// <param name="users">Name, hash, name, hash ...; what is no hash fits no password.</param>
    /// <param name="log">Told who logs in and who fails to.</param>
    public Users(string[] users, ILog log)
    {
        _log = log;
        int slowest = 1;
        for (int i = 0; i + 1 < users.Length; i += 2)
        {
            if (PasswordHash.Read(users[i + 1]) is { } hash)
            {
                _hashes[users[i]] = hash;
                slowest = Math.Max(slowest, hash.Iterations);
            }
        }

        _nobody = PasswordHash.Of(RandomNumberGenerator.GetBytes(16), slowest);
    }

    /// <inheritdoc/>
    public bool Accepts(byte[] responses, int userEnd, int count)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(count)];
        try
        {
            if (!Decode(responses.AsSpan(0, userEnd > 0 ? userEnd : count), decoded, out int length))
            {
                return false;
            }

            if (userEnd == 0)
            {
                return AcceptsPlain(decoded, length);
            }

            string user = Encoding.UTF8.GetString(decoded, 0, length);
            return Decode(responses.AsSpan(userEnd, count - userEnd), decoded, out length) && Judge(user, decoded.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decoded);
        }
    }

    private static bool Decode(ReadOnlySpan<byte> base64, Span<byte> into, out int length) =>
        Base64.DecodeFromUtf8(base64, into, out _, out length) == OperationStatus.Done;

    private bool AcceptsPlain(byte[] message, int length)
    {
        var parser = new PlainMessageParser();
        parser.Feed(message, 0, length);
        if (parser.Finish() != PlainMessageParser.Outcome.Matched || parser.Position != length)
        {
            return false;
        }

        int name = parser.Find(PlainMessageParser.Rule.Authcid, 0);
        int password = parser.Find(PlainMessageParser.Rule.Passwd, 0);
        int other = parser.Find(PlainMessageParser.Rule.Authzid, 0);
        string user = Encoding.UTF8.GetString(message, parser.CaptureStart(name), parser.CaptureEnd(name) - parser.CaptureStart(name));
        if (other >= 0 && Encoding.UTF8.GetString(message, 0, parser.CaptureEnd(other)) != user)
        {
            // To act for someone else is nobody's right here (RFC 4616 section 2).
            return false;
        }

        return Judge(user, message.AsSpan(parser.CaptureStart(password), parser.CaptureEnd(password) - parser.CaptureStart(password)));
    }

    private bool Judge(string user, ReadOnlySpan<byte> password)
    {
        byte[] mark = HMACSHA256.HashData(_key, password);
        bool accepted;
        if (_known.TryGetValue(user, out byte[]? known) && CryptographicOperations.FixedTimeEquals(known, mark))
        {
            accepted = true;
        }
        else if (_hashes.TryGetValue(user, out PasswordHash? hash))
        {
            accepted = hash.Fits(password);
            if (accepted)
            {
                _known[user] = mark;
            }
        }
        else
        {
            _nobody.Fits(password);
            accepted = false;
        }

        _log.Write(accepted ? Relay.LogLevel.Debug : Relay.LogLevel.Warning, "server", $"login of \"{Clean(user)}\" {(accepted ? "accepted" : "refused")}");
        return accepted;
    }

    // What a client calls itself may be anything; the log is for eyes and for tools.
    private static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (char c in name)
        {
            clean.Append(clean.Length < 64 && !char.IsControl(c) && c != '"' && !char.IsSurrogate(c) ? c : '?');
            if (clean.Length > 64)
            {
                break;
            }
        }

        return clean.ToString();
    }
}
