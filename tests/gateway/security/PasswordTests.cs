using System;
using System.IO;
using System.Text;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Hashes of passwords, and who may log in with them.</summary>
public sealed class PasswordTests
{
    [Fact]
    public void AHashFitsItsPasswordAndNoOther()
    {
        PasswordHash hash = PasswordHash.Of("sécret"u8, 1000);
        PasswordHash again = PasswordHash.Read(hash.ToString())!;
        Assert.True(again.Fits("sécret"u8));
        Assert.False(again.Fits("secret"u8));
        Assert.False(again.Fits(""u8));
        Assert.NotEqual(hash.ToString(), PasswordHash.Of("sécret"u8, 1000).ToString());
    }

    [Fact]
    public void TheHashIsThatOfRfc8018()
    {
        // Published for PBKDF2 with HMAC-SHA-256 (RFC 7914 section 11): "passwd", "salt", 1 iteration, the first 32 octets.
        byte[] expected = Convert.FromHexString("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
        string text = $"pbkdf2-sha256$1${Convert.ToBase64String("salt"u8)}${Convert.ToBase64String(expected)}";
        Assert.True(PasswordHash.Read(text)!.Fits("passwd"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("pbkdf2-sha1$1$c2FsdA==$aGFzaGhhc2hoYXNoaGFzaA==")]
    [InlineData("pbkdf2-sha256$0$c2FsdA==$aGFzaGhhc2hoYXNoaGFzaA==")]
    [InlineData("pbkdf2-sha256$-1$c2FsdA==$aGFzaGhhc2hoYXNoaGFzaA==")]
    [InlineData("pbkdf2-sha256$1$c2FsdA==$aGFzaA==")]
    [InlineData("pbkdf2-sha256$1$*$aGFzaGhhc2hoYXNoaGFzaA==")]
    [InlineData("pbkdf2-sha256$1$c2FsdA==")]
    public void WhatIsNoHashIsNone(string text) => Assert.Null(PasswordHash.Read(text));

    [Theory]
    [InlineData("\0alice\0secret", null, true)]
    [InlineData("alice\0alice\0secret", null, true)]
    [InlineData("bob\0alice\0secret", null, false)]
    [InlineData("\0alice\0Secret", null, false)]
    [InlineData("\0Alice\0secret", null, false)]
    [InlineData("\0alice\0", null, false)]
    [InlineData("\0\0secret", null, false)]
    [InlineData("alice\0secret", null, false)]
    [InlineData("\0alice\0secret\0", null, false)]
    [InlineData("", null, false)]
    [InlineData("alice", "secret", true)]
    [InlineData("alice", "", false)]
    [InlineData("bob\r\nX", "secret", false)]
    public void OnlyWhoIsKnownIsAccepted(string first, string? second, bool expected)
    {
        var log = new DemoLog();
        var users = new Users(["alice", PasswordHash.Of("secret"u8, 1000).ToString()], log);
        string one = Convert.ToBase64String(Encoding.UTF8.GetBytes(first));
        byte[] responses = Encoding.ASCII.GetBytes(one + (second is null ? "" : Convert.ToBase64String(Encoding.UTF8.GetBytes(second))) + "behind it");

        // Twice: the second time it is remembered.
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(expected, users.Accepts(responses, second is null ? 0 : one.Length, responses.Length - "behind it".Length));
        }

        foreach (string line in log.Lines)
        {
            Assert.DoesNotContain(line, c => char.IsControl(c));
        }
    }

    [Fact]
    public void TheCommandPrintsAHashThatFits()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        Assert.Equal(0, HashPasswordCommand.Run(new StringReader("tr0ub4dor\nmore\n"), output, error, 1000));
        Assert.True(PasswordHash.Read(output.ToString().Trim())!.Fits("tr0ub4dor"u8));
        Assert.Equal(1, HashPasswordCommand.Run(new StringReader("\n"), output, error, 1000));
        Assert.Contains("expected a password", error.ToString());
    }
}
