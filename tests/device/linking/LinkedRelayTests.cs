using System;
using System.IO;
using System.Linq;
using System.Text;
using SmtpEmbedded.Relay.Tests.Server;
using System.Text.RegularExpressions;
using Xunit;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>The linked relay does what the compiled one does, octet by octet.</summary>
public sealed class LinkedRelayTests
{
    [Fact]
    public void EveryDialogueGivesTheSameBytes()
    {
        string[] names = RepositoryFiles.Find("tests/relay/server/dialogues", "*.txt").ToArray();
        string[] streams = names.Select(Stream).ToArray();
        string[] compiled = LinkedRelay.Compiled.Run("Converse", [streams]);
        string[] linked = LinkedRelay.Linked.Run("Converse", [streams]);

        Assert.Equal(streams.Length + 1, compiled.Length);
        Assert.All(compiled, said => Assert.NotEqual("", said));
        Assert.True(compiled.Count(said => said.Contains("250 2.0.0 queued", StringComparison.Ordinal)) > 20);
        for (int i = 0; i < compiled.Length; i++)
        {
            Assert.True(compiled[i] == linked[i], (i < names.Length ? names[i] : "log") + ": " + compiled[i] + "\n<> " + linked[i]);
        }
    }

    [Fact]
    public void EveryCommandLineIsJudgedAlike()
    {
        string[] lines = File.ReadLines(RepositoryFiles.Find("tests/relay/server", "command-lines.txt").Single())
            .Where(line => line.Length > 0 && line[0] != '#' && !line.StartsWith("after ", StringComparison.Ordinal))
            .Select(line => Escapes.Decode(line.Substring(line.IndexOf('|') + 1)))
            .ToArray();
        string[] streams = lines.SelectMany(line => new[] { line + "\r\nQUIT\r\n", "EHLO c\r\n" + line + "\r\nQUIT\r\n", "EHLO c\r\nMAIL FROM:<>\r\n" + line + "\r\nQUIT\r\n" }).ToArray();

        Assert.Equal(LinkedRelay.Compiled.Run("Converse", [streams]), LinkedRelay.Linked.Run("Converse", [streams]));
    }

    [Fact]
    public void MailAlertsFailuresAndRestartsGoTheSameWay()
    {
        string[] compiled = LinkedRelay.Compiled.Run("Relay");
        Assert.Contains("Subject: two", compiled[2], StringComparison.Ordinal);
        Assert.Contains("Subject: kept", compiled[2], StringComparison.Ordinal);
        string[] linked = LinkedRelay.Linked.Run("Relay");
        Assert.Equal(compiled.Length, linked.Length);
        for (int i = 0; i < linked.Length; i++)
        {
            Assert.Equal(WithoutIds(compiled[i]), WithoutIds(linked[i]));
        }
    }

    [Fact]
    public void TheHelpersOfTheApiAreThere()
    {
        string[] addresses = ["127.0.0.1", "256.1.1.1", "::1", "2001:db8::25", "::ffff:192.0.2.1", "1:2:3:4:5:6:7", "", "fe80::1::2"];
        Assert.Equal(LinkedRelay.Compiled.Run("Read", [addresses]), LinkedRelay.Linked.Run("Read", [addresses]));
    }

    [Fact]
    public void SettingsAndTheirMistakesAreReadAlike()
    {
        string[] files = File.ReadLines(RepositoryFiles.Find("tests/device/interpreter/vectors", "settings.txt").Single())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Escapes.Decode(line.Substring(line.IndexOf('|') + 1)))))
            .ToArray();

        Assert.Equal(LinkedRelay.Compiled.Run("ReadSettings", [files]), LinkedRelay.Linked.Run("ReadSettings", [files]));
    }

    [Fact]
    public void LinkingMakesItSmaller() => Assert.InRange(LinkedRelay.Linked.Size, 1, LinkedRelay.Compiled.Size * 3 / 4);

    private static string Stream(string dialogue)
    {
        var stream = new StringBuilder();
        foreach (string line in File.ReadLines(dialogue))
        {
            if (line.StartsWith("C: ", StringComparison.Ordinal) || line == "C:")
            {
                stream.Append(Escapes.Decode(line.Length > 3 ? line.Substring(3) : "")).Append("\r\n");
            }
            else if (line.StartsWith("C> ", StringComparison.Ordinal))
            {
                stream.Append(Escapes.Decode(line.Substring(3)));
            }
            else if (line == "Do: hello")
            {
                stream.Append("EHLO client.example\r\n");
            }
        }

        return stream.ToString();
    }

    /// <summary>A Message-ID holds a random number and the time, a Date the time; waits have a random part.</summary>
    private static string WithoutIds(string text) => Regex.Replace(text, @"<[^<>@\r\n]*[0-9]\.[0-9.]+@[^>]*>| SIZE=[0-9]+|Next connection in [0-9]+ s|(Date|Arrival-Date): [^\r\n]*|; [A-Z][a-z]{2}, [0-9][^\r\n]*", "");
}
