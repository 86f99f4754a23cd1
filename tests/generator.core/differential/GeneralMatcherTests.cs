using System.Linq;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Grammars that have nothing to do with SMTP, with captures that they cannot have while reading.</summary>
public sealed class GeneralMatcherTests
{
    /// <summary>Where no automaton can decide while reading: what reads the whole input still can.</summary>
    [Theory]
    [InlineData("mailbox.abnf", "mailbox", "", "local-part domain display-name", "comment CFWS word")]
    [InlineData("uri.abnf", "URI", "pchar pct-encoded")]
    [InlineData("language-tag.abnf", "Language-Tag", "variant extension singleton")]
    [InlineData("sip-request.abnf", "Request-URI", "unreserved hname hvalue", "user pname pvalue")]
    [InlineData("imap-fetch.abnf", "fetch", "sequence-set astring")]
    [InlineData("imap-nested.abnf", "search", "search-key")]
    [InlineData("imap-nested.abnf", "body", "body string media-text")]
    [InlineData("jsonpath.abnf", "jsonpath-query", "test-expr comparison-expr", "selector segment")]
    public void TheGeneralMatcherReadsTheSame(string file, string root, params string[] captureSets) =>
        RandomInputs.Check([.. captureSets.Select(captures => Subject.OfAny(RepositoryFiles.TestGrammar(file), root, captures))], share: 25);
}
