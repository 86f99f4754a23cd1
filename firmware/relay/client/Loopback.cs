using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>Tells whether a smarthost is this machine itself, the only one a password may be sent to without TLS.</summary>
internal static class Loopback
{
    /// <summary>
    /// Whether a host, as text without brackets, can only be this machine: "localhost" (RFC 6761 section 6.3), an address in
    /// 127.0.0.0/8, or ::1. Any other name is held to be somewhere else, whatever it may resolve to.
    /// </summary>
    public static bool Names(string host)
    {
        string name = host.ToLower();
        return name == "localhost" || name == "::1" || IsAddress(Encoding.UTF8.GetBytes(name));
    }

    private static bool IsAddress(byte[] text)
    {
        if (text.Length < 4 || text[0] != (byte)'1' || text[1] != (byte)'2' || text[2] != (byte)'7')
        {
            return false;
        }

        // Digits and three dots only, or "127.example.com" would pass.
        int dots = 0;
        for (int i = 3; i < text.Length; i++)
        {
            if (text[i] == Ascii.Dot && text[i - 1] != Ascii.Dot)
            {
                dots++;
            }
            else if (!Ascii.IsDigit(text[i]))
            {
                return false;
            }
        }

        return dots == 3 && text[3] == Ascii.Dot && text[text.Length - 1] != Ascii.Dot;
    }
}
