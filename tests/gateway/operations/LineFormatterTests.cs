using System;
using System.IO;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpEmbedded.Gateway.Logging;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Whatever is logged is one line, and no letter of it moves a terminal or a reader of JSON.</summary>
public sealed class LineFormatterTests
{
    private const string Nasty = "a\r\nb\0c\u001b[31md\u009be\u2028f\u202eg\ud800h\ti \"q\\ é 😀";
    private const string Harmless = "a??b?c?[31md?e?f?g?h?i \"q\\ é 😀";

    [Fact]
    public void ControlCharactersNeverReachTheLog() => Assert.Equal(Harmless, LineFormatter.Clean(Nasty));

    [Fact]
    public void JsonIsAnObjectALine()
    {
        string line = Write(LogFormat.Json, LogLevel.Warning, Nasty, null);
        Assert.Equal(line.Length - 1, line.IndexOf('\n'));
        JsonElement json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("warning", json.GetProperty("level").GetString());
        Assert.Equal("server", json.GetProperty("source").GetString());
        Assert.Equal(Harmless, json.GetProperty("message").GetString());
        Assert.Equal(DateTime.UtcNow, json.GetProperty("time").GetDateTime().ToUniversalTime(), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(LogLevel.Debug, "<7>server: text\n")]
    [InlineData(LogLevel.Information, "<6>server: text\n")]
    [InlineData(LogLevel.Warning, "<4>server: text\n")]
    [InlineData(LogLevel.Error, "<3>server: text\n")]
    public void TheJournalGetsPriorities(LogLevel level, string line) => Assert.Equal(line, Write(LogFormat.Journal, level, "text", null));

    [Fact]
    public void TextHasTimeLevelAndSource() => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error server: text\n$", Write(LogFormat.Text, LogLevel.Error, "text", null));

    [Fact]
    public void AnExceptionIsPartOfTheLine()
    {
        string line = Write(LogFormat.Text, LogLevel.Error, "text", new InvalidOperationException("a\nb"));
        Assert.Equal(line.Length - 1, line.IndexOf('\n'));
        Assert.Contains("InvalidOperationException: a | b", line);
    }

    private static string Write(LogFormat format, LogLevel level, string text, Exception? exception)
    {
        var output = new StringWriter();
        new LineFormatter(format).Write(new LogEntry<string>(level, "server", default, text, exception, (state, _) => state), output);
        return output.ToString();
    }
}
