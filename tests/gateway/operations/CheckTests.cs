using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Checking;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary><c>check</c> names the thing that is wrong, and what to do.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AllIsWell()
    {
        using var smarthost = new ScriptedSmarthost(ScriptedSmarthost.Usual);
        (int code, string output) = Check(Site($"[smarthost]\nhost = 127.0.0.1\nport = {smarthost.Port}\nsecurity = none\nuser = relay\npassword = secret\n"));
        Assert.True(code == CheckCommand.AllGood, output);
        Assert.Contains("takes mail from alerts@relay.example.org for operator@example.org; none was sent", output);
        Assert.DoesNotContain("secret", output);
        Assert.DoesNotContain("DATA", smarthost.Heard.ToString());
        Assert.Contains("RSET", smarthost.Heard.ToString());
        Assert.False(Directory.Exists(Path.Combine(_folder, "spool")));
    }

    [Fact]
    public void ALoginThatIsRefusedIsTold()
    {
        using var smarthost = new ScriptedSmarthost(line => line.StartsWith("AUTH", StringComparison.Ordinal) ? "535 5.7.8 no" : ScriptedSmarthost.Usual(line));
        (int code, string output) = Check(Site($"[smarthost]\nhost = 127.0.0.1\nport = {smarthost.Port}\nsecurity = none\nuser = relay\npassword = secret\n"));
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("535", output);
        Assert.Contains("To do: see user and password", output);
    }

    [Theory]
    [InlineData("MAIL", "[alerts] from")]
    [InlineData("RCPT", "[alerts] to")]
    public void ASenderOrRecipientThatIsRefusedIsTold(string verb, string advice)
    {
        using var smarthost = new ScriptedSmarthost(line => line.StartsWith(verb, StringComparison.Ordinal) ? "550 5.7.1 not you" : ScriptedSmarthost.Usual(line));
        (int code, string output) = Check(Site($"[smarthost]\nhost = 127.0.0.1\nport = {smarthost.Port}\nsecurity = none\n"));
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("550 5.7.1 not you", output);
        Assert.Contains(advice, output);
    }

    [Fact]
    public void STARTTLSThatIsNotOfferedIsTold()
    {
        using var smarthost = new ScriptedSmarthost(ScriptedSmarthost.Usual);
        (int code, string output) = Check(Site($"[smarthost]\nhost = 127.0.0.1\nport = {smarthost.Port}\n"));
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("STARTTLS", output);
        Assert.Contains("see security and port", output);
    }

    [Fact]
    public void AnotherProtocolIsTold()
    {
        using var smarthost = new ScriptedSmarthost(_ => "HTTP/1.1 400 Bad Request");
        (int code, string output) = Check(Site($"[smarthost]\nhost = 127.0.0.1\nport = {smarthost.Port}\n"));
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("does not speak SMTP", output);
    }

    [Fact]
    public void ANameAndAPortThatLeadNowhereAreTold()
    {
        (int code, string output) = Check(Site("[smarthost]\nhost = no-such-host.invalid\n"));
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("the name no-such-host.invalid cannot be found", output);
        (code, output) = Check(Site($"[smarthost]\nhost = 127.0.0.1\nport = {FreePort()}\nsecurity = none\n"));
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("refuses the connection", output);
    }

    [Theory]
    [InlineData("localhost", 200, true, "good until", Verdict.Good)]
    [InlineData("localhost", 5, true, "its certificate ends on", Verdict.Warning)]
    [InlineData("localhost", -3, true, "expired on", Verdict.Wrong)]
    [InlineData("mail.example.org", 200, true, "is for mail.example.org, not for localhost", Verdict.Wrong)]
    [InlineData("localhost", 200, false, "is not trusted", Verdict.Wrong)]
    public void ACertificateIsJudged(string name, int daysLeft, bool isTrusted, string text, Verdict verdict)
    {
        X509Certificate2 certificate = ScriptedSmarthost.Certificate(name, daysLeft, out X509Certificate2Collection roots);
        using var smarthost = new ScriptedSmarthost(ScriptedSmarthost.Usual, certificate);
        var settings = new RelaySettings { Hostname = "relay.example.org", Smarthost = { Host = "localhost", Port = smarthost.Port, Security = SmarthostSecurity.Tls } };
        var check = new SmarthostCheck(settings, settings.Smarthost, new SocketConnector(isTrusted ? roots : null), new SystemClock(), 10000);
        IReadOnlyList<Finding> findings = check.Run();
        Assert.Contains(findings, finding => finding.Verdict == verdict && finding.Text.Contains(text, StringComparison.Ordinal));
        Assert.Equal(verdict == Verdict.Wrong, findings.Any(finding => finding.Verdict == Verdict.Wrong));
        Assert.All(findings, finding => Assert.Equal(finding.Verdict == Verdict.Good, finding.Advice.Length == 0));
    }

    [Fact]
    public void AnOpenRelayASpoolThatCannotBeAndATakenPortAreTold()
    {
        using var other = new ScriptedSmarthost(_ => "HTTP/1.1 400 Bad Request");
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        string path = Write($"[server]\nlisten = 127.0.0.1:{other.Port}\nhostname = relay.example.org\nallow = 0.0.0.0/0\n[spool]\npath = {_folder}/file/spool\n[alerts]\nto = a@example.org\n");
        var output = new StringWriter();
        Assert.Equal(CheckCommand.SomethingWrong, CheckCommand.Run(path, isOffline: true, isJson: true, output, TextWriter.Null));
        JsonElement[] wrong = JsonDocument.Parse(output.ToString()).RootElement.EnumerateArray().Where(finding => finding.GetProperty("verdict").GetString() == "wrong").ToArray();
        Assert.Equal(["allow", "spool", "listen"], wrong.Select(finding => finding.GetProperty("subject").GetString()));
        Assert.All(wrong, finding => Assert.NotEqual("", finding.GetProperty("advice").GetString()));
    }

    [Fact]
    public void AnAddressOfAnotherMachineIsTold()
    {
        (int code, string output) = Check(Write("[server]\nlisten = 192.0.2.77:2525\n[spool]\npath = " + _folder + "/spool\n"), isOffline: true);
        Assert.Equal(CheckCommand.SomethingWrong, code);
        Assert.Contains("192.0.2.77 is no address of this machine", output);
    }

    [Fact]
    public async Task ARelayThatRunsIsRecognised()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        (int code, string output) = Check(Write($"[server]\nlisten = {fixture.Relay.EndPoint}\nhostname = relay.example.org\n[spool]\npath = {fixture.Settings.SpoolPath}\n[alerts]\nto = a@example.org\n"), isOffline: true);
        Assert.True(code == CheckCommand.AllGood, output);
        Assert.Contains("the relay listens on", output);
        Assert.Contains("a relay is using it", output);
    }

    [Theory]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("8.0.0.0/8", true)]
    [InlineData("::/0", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("2600::/12", true)]
    [InlineData("192.168.0.0/16, fd00::/8", false)]
    public void AnOpenRelayIsTold(string allow, bool isOpen)
    {
        RelaySettings? settings = SettingsFile.Read(Write($"[server]\nallow = {allow}\n"), out string error);
        Assert.Equal("", error);
        Assert.Equal(isOpen, SettingsCheck.IsOpen(settings!));
    }

    [Fact]
    public void AMistakeInTheFileIsToldWithItsPlace()
    {
        var error = new StringWriter();
        string path = Write("[server]\nhostnam = x\n");
        Assert.Equal(CheckCommand.NoSettings, CheckCommand.Run(path, false, false, TextWriter.Null, error));
        Assert.StartsWith(path + ":2:8: ", error.ToString());
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static (int Code, string Output) Check(string path, bool isOffline = false)
    {
        var output = new StringWriter();
        return (CheckCommand.Run(path, isOffline, isJson: false, output, output), output.ToString());
    }

    private string Site(string smarthost) =>
        Write($"[server]\nlisten = 127.0.0.1:{FreePort()}\nhostname = relay.example.org\n[spool]\npath = {_folder}/spool\n[alerts]\nto = operator@example.org\n{smarthost}");

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "site.conf");
        File.WriteAllText(path, text);
        return path;
    }
}
