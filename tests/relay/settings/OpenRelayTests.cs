using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Settings that would let anybody send to anybody are found, and those that only look so are not.</summary>
public sealed class OpenRelayTests
{
    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("0.0.0.0/1")]
    [InlineData("128.0.0.0/1")]
    [InlineData("8.0.0.0/8")]
    [InlineData("192.0.0.0/8")]
    [InlineData("172.0.0.0/8")]
    [InlineData("100.0.0.0/9")]
    [InlineData("2000::/3")]
    [InlineData("2001::/16")]
    [InlineData("fc00::/6")]
    public void AWideNetworkOfStrangersIsNamed(string network)
    {
        Assert.Contains("open relay: anybody in " + network, Objection($"[server]\nallow = 127.0.0.0/8, {network}"));
        Assert.Contains("open relay", Objection($"[client {network}]\nrate = 10"));
        Assert.Contains("open relay", Objection($"[client {network}]\nauth = any"));
        Assert.Contains("open relay", Objection($"[client {network}]\nauth = offered\n[users]\na = pbkdf2-sha256$1$YQ==$YQ=="));
        Assert.Contains("open relay", Objection($"[client {network}]\nsender = a@example.org\nrecipient = b@example.org"));
        Assert.Equal("", Objection($"[client {network}]\naccess = refuse"));
        Assert.Equal("", Objection($"[client {network}]\ndomains = example.org"));
        Assert.Equal("", Objection($"[client {network}]\nauth = required\n[users]\na = pbkdf2-sha256$1$YQ==$YQ=="));
    }

    [Theory]
    [InlineData("127.0.0.0/8")]
    [InlineData("10.0.0.0/8")]
    [InlineData("172.16.0.0/12")]
    [InlineData("192.168.0.0/16")]
    [InlineData("100.64.0.0/10")]
    [InlineData("192.0.2.0/24")]
    [InlineData("198.51.0.0/16")]
    [InlineData("fd00::/8")]
    [InlineData("fe80::/10")]
    [InlineData("::1")]
    [InlineData("2001:db8::/32")]
    public void ASitesOwnNetworkIsNot(string network)
    {
        Assert.Equal("", Objection($"[server]\nallow = {network}"));
        Assert.Equal("", Objection($"[client {network}]\nauth = any\ngrammar = lenient"));
    }

    [Fact]
    public void ALoginThatNobodyHasIsAMistake()
    {
        Assert.Contains("no users", Objection("[client 10.0.0.0/8]\nauth = required"));
    }

    [Fact]
    public void LenienceThatIsNotBuiltInIsAMistake()
    {
        var settings = new RelaySettings();
        settings.AllowedRule.IsLenient = true;
        Assert.Contains("lenient", OpenRelay.Objection(settings));
        settings.Quirks = new Quirks("relay.example");
        Assert.Equal("", OpenRelay.Objection(settings));
    }

    private static string Objection(string text)
    {
        var settings = new RelaySettings { Quirks = new Quirks("relay.example") };
        byte[] file = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new SettingsReader();
        Assert.True(reader.Read(file, file.Length, settings), reader.Error);
        return OpenRelay.Objection(settings);
    }
}
