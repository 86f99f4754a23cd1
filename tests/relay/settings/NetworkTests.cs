using System.Net;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Which addresses lie in a network.</summary>
public sealed class NetworkTests
{
    [Theory]
    [InlineData("10.0.0.0", 8, "10.255.255.255", true)]
    [InlineData("10.0.0.0", 8, "11.0.0.0", false)]
    [InlineData("192.0.2.128", 25, "192.0.2.200", true)]
    [InlineData("192.0.2.128", 25, "192.0.2.127", false)]
    [InlineData("192.0.2.1", 32, "192.0.2.1", true)]
    [InlineData("192.0.2.1", 32, "192.0.2.0", false)]
    [InlineData("0.0.0.0", 0, "203.0.113.9", true)]
    [InlineData("0.0.0.0", 0, "::1", false)]
    [InlineData("::", 0, "::1", true)]
    [InlineData("::", 0, "192.0.2.1", false)]
    [InlineData("2001:db8::", 33, "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::", 33, "2001:db8:8000::1", false)]
    [InlineData("127.0.0.0", 8, "::ffff:127.0.0.1", true)]
    [InlineData("127.0.0.0", 8, "::ffff:128.0.0.1", false)]
    public void ContainsComparesTheLeadingBits(string network, int prefixLength, string address, bool expected)
    {
        var tested = new Network(IPAddress.Parse(network).GetAddressBytes(), prefixLength);
        Assert.Equal(expected, tested.Contains(IPAddress.Parse(address).GetAddressBytes()));
    }
}
