namespace SmtpEmbedded.Abnf;

/// <summary>How octets are named to people.</summary>
internal static class OctetNames
{
    internal static string Describe(int first, int last)
    {
        if (first == last)
        {
            switch (first)
            {
                case 0x09: return "HTAB";
                case 0x0A: return "LF";
                case 0x0D: return "CR";
                case 0x20: return "SP";
                case 0x22: return "DQUOTE";
                case > 0x20 and < 0x7F: return $"\"{(char)first}\"";
            }
        }

        return first == last ? $"%x{first:X2}" : $"%x{first:X2}-{last:X2}";
    }

    /// <summary>One octet in as few characters as a picture has room for.</summary>
    internal static string Short(int octet) => octet switch
    {
        0x09 => "HTAB",
        0x0A => "LF",
        0x0D => "CR",
        0x20 => "SP",
        > 0x20 and < 0x7F => ((char)octet).ToString(),
        _ => $"x{octet:X2}",
    };
}
