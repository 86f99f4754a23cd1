using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// The table command-lines.txt: single command lines and how each is answered. Whatever the network does to a line, the
/// judgement must be the same.
/// </summary>
public class CommandLineTableTests
{
    public static TheoryData<int, string> Lines()
    {
        var data = new TheoryData<int, string>();
        foreach (Entry entry in Read())
        {
            data.Add(entry.Number, entry.Escaped.Length > 120 ? entry.Escaped.Substring(0, 120) : entry.Escaped);
        }

        return data;
    }

    [Fact]
    public void TheTableHasAtLeast200Lines()
    {
        Assert.True(Read().Count() >= 200);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void IsJudgedTheSameInAnyCut(int number, string shown)
    {
        _ = shown;
        Entry entry = Read().Single(e => e.Number == number);
        string whole = Judge(new SessionDriver(), entry, Cuts.Whole);
        Assert.StartsWith(entry.Expected, whole);
        Assert.EndsWith("\r\n", whole);

        // One session for all the rest: opening it again must leave nothing of the last.
        var driver = new SessionDriver();
        Assert.Equal(whole, Judge(driver, entry, Cuts.ByteByByte));
        for (int position = 1; position < entry.Line.Length; position++)
        {
            Assert.Equal(whole, Judge(driver, entry, Cuts.At(position)));
        }
    }

    private static string Judge(SessionDriver driver, Entry entry, Cuts cuts)
    {
        driver.Spool.Forget();
        driver.Open();
        driver.Feed(entry.Preparation);
        driver.TakeOutput();
        driver.Feed(entry.Line, cuts);
        string answer = driver.TakeOutput();

        // The session is in step afterwards, or over.
        if (driver.Session.Wants == SessionWants.Input && !answer.StartsWith("354"))
        {
            driver.Feed("NOOP\r\n");
            Assert.Equal("250 2.0.0 OK\r\n", driver.TakeOutput());
        }

        driver.Session.PeerClosed();
        Assert.Equal(0, driver.Spool.Unfinished);
        return answer;
    }

    private static IEnumerable<Entry> Read()
    {
        string preparation = "";
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(DataFiles.Folder, "command-lines.txt")))
        {
            number++;
            if (line.StartsWith("after "))
            {
                preparation = Escapes.Decode(line.Substring("after ".Length));
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                int bar = line.IndexOf('|');
                string escaped = line.Substring(bar + 1);
                yield return new Entry(number, line.Substring(0, bar).Trim(), preparation, escaped);
            }
        }
    }

    private sealed class Entry
    {
        public Entry(int number, string expected, string preparation, string escaped)
        {
            Number = number;
            Expected = expected;
            Preparation = preparation;
            Escaped = escaped;
            Line = Escapes.Decode(escaped);
            if (!Line.EndsWith('\n'))
            {
                Line += "\r\n";
            }
        }

        public int Number { get; }

        public string Expected { get; }

        public string Preparation { get; }

        public string Escaped { get; }

        public string Line { get; }
    }
}
