using System.Text;
using SmtpEmbedded.Relay.Platform;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Facade;

public sealed class RingLogTests
{
    [Fact]
    public void LinesAreKeptInOrder()
    {
        var log = new RingLog(new FakeClock { UptimeMilliseconds = 61_500 }, 1000, LogLevel.Information, false);
        log.Write(LogLevel.Debug, "server", "left out");
        log.Write(LogLevel.Warning, "server", "Grüße");
        log.Write(LogLevel.Error, "spool", "full");
        Assert.Equal("61 warning server: Grüße\n61 ERROR spool: full\n", Encoding.UTF8.GetString(log.Read()));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(60)]
    [InlineData(63)]
    public void TheOldestLinesMakeRoomAndOnlyWholeLinesAreShown(int bytes)
    {
        var log = new RingLog(new FakeClock { UptimeMilliseconds = 0 }, bytes, LogLevel.Debug, false);
        for (int i = 0; i < 100; i++)
        {
            log.Write(LogLevel.Information, "a", "line " + i);
        }

        string text = Encoding.UTF8.GetString(log.Read());
        Assert.EndsWith("0 info a: line 99\n", text, System.StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("0 info a: line ", line, System.StringComparison.Ordinal));
    }

    [Fact]
    public void ALongLineIsCut()
    {
        var log = new RingLog(new FakeClock(), 1000, LogLevel.Debug, false);
        log.Write(LogLevel.Information, "a", new string('ß', 5000));
        Assert.InRange(log.Read().Length, 201, 401);
    }
}
