namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes text as quoted-printable (RFC 2045 section 6.7): lines of at most 76 characters, every kind of line end in the text
/// as CRLF, and nothing in it that a relay on the way could change or trip over.
/// </summary>
internal static class QuotedPrintable
{
    private const int LineLength = 76;

    /// <summary>Writes text and ends its last line.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">UTF-8; control characters other than tab and line ends become "?".</param>
    public static void Write(MailWriter writer, byte[] text)
    {
        int column = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte value = text[i];
            bool isCr = value == Ascii.Cr;
            if (isCr || value == Ascii.Lf)
            {
                if (isCr && i + 1 < text.Length && text[i + 1] == Ascii.Lf)
                {
                    i++;
                }

                writer.LineEnd();
                column = 0;
                continue;
            }

            bool isEncoded = MustBeEncoded(text, i);
            int width = isEncoded ? 3 : 1;

            // The last column is kept for the "=" of a soft line break.
            if (column + width > LineLength - 1)
            {
                writer.Byte((byte)'=').LineEnd();
                column = 0;
            }

            if (isEncoded)
            {
                writer.Byte((byte)'=').Byte(Hex(value >> 4)).Byte(Hex(value & 0xF));
            }
            else
            {
                writer.Byte(value == Ascii.Tab || !Ascii.IsControl(value) ? value : (byte)'?');
            }

            column += width;
        }

        if (column > 0)
        {
            writer.LineEnd();
        }
    }

    private static bool MustBeEncoded(byte[] text, int index)
    {
        byte value = text[index];
        if (value == Ascii.Space || value == Ascii.Tab)
        {
            // Blanks at the end of a line get lost on the way.
            return index + 1 == text.Length || text[index + 1] == Ascii.Cr || text[index + 1] == Ascii.Lf;
        }

        return value == (byte)'=' || value >= 0x80;
    }

    private static byte Hex(int digit)
    {
        return (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
    }
}
