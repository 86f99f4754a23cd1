using System;
using System.Security.Cryptography;
using System.Text;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>CRAM-MD5 (RFC 2195): the password is not sent, but whoever hears the exchange can guess it at leisure. For servers that offer nothing else.</summary>
public sealed class CramMd5 : ISaslMechanism
{
    private readonly string _user;
    private readonly byte[] _password;

    /// <summary>Prepares an exchange.</summary>
    public CramMd5(string user, string password)
    {
        _user = user;
        _password = Encoding.UTF8.GetBytes(password);
    }

    /// <inheritdoc/>
    public bool HasInitialResponse => false;

    /// <inheritdoc/>
    public bool IsProven => true;

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public byte[]? Respond(byte[] challenge)
    {
        if (challenge.Length == 0)
        {
            Error = "the smarthost's challenge for CRAM-MD5 is empty";
            return null;
        }

        return Encoding.UTF8.GetBytes(_user + " " + Convert.ToHexStringLower(HMACMD5.HashData(_password, challenge)));
    }
}
