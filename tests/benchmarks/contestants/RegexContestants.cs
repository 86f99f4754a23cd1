using System.Text.RegularExpressions;
using SmtpEmbedded.Benchmarks.Measuring;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>A command line, and a reply line, as regular expressions compiled at build time. Loops that cannot give back are atomic.</summary>
internal static partial class RegexContestants
{
    private const string Utf8 =
        @"(?:[\xC2-\xDF][\x80-\xBF]|\xE0[\xA0-\xBF][\x80-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]{2}|\xED[\x80-\x9F][\x80-\xBF]"
        + @"|\xF0[\x90-\xBF][\x80-\xBF]{2}|[\xF1-\xF3][\x80-\xBF]{3}|\xF4[\x80-\x8F][\x80-\xBF]{2})";

    private const string SubDomain = $"(?:[A-Za-z0-9]|{Utf8})(?>(?:[A-Za-z0-9]+|{Utf8}|-+(?=[A-Za-z0-9\\xC2-\\xF4]))*)";
    private const string Domain = $"(?<d>{SubDomain}(?:\\.{SubDomain})*)";
    private const string Literal = @"\[(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?i:IPv6:)[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)\]";
    private const string Atom = @"(?>(?:[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+|" + Utf8 + ")+)";
    private const string QuotedString = @"""(?>(?:[ !#-\[\]-~]+|\\[ -~]|" + Utf8 + @")*)""";
    private const string Mailbox = $"(?<l>{Atom}(?:\\.{Atom})*|{QuotedString})@(?:{Domain}|{Literal})";
    private const string Path = $"<(?:@{Domain}(?:,@{Domain})*:)?{Mailbox}>";
    private const string Parameters = @"(?: (?<k>[A-Za-z0-9][A-Za-z0-9\-]*)(?:=(?<v>(?>(?:[!-<>-~]+|" + Utf8 + ")+)))?)*";
    private const string String = $"(?:{Atom}|{QuotedString})";
    private const string Base64 = "(?:(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)";

    private const string Command =
        @"\A(?:"
        + $"(?i:MAIL FROM:)(?:<>|{Path}){Parameters}"
        + $"|(?i:RCPT TO:)(?:(?i:<Postmaster>)|{Path}){Parameters}"
        + $"|(?i:EHLO )(?:{Domain}|{Literal})"
        + $"|(?i:HELO ){Domain}"
        + "|(?i:DATA|RSET|QUIT|STARTTLS)"
        + $"|(?i:VRFY|EXPN) {String}"
        + $"|(?i:HELP|NOOP)(?: {String})?"
        + @"|(?i:AUTH )[A-Za-z0-9\-_]+(?: (?:" + Base64 + "|=))?"
        + "|(?i:BDAT )[0-9]+(?i: LAST)?"
        + @")[ \t]*\r\n\z";

    public static int Commands(Lines lines, Verdict[]? verdicts) => ReadVerdicts(CommandRegex(), lines, verdicts);

    public static int Replies(Lines lines, Verdict[]? verdicts) => ReadVerdicts(ReplyRegex(), lines, verdicts);

    public static int CommandCaptures(Lines lines, Verdict[]? verdicts)
    {
        Regex regex = CommandRegex();
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            Match match = regex.Match(lines.Texts[i]);
            if (match.Success)
            {
                GroupCollection groups = match.Groups;
                sum += 1 + groups["l"].Captures.Count + groups["d"].Captures.Count + groups["k"].Captures.Count + groups["v"].Captures.Count;
            }

            if (verdicts != null)
            {
                verdicts[i] = new Verdict(match.Success, match.Success
                    ? Print(match, "l", Prints.LocalPart) + Print(match, "d", Prints.Domain) + Print(match, "k", Prints.EsmtpKeyword) + Print(match, "v", Prints.EsmtpValue)
                    : 0);
            }
        }

        return sum;
    }

    private static int ReadVerdicts(Regex regex, Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            bool isSentence = regex.IsMatch(lines.Texts[i]);
            sum += isSentence ? 1 : 0;
            if (verdicts != null)
            {
                verdicts[i] = new Verdict(isSentence, 0);
            }
        }

        return sum;
    }

    private static uint Print(Match match, string group, int rule)
    {
        uint print = 0;
        foreach (Capture capture in match.Groups[group].Captures)
        {
            print += Prints.Of(rule, capture.Index, capture.Index + capture.Length);
        }

        return print;
    }

    [GeneratedRegex(Command, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex CommandRegex();

    [GeneratedRegex(@"\A[2-5][0-9]{2}(?:[\- ](?:[245]\.[0-9]{1,3}\.[0-9]{1,3}(?: [^\r\n]*)?|[^\r\n]+)?)?\r\n\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReplyRegex();
}
