using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

public class ByteBufferTests
{
    private static string Text(ByteBuffer buffer)
    {
        return Encoding.Latin1.GetString(buffer.Bytes, buffer.Start, buffer.Count);
    }

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(7L, "7")]
    [InlineData(10L, "10")]
    [InlineData(-1L, "-1")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void NumbersAreWrittenInDecimal(long value, string expected)
    {
        Assert.Equal(expected, Text(new ByteBuffer(20).AppendNumber(value)));
    }

    [Fact]
    public void WhatDoesNotFitIsLeftOutWhole()
    {
        var buffer = new ByteBuffer(4);
        buffer.Append("ab").Append("cde").Append("cd");
        Assert.Equal("abcd", Text(buffer));
        Assert.True(buffer.Overflowed);
        buffer.Clear();
        Assert.False(buffer.Overflowed);
        Assert.Equal(0, buffer.Count);
    }

    [Fact]
    public void RoomAtTheFrontIsUsedAgain()
    {
        var buffer = new ByteBuffer(6);
        buffer.Append("abcdef").Consume(4);
        buffer.Append("gh");
        Assert.Equal("efgh", Text(buffer));
        Assert.False(buffer.Overflowed);
        Assert.Equal(2, buffer.Free);
    }

    [Fact]
    public void TruncateTakesFromTheEnd()
    {
        var buffer = new ByteBuffer(8);
        buffer.Append("abcdef").Consume(2);
        buffer.Truncate(1);
        Assert.Equal("c", Text(buffer));
    }

    [Fact]
    public void ConsumingMoreThanThereIsEmptiesIt()
    {
        var buffer = new ByteBuffer(8);
        buffer.Append("abc").Consume(9);
        Assert.Equal(0, buffer.Count);
        Assert.Equal(8, buffer.Free);
    }

    [Theory]
    [InlineData(new byte[] { 192, 0, 2, 1 }, "[192.0.2.1]")]
    [InlineData(new byte[] { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, "[IPv6:2001:db8::1]")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "[IPv6:::]")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, "[IPv6:::1]")]
    [InlineData(new byte[] { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "[IPv6:1::]")]
    [InlineData(new byte[] { 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0xAB, 0xCD, 0, 4 }, "[IPv6:1:0:2::3:abcd:4]")]
    [InlineData(new byte[] { 0, 1, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0, 0, 4 }, "[IPv6:1::2:3:0:0:4]")]
    [InlineData(new byte[] { 0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7 }, "[IPv6:1:0:2:3:4:5:6:7]")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3 }, "[10.1.2.3]")]
    public void AddressesAreWrittenAsLiterals(byte[] address, string expected)
    {
        var buffer = new ByteBuffer(AddressText.LongestLiteral);
        AddressText.AppendLiteral(buffer, address);
        Assert.Equal(expected, Text(buffer));
        Assert.False(buffer.Overflowed);
    }

    [Fact]
    public void DatesAgreeWithTheFrameworkOverFourCenturies()
    {
        var buffer = new ByteBuffer(MailDate.Length);
        var time = new System.DateTime(1970, 1, 1, 0, 0, 0, System.DateTimeKind.Utc);
        var epoch = time;
        while (time.Year < 2405)
        {
            buffer.Clear();
            MailDate.Append(buffer, (long)(time - epoch).TotalMilliseconds);
            string expected = time.ToString("ddd, dd MMM yyyy HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) + " +0000";
            Assert.Equal(expected, Text(buffer));
            time = time.AddHours(23).AddMinutes(59).AddSeconds(17);
        }
    }
}
