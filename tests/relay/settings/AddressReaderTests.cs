using System.Net;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Addresses are read as .NET reads them, and what is none is refused.</summary>
public sealed class AddressReaderTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:db8::8:800:200c:417a")]
    [InlineData("2001:DB8:0:0:8:800:200C:417A")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("1:2:3:4:5:6:192.0.2.1")]
    [InlineData("fe80::1:2")]
    [InlineData("1:2:3:4:5:6:7::")]
    public void AnAddressIsRead(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes("<" + text + ">");
        byte[]? address = AddressReader.Read(bytes, 1, bytes.Length - 1);
        Assert.NotNull(address);
        Assert.Equal(IPAddress.Parse(text).GetAddressBytes(), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1..3.4")]
    [InlineData("256.0.0.1")]
    [InlineData("99999999999.0.0.1")]
    [InlineData(":")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("12345::")]
    [InlineData("::192.0.2.1:1")]
    [InlineData("1:2:3:4:5:6:7:192.0.2.1")]
    public void WhatIsNoneIsRefused(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Null(AddressReader.Read(bytes, 0, bytes.Length));
    }
}
