using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes a Subject field: plain ASCII folded between words (RFC 5322 section 2.2.3), anything else as encoded words of
/// UTF-8 in base64 (RFC 2047). No line is longer than 76 characters, no encoded word longer than 75, and none ends inside a
/// character.
/// </summary>
internal static class SubjectField
{
    private const int LineLength = 76;
    private const int WordLength = 75;

    /// <summary>What surrounds the text of an encoded word: <c>=?UTF-8?B?</c> and <c>?=</c>.</summary>
    private const int WordFrame = 12;

    /// <summary>Writes the field.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">UTF-8 without control characters.</param>
    public static void Write(MailWriter writer, byte[] text)
    {
        writer.Text("Subject: ");
        if (IsPlain(text))
        {
            WriteFolded(writer, text);
        }
        else
        {
            WriteEncoded(writer, text);
        }

        writer.LineEnd();
    }

    /// <summary>Whether the text can stand as it is: ASCII, with words short enough to fold between, and nothing that reads like an encoded word.</summary>
    private static bool IsPlain(byte[] text)
    {
        int word = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte value = text[i];
            word = value == Ascii.Space ? 0 : word + 1;
            bool looksEncoded = value == (byte)'=' && i + 1 < text.Length && text[i + 1] == (byte)'?';
            if (value >= 0x80 || looksEncoded || word > 60)
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteFolded(MailWriter writer, byte[] text)
    {
        int column = 9;
        int i = 0;
        while (i < text.Length)
        {
            // A word with the blanks before it; a fold goes in front of the blanks, which stay.
            int end = i;
            while (end < text.Length && text[end] == Ascii.Space)
            {
                end++;
            }

            while (end < text.Length && text[end] != Ascii.Space)
            {
                end++;
            }

            if (column + end - i > LineLength && text[i] == Ascii.Space)
            {
                writer.LineEnd();
                column = 0;
            }

            writer.Bytes(text, i, end - i);
            column += end - i;
            i = end;
        }
    }

    private static void WriteEncoded(MailWriter writer, byte[] text)
    {
        int room = LineLength - 9;
        int i = 0;
        while (i < text.Length)
        {
            int most = i + (room - WordFrame) / 4 * 3;
            int end = Utf8Text.Cut(text, most);
            writer.Text("=?UTF-8?B?").Text(Convert.ToBase64String(text, i, end - i)).Text("?=");
            i = end;
            if (i < text.Length)
            {
                writer.LineEnd().Byte(Ascii.Space);
                room = WordLength;
            }
        }
    }
}
