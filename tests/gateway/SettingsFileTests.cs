using System.IO;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A settings file is read, or its mistake is told as file:line:column: message.</summary>
public sealed class SettingsFileTests
{
    [Fact]
    public void AGoodFileIsRead()
    {
        RelaySettings? settings = Read("[server]\nlisten = 127.0.0.1:2626\n", out string error);
        Assert.Equal("", error);
        Assert.Equal(2626, settings!.ListenPort);
    }

    [Theory]
    [InlineData("[server]\nlisten = 127.0.0.1:99999", ":2:20: ")]
    [InlineData("[smarthost]\nhost = a\n\nsecurity = perhaps", ":4:12: ")]
    [InlineData("hello", ":1:1: ")]
    public void AMistakeIsToldWithFileLineAndColumn(string text, string place)
    {
        Assert.Null(Read(text, out string error));
        Assert.StartsWith("FILE" + place, error);
        Assert.Contains("expected", error);
    }

    [Fact]
    public void AFileThatIsNotThereIsToldToo()
    {
        Assert.Null(SettingsFile.Read("/nowhere/settings", out string error));
        Assert.StartsWith("/nowhere/settings: ", error);
    }

    [Fact]
    public void AFileThatIsNoSettingsFileIsNotReadToItsEnd()
    {
        Assert.Null(Read(new string('#', SettingsFile.LongestFile + 1), out string error));
        Assert.Contains("longer than", error);
    }

    private static RelaySettings? Read(string text, out string error)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            RelaySettings? settings = SettingsFile.Read(path, out error);
            error = error.Replace(path, "FILE");
            return settings;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
