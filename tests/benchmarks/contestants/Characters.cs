using System;
using System.Buffers;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>The character sets of RFC 5321 for the combinator libraries. A character is an octet; those over 127 must make whole UTF-8 forms.</summary>
internal static class Characters
{
    private static readonly SearchValues<char> Atext =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~");

    public static bool IsAtext(char c) => c >= 0x80 || Atext.Contains(c);

    public static bool IsLabel(char c) => c >= 0x80 || char.IsAsciiLetterOrDigit(c) || c == '-';

    public static bool IsQtext(char c) => c is >= ' ' and <= '~' and not '"' and not '\\' || c >= 0x80;

    public static bool IsPrinting(char c) => c is >= ' ' and <= '~';

    public static bool IsKeyword(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';

    public static bool IsValue(char c) => c is > ' ' and <= '~' and not '=' || c >= 0x80;

    public static bool IsMechanism(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    public static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=';

    public static bool IsIPv6(char c) => char.IsAsciiHexDigit(c) || c is ':' or '.';

    public static bool IsWhite(char c) => c is ' ' or '\t';

    public static bool IsSubDomain(ReadOnlySpan<char> text) => text[0] != '-' && text[^1] != '-' && IsWellFormed(text);

    public static bool IsEsmtpKeyword(ReadOnlySpan<char> text) => text[0] != '-';

    public static bool IsInitialResponse(ReadOnlySpan<char> text)
    {
        int padding = text.Length - text.TrimEnd('=').Length;
        return text is "=" || (text.Length % 4 == 0 && padding <= 2 && text.Length > padding && !text[..^padding].Contains('='));
    }

    /// <summary>HEXDIGs, a colon, and then colons and dots too.</summary>
    public static bool IsIPv6Address(ReadOnlySpan<char> text)
    {
        int colon = text.IndexOf(':');
        return colon >= 0 && !text[..colon].Contains('.');
    }

    public static bool IsIPv4Address(ReadOnlySpan<char> text)
    {
        int numbers = 0;
        foreach (Range number in text.Split('.'))
        {
            ReadOnlySpan<char> digits = text[number];
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            numbers++;
        }

        return numbers == 4;
    }

    /// <summary>RFC 3629 section 4.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        int i = text.IndexOfAnyInRange('\u0080', '\u00FF');
        if (i < 0)
        {
            return true;
        }

        Span<byte> octets = stackalloc byte[512];
        for (int k = 0; k < text.Length; k++)
        {
            octets[k] = (byte)text[k];
        }

        return System.Text.Unicode.Utf8.IsValid(octets[..text.Length]);
    }
}
