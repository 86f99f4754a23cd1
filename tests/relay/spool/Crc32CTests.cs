using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

public sealed class Crc32CTests
{
    [Fact]
    public void TheKnownValueComesOut()
    {
        byte[] digits = Encoding.UTF8.GetBytes("123456789");
        Assert.Equal(0xE3069283, (uint)Crc32C.Append(0, digits, 0, 9));
        Assert.Equal(0xE3069283, (uint)Crc32C.AppendPortable(0, digits, 0, 9));
    }

    [Fact]
    public void DeviceAndGatewayAgreeInAnyCut()
    {
        byte[] bytes = SpoolRig.Body(1000, 5);
        for (int cut = 0; cut < 64; cut++)
        {
            int whole = Crc32C.Append(cut, bytes, cut, 900);
            Assert.Equal(whole, Crc32C.AppendPortable(cut, bytes, cut, 900));
            Assert.Equal(whole, Crc32C.Append(Crc32C.AppendPortable(cut, bytes, cut, cut), bytes, cut + cut, 900 - cut));
        }
    }
}
