using System.Linq;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Every root of <c>/grammar</c>, with the captures its users take and with others.</summary>
public class SmtpGrammarTests
{
    [Theory]
    [InlineData("command",
        "",
        "Local-part Domain esmtp-keyword esmtp-value",
        "Reverse-path Forward-path postmaster-path Mailbox address-literal esmtp-param string-argument mechanism initial-response chunk-size last-marker ehlo-domain helo-domain",
        "command Path A-d-l At-domain Atom Dot-string Quoted-string QcontentSMTP sub-domain Let-dig Ldh-str command-end Snum WSP")]
    [InlineData("mail-parameter", "", "size-value body-value ret-value envid-value auth-value", "body-7bit body-8bitmime body-binarymime ret-full ret-hdrs hexchar xchar")]
    [InlineData("rcpt-parameter", "", "notify-value orcpt-value", "notify-never notify-success notify-failure notify-delay addr-type original-recipient")]
    [InlineData("parameter-keyword", "", "parameter-keyword")]
    [InlineData("auth-line", "", "base64 cancel", "base64-terminal base64-char")]
    [InlineData("known-mechanism", "")]
    [InlineData("plain-message", "", "authzid authcid passwd")]
    [InlineData("message-data", "", "stuffing stray-cr stray-lf stray-nul end-of-data", "plain-line stuffed-line segment cr-segment CRLF")]
    [InlineData("reply-line", "", "reply-code reply-separator textstring enhanced-status", "status-class status-subject status-detail text-octet")]
    [InlineData("ehlo-keyword-line", "", "ehlo-keyword ehlo-param")]
    [InlineData("ehlo-extension", "")]
    [InlineData("settings",
        "",
        "listen-address listen-port hostname-value network network-address prefix-length smarthost-host smarthost-port security-value smarthost-user smarthost-password spool-path quota-number quota-unit",
        "server-section smarthost-section spool-section alerts-section comment text-word alert-from alert-to")]
    public void AllReadTheSame(string root, params string[] captureSets) =>
        RandomInputs.Check([.. captureSets.Select(captures => Subject.Of(RepositoryFiles.Grammar(), root, captures))]);
}
