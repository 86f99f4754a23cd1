using System.Globalization;
using SmtpEmbedded.Device.Tests.Compile;
using SmtpEmbedded.Device.Tests.Il;
using SmtpEmbedded.Device.Tests.Il.Rules;
using SmtpEmbedded.Device.Tests.Reference;
using Xunit;
using Xunit.Abstractions;

namespace SmtpEmbedded.Device.Tests;

/// <summary>
/// A parser of each root of the grammar, with all the captures its README names, compiles for the device on its own, needs mscorlib
/// alone, and holds nothing the interpreter cannot run.
/// </summary>
public sealed class GeneratedParsersTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("command", "ehlo-domain helo-domain Reverse-path Forward-path postmaster-path Mailbox Local-part Domain address-literal esmtp-param esmtp-keyword esmtp-value string-argument mechanism initial-response chunk-size last-marker")]
    [InlineData("mail-parameter", "size-value body-value ret-value envid-value auth-value")]
    [InlineData("rcpt-parameter", "notify-value orcpt-value")]
    [InlineData("parameter-keyword", "")]
    [InlineData("auth-line", "base64 cancel")]
    [InlineData("known-mechanism", "")]
    [InlineData("plain-message", "authzid authcid passwd")]
    [InlineData("message-data", "stuffing stray-cr stray-lf stray-nul end-of-data")]
    [InlineData("reply-line", "reply-code reply-separator textstring enhanced-status")]
    [InlineData("ehlo-keyword-line", "ehlo-keyword ehlo-param")]
    [InlineData("ehlo-extension", "")]
    [InlineData("settings", "listen-address listen-port hostname-value network-address prefix-length smarthost-host smarthost-port security-value smarthost-user smarthost-password spool-path quota-number quota-unit alert-from alert-to")]
    public void ARootsParserRunsOnTheDevice(string root, string captures)
    {
        var source = string.Format(
            CultureInfo.InvariantCulture,
            "using SmtpEmbedded.Abnf; namespace Probe {{ [AbnfParser(\"{0}\", Captures = \"{1}\")] public sealed partial class Parser {{ }} }}",
            root,
            captures);

        var compiled = DeviceCompiler.CompileWithParsers("Probe", [DeviceCompiler.Parse(source, "Probe.cs")], DeviceReferences.Of("mscorlib"));

        Assert.True(compiled.Image is not null && compiled.IsClean, compiled.Report());
        var image = new AssemblyImage(compiled.Image);
        output.WriteLine(CostReport.Of(root, image));
        var findings = string.Join("\n", [.. DeviceRules.Check(image), .. new NoTraceRule(MarkerAttribute.Name).Check(image)]);
        Assert.True(findings is "", findings);
    }

    [Fact]
    public void TheAttributeIsConditional()
    {
        var compiled = DeviceCompiler.CompileWithParsers(
            "Probe", [DeviceCompiler.Parse("[SmtpEmbedded.Abnf.AbnfParser(\"quit\")] partial class Parser { }", "Probe.cs")], DeviceReferences.Of("mscorlib"));

        Assert.True(compiled.Image is not null, compiled.Report());
        Assert.Empty(new AllowedReferencesRule(["mscorlib"]).Check(new AssemblyImage(compiled.Image)));
    }
}
