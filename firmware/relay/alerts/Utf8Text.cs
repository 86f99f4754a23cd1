using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>Text from elsewhere as UTF-8 within a limit, made fit for mail. Any thread.</summary>
internal static class Utf8Text
{
    /// <summary>
    /// The bytes of a text for one line: control characters, line ends among them, become spaces, blanks at both ends are
    /// left out, and what is past the limit is cut off between two characters.
    /// </summary>
    public static byte[] Line(string? text, int mostBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        int start = 0;
        int end = Cut(bytes, mostBytes);
        for (int i = 0; i < end; i++)
        {
            if (Ascii.IsControl(bytes[i]))
            {
                bytes[i] = Ascii.Space;
            }
        }

        while (start < end && bytes[start] == Ascii.Space)
        {
            start++;
        }

        while (end > start && bytes[end - 1] == Ascii.Space)
        {
            end--;
        }

        return Part(bytes, start, end);
    }

    /// <summary>The bytes of a text of any number of lines, cut off at the limit between two characters.</summary>
    public static byte[] Block(string? text, int mostBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        return Part(bytes, 0, Cut(bytes, mostBytes));
    }

    /// <summary>The largest place not past <paramref name="most"/> where no character is cut apart (RFC 3629 section 3).</summary>
    /// <param name="bytes">Valid UTF-8.</param>
    /// <param name="most">Where to begin the search.</param>
    public static int Cut(byte[] bytes, int most)
    {
        if (most >= bytes.Length)
        {
            return bytes.Length;
        }

        int cut = most;
        while (cut > 0 && (bytes[cut] & 0xC0) == 0x80)
        {
            cut--;
        }

        return cut;
    }

    private static byte[] Part(byte[] bytes, int start, int end)
    {
        if (start == 0 && end == bytes.Length)
        {
            return bytes;
        }

        byte[] part = new byte[end - start];
        System.Array.Copy(bytes, start, part, 0, part.Length);
        return part;
    }
}
