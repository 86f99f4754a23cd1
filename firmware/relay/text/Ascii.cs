namespace SmtpEmbedded.Relay;

/// <summary>
/// The few questions the relay asks about bytes of text, for which a string would be waste. Everything here is ASCII: bytes
/// above 0x7F equal only themselves. No allocation, any thread.
/// </summary>
public static class Ascii
{
    /// <summary>NUL, never allowed in mail (RFC 5321 section 4.5.2 leaves it to the server; this one refuses it).</summary>
    public const byte Nul = 0x00;

    /// <summary>Horizontal tab.</summary>
    public const byte Tab = 0x09;

    /// <summary>Line feed.</summary>
    public const byte Lf = 0x0A;

    /// <summary>Carriage return.</summary>
    public const byte Cr = 0x0D;

    /// <summary>Space.</summary>
    public const byte Space = 0x20;

    /// <summary>Full stop, the byte that dot-stuffing is about (RFC 5321 section 4.5.2).</summary>
    public const byte Dot = 0x2E;

    /// <summary>A letter in lower case; any other byte as it is.</summary>
    public static byte ToLower(byte value)
    {
        return value >= 'A' && value <= 'Z' ? (byte)(value + 0x20) : value;
    }

    /// <summary>Whether the byte is a letter A to Z in either case.</summary>
    public static bool IsLetter(byte value)
    {
        byte lower = ToLower(value);
        return lower >= 'a' && lower <= 'z';
    }

    /// <summary>Whether the byte is a digit 0 to 9.</summary>
    public static bool IsDigit(byte value)
    {
        return value >= '0' && value <= '9';
    }

    /// <summary>Whether the byte is a control character: below space, or DEL.</summary>
    public static bool IsControl(byte value)
    {
        return value < Space || value == 0x7F;
    }

    /// <summary>The value of a hexadecimal digit in either case, or -1.</summary>
    public static int HexDigit(byte value)
    {
        if (IsDigit(value))
        {
            return value - '0';
        }

        byte lower = ToLower(value);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// <summary>Whether a range of bytes has one above 0x7F, that is, needs 8BITMIME or SMTPUTF8.</summary>
    public static bool HasEightBit(byte[] buffer, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (buffer[i] >= 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a range of bytes is the word, whatever the case of its letters.</summary>
    /// <param name="buffer">Where the bytes are.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="end">One past the last byte.</param>
    /// <param name="lowerCaseWord">The word, ASCII bytes with its letters in lower case. Bytes and not a string: indexing a string costs a walk from its start on the device.</param>
    public static bool EqualsIgnoreCase(byte[] buffer, int start, int end, byte[] lowerCaseWord)
    {
        if (end - start != lowerCaseWord.Length)
        {
            return false;
        }

        for (int i = 0; i < lowerCaseWord.Length; i++)
        {
            if (ToLower(buffer[start + i]) != lowerCaseWord[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As the other, for words that are looked for too seldom to lie in memory.</summary>
    public static bool EqualsIgnoreCase(byte[] buffer, int start, int end, string lowerCaseWord)
    {
        bool equal = end - start == lowerCaseWord.Length;
        for (int i = 0; equal && i < lowerCaseWord.Length; i++)
        {
            equal = ToLower(buffer[start + i]) == lowerCaseWord[i];
        }

        return equal;
    }

    /// <summary>Whether two ranges hold the same bytes.</summary>
    public static bool AreEqual(byte[] first, int firstStart, byte[] second, int secondStart, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (first[firstStart + i] != second[secondStart + i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Reads a decimal number that a parser has already judged to be digits only. A number past <see cref="long.MaxValue"/>
    /// becomes <see cref="long.MaxValue"/> (SIZE may have 20 digits, RFC 1870 section 4), so "too big" stays true for it.
    /// </summary>
    /// <returns>The number, or -1 when the range is empty or holds something else.</returns>
    public static long ReadNumber(byte[] buffer, int start, int end)
    {
        if (start >= end)
        {
            return -1;
        }

        long value = 0;
        bool saturated = false;
        for (int i = start; i < end; i++)
        {
            if (!IsDigit(buffer[i]))
            {
                return -1;
            }

            int digit = buffer[i] - '0';
            if (value > (long.MaxValue - digit) / 10)
            {
                saturated = true;
            }
            else
            {
                value = value * 10 + digit;
            }
        }

        return saturated ? long.MaxValue : value;
    }
}
