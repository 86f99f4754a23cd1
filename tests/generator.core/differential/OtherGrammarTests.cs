using System.Linq;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Grammars that have nothing to do with SMTP, written from their RFCs: all read the same as the oracle.</summary>
public sealed class OtherGrammarTests
{
    [Theory]
    [InlineData("uri.abnf", "URI-reference", "", "scheme userinfo host port query fragment", "IPv4address IP-literal path-abempty path-absolute path-noscheme path-rootless")]
    [InlineData("uri.abnf", "IPv6address", "", "ls32")]
    [InlineData("timestamp.abnf", "date-time", "", "full-date time-secfrac time-offset", "date-fullyear date-month date-mday time-hour time-minute time-second")]
    [InlineData("timestamp.abnf", "duration", "", "dur-week dur-year dur-month dur-day dur-hour dur-minute dur-second")]
    [InlineData("language-tag.abnf", "Language-Tag", "", "language script region", "privateuse grandfathered")]
    [InlineData("sip-request.abnf", "Request-Line", "", "Method host port", "SIP-Version extension-method")]
    [InlineData("abnf.abnf", "rulelist", "", "comment", "num-val")]
    [InlineData("csv.abnf", "file", "", "escaped")]
    [InlineData("imap-fetch.abnf", "fetch", "", "fetch-att partial", "seq-range astring")]
    [InlineData("imap-fetch.abnf", "body", "", "body", "media-subtype quoted")]
    [InlineData("imap-nested.abnf", "search", "", "astring date number64", "header-fld-name seq-range")]
    [InlineData("imap-nested.abnf", "body", "", "body-type-msg body-type-mpart media-basic address body-fld-octets")]
    public void AllReadTheSame(string file, string root, params string[] captureSets) =>
        RandomInputs.Check([.. captureSets.Select(captures => Subject.Of(RepositoryFiles.TestGrammar(file), root, captures))], share: 5);
}
