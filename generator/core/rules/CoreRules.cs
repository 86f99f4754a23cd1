using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>The core rules of RFC 5234 appendix B.1, which every grammar may use without defining them.</summary>
internal static class CoreRules
{
    private const string Text =
        "ALPHA = %x41-5A / %x61-7A\n" +
        "BIT = \"0\" / \"1\"\n" +
        "CHAR = %x01-7F\n" +
        "CR = %x0D\n" +
        "CRLF = CR LF\n" +
        "CTL = %x00-1F / %x7F\n" +
        "DIGIT = %x30-39\n" +
        "DQUOTE = %x22\n" +
        "HEXDIG = DIGIT / \"A\" / \"B\" / \"C\" / \"D\" / \"E\" / \"F\"\n" +
        "HTAB = %x09\n" +
        "LF = %x0A\n" +
        "LWSP = *(WSP / CRLF WSP)\n" +
        "OCTET = %x00-FF\n" +
        "SP = %x20\n" +
        "VCHAR = %x21-7E\n" +
        "WSP = SP / HTAB\n";

    internal static IReadOnlyList<RuleSyntax> Read()
    {
        var diagnostics = new List<Diagnostic>();
        return AbnfReader.Read(new SourceFile("RFC 5234 appendix B.1", Text), diagnostics);
    }
}
