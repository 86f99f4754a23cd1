using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>Makes text from elsewhere fit for one line of a log.</summary>
internal static class Printable
{
    /// <summary>The text with every control character replaced by "?".</summary>
    public static string From(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (Ascii.IsControl(bytes[i]))
            {
                bytes[i] = (byte)'?';
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, bytes.Length);
    }

    /// <summary>A range of bytes as text, at most <paramref name="most"/> of them, everything but printing ASCII replaced by "?".</summary>
    public static string From(byte[] bytes, int offset, int count, int most)
    {
        int length = count < most ? count : most;
        byte[] copy = new byte[length];
        for (int i = 0; i < length; i++)
        {
            byte value = bytes[offset + i];
            copy[i] = Ascii.IsControl(value) || value >= 0x80 ? (byte)'?' : value;
        }

        return Encoding.UTF8.GetString(copy, 0, length);
    }
}
