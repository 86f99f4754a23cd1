namespace SmtpEmbedded.Abnf;

/// <summary>Octets as C# literals, readable where they are characters.</summary>
internal static class OctetLiterals
{
    internal static string Of(int octet) => octet switch
    {
        '\'' => "'\\''",
        '\\' => "'\\\\'",
        '\r' => "'\\r'",
        '\n' => "'\\n'",
        '\t' => "'\\t'",
        >= 0x20 and < 0x7F => $"'{(char)octet}'",
        _ => $"0x{octet:X2}",
    };
}
