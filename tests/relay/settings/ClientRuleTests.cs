using System.Net;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>What a rule counts and allows.</summary>
public sealed class ClientRuleTests
{
    private const long Hour = 60 * 60 * 1000;

    [Fact]
    public void EachAddressHasItsOwnHour()
    {
        var rule = new ClientRule { MessagesPerHour = 2 };
        for (int client = 0; client < 1000; client++)
        {
            byte[] address = { 10, 0, (byte)(client >> 8), (byte)client };
            Assert.True(rule.Count(address, client));
            Assert.True(rule.Count(address, client + 1));
            Assert.False(rule.Count(address, client + 2));
        }

        Assert.False(rule.Count(new byte[] { 10, 0, 0, 0 }, Hour - 1));
        Assert.True(rule.Count(new byte[] { 10, 0, 0, 0 }, Hour));
        Assert.False(rule.Count(new byte[] { 10, 0, 3, 0x20 }, Hour));
    }

    [Fact]
    public void AnIPv6ClientCannotMakeItselfMany()
    {
        var rule = new ClientRule { MessagesPerHour = 1 };
        Assert.True(rule.Count(IPAddress.Parse("2001:db8::1").GetAddressBytes(), 0));
        Assert.False(rule.Count(IPAddress.Parse("2001:db8::2").GetAddressBytes(), 0));
        Assert.True(rule.Count(IPAddress.Parse("2001:db8:0:1::1").GetAddressBytes(), 0));
        Assert.True(rule.Count(IPAddress.Parse("::ffff:10.0.0.1").GetAddressBytes(), 0));
        Assert.True(rule.Count(IPAddress.Parse("::ffff:10.0.0.2").GetAddressBytes(), 0));
    }

    [Fact]
    public void ManyClientsTakeBoundedMemory()
    {
        var rule = new ClientRule { MessagesPerHour = 1 };
        for (int client = 0; client < 10_000; client++)
        {
            Assert.True(rule.Count(new byte[] { 10, 1, (byte)(client >> 8), (byte)client }, client));
        }

        Assert.False(rule.Count(new byte[] { 10, 1, 9_999 >> 8, 9_999 & 0xFF }, 10_000));
    }

    [Theory]
    [InlineData("example.org", "example.org", true)]
    [InlineData("example.org", "EXAMPLE.org", true)]
    [InlineData("example.org", "x.example.org", false)]
    [InlineData("example.org", "xexample.org", false)]
    [InlineData(".example.org", "x.example.org", true)]
    [InlineData(".example.org", "x.y.Example.Org", true)]
    [InlineData(".example.org", "example.org", false)]
    [InlineData(".example.org", "org", false)]
    public void DomainsAreComparedWhole(string pattern, string domain, bool expected)
    {
        var rule = new ClientRule { Domains = new[] { Encoding.ASCII.GetBytes(pattern) } };
        byte[] line = Encoding.ASCII.GetBytes("a@" + domain + ">");
        Assert.Equal(expected, rule.AllowsDomain(line, 2, 2 + domain.Length));
    }
}
