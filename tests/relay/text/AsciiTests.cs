using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

public class AsciiTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("0012", 12L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", long.MaxValue)]
    [InlineData("99999999999999999999", long.MaxValue)]
    [InlineData("", -1L)]
    [InlineData("1x", -1L)]
    [InlineData("-1", -1L)]
    public void NumbersAreReadAndSaturate(string text, long expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes("#" + text + "#");
        Assert.Equal(expected, Ascii.ReadNumber(bytes, 1, bytes.Length - 1));
    }

    [Theory]
    [InlineData("SIZE", true)]
    [InlineData("sIze", true)]
    [InlineData("SIZ", false)]
    [InlineData("SIZEs", false)]
    public void WordsAreComparedWithoutCase(string text, bool expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(expected, Ascii.EqualsIgnoreCase(bytes, 0, bytes.Length, Encoding.ASCII.GetBytes("size")));
    }

    [Fact]
    public void OnlyLettersChangeTheirCase()
    {
        for (int i = 0; i < 256; i++)
        {
            int expected = i >= 'A' && i <= 'Z' ? i + 32 : i;
            Assert.Equal(expected, Ascii.ToLower((byte)i));
        }
    }

    [Fact]
    public void EightBitBytesAreSeen()
    {
        Assert.True(Ascii.HasEightBit(new byte[] { 1, 0x80 }, 0, 2));
        Assert.False(Ascii.HasEightBit(new byte[] { 1, 0x80 }, 0, 1));
    }
}
