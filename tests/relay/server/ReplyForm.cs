using System.Text.RegularExpressions;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>The form every reply line of the server must have (RFC 5321 section 4.2, RFC 2034 section 4).</summary>
internal static class ReplyForm
{
    private static readonly Regex s_plain = new(@"^((220|221|250|354)[ -][\x20-\x7E]+|334 [0-9A-Za-z+/=]*)$");
    private static readonly Regex s_enhanced = new(@"^([245])[0-9][0-9][ -]\1\.[0-9]{1,3}\.[0-9]{1,3} [\x20-\x7E]+$");

    /// <summary>Whether a line, without its CRLF, is a reply: within 512 octets, and with an enhanced code of the same class where one belongs.</summary>
    public static bool IsValid(string line)
    {
        return line.Length <= 510 && (s_enhanced.IsMatch(line) || s_plain.IsMatch(line));
    }
}
