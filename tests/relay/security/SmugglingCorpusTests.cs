using System;
using System.Linq;
using System.Text;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Security;

/// <summary>
/// What is not the end of data, with a second message behind it, as its senders hope to smuggle it in or out: at each place of a
/// message, from strict clients, where line ends are made good, from lenient clients, and in a chunk.
/// </summary>
public class SmugglingCorpusTests
{
    // Where it stands: in the text, at its beginning, and in the header section.
    private static readonly string[] s_heads = { "Date: x\r\nMessage-ID: y\r\n\r\nfirst line", "Date: x\r\nMessage-ID: y\r\n\r\n", "Date: x\r\nMessage-ID: y\r\nSubject: first" };

    public static TheoryData<string, string> Cases() => Corpus.Named("end-of-data.txt");

    [Theory]
    [MemberData(nameof(Cases))]
    public void NothingComesIn(string name, string escaped)
    {
        _ = name;
        string sequence = Escapes.Decode(escaped);
        foreach (string head in s_heads)
        {
            foreach (Cuts cuts in Cuts.Several(3))
            {
                string text = head + sequence + Corpus.Smuggled;
                SessionDriver strict = Play(new RelaySettings(), "DATA\r\n" + text + ".\r\nNOOP\r\n", cuts);
                AssertInStep(strict);
                AssertHarmless(strict);

                SessionDriver made = Play(new RelaySettings { FixesLineEnds = true }, "DATA\r\n" + text + ".\r\nNOOP\r\n", cuts);
                AssertInStep(made);
                AssertHarmless(made);
                Assert.Single(made.Spool.Messages);

                // A lenient client's end of data may be another; then nothing behind it is read.
                var settings = new RelaySettings();
                settings.AllowedRule.IsLenient = true;
                SessionDriver lenient = Play(settings, "DATA\r\n" + text + ".\r\nNOOP\r\n", cuts);
                AssertHarmless(lenient);
                if (lenient.Session.Wants == SessionWants.Close)
                {
                    Assert.True(lenient.Untaken >= Corpus.Smuggled.Length, "read on behind a doubtful end of data");
                }
                else
                {
                    AssertInStep(lenient);
                }

                SessionDriver chunk = Play(new RelaySettings { FixesLineEnds = true }, "BDAT " + text.Length + " LAST\r\n" + text + "NOOP\r\n", cuts);
                AssertInStep(chunk);
                AssertHarmless(chunk);
                Assert.Single(chunk.Spool.Messages);
            }
        }
    }

    /// <summary>A chunk may hold the real one: it is text there.</summary>
    [Fact]
    public void TheEndOfDataIsTextInAChunk()
    {
        string text = s_heads[0] + "\r\n.\r\n" + Corpus.Smuggled;
        SessionDriver driver = Play(new RelaySettings(), "BDAT " + text.Length + " LAST\r\n" + text + "NOOP\r\n", Cuts.ByteByByte);
        AssertInStep(driver);
        AssertHarmless(driver);
        Assert.Single(driver.Spool.Messages);
    }

    /// <summary>Even a spool that has it from elsewhere does not hand it on.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void NothingGoesOut(string name, string escaped)
    {
        _ = name;
        foreach (string head in s_heads)
        {
            AssertHarmless(head + Escapes.Decode(escaped) + Corpus.Smuggled);
            AssertHarmless(head + "\r\n.\r\n" + Escapes.Decode(escaped) + Corpus.Smuggled);
        }
    }

    private static SessionDriver Play(RelaySettings settings, string said, Cuts cuts)
    {
        settings.Hostname = "relay.example";
        SessionDriver driver = new SessionDriver(settings).Open();
        driver.Feed("EHLO client.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n");
        driver.TakeOutput();
        driver.Feed(said, cuts);
        driver.Drain();
        return driver;
    }

    // One verdict on one message, and the session knows where it ended.
    private static void AssertInStep(SessionDriver driver)
    {
        string[] replies = driver.TakeOutput().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("354", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, replies.Length);
        Assert.True(replies[0].StartsWith("250 2.0.0 queued as 1", StringComparison.Ordinal) || replies[0].StartsWith("554 5.6.0 ", StringComparison.Ordinal), replies[0]);
        Assert.Equal("250 2.0.0 OK", replies[1]);
    }

    private static void AssertHarmless(SessionDriver driver)
    {
        Assert.True(driver.Spool.Messages.Count <= 1);
        foreach (RecordedMessage message in driver.Spool.Messages)
        {
            Assert.Equal("a@b.example", message.ReversePath);
            Assert.Equal("c@d.example", message.Recipient(0));
            AssertHarmless(message.Text);
        }
    }

    // On the wire towards the smarthost: only CRLF, no NUL, and a dot alone in no line but the last.
    private static void AssertHarmless(string stored)
    {
        foreach (int room in new[] { 7, 64, 100_000 })
        {
            string wire = Encode(stored, room);
            string[] lines = wire.Split("\r\n");
            Assert.Equal("", lines[^1]);
            Assert.Equal(".", lines[^2]);
            foreach (string line in lines.SkipLast(2))
            {
                Assert.Equal(-1, line.AsSpan().IndexOfAny('\r', '\n', '\0'));
                Assert.False(line.StartsWith('.') && !line.StartsWith("..", StringComparison.Ordinal), line);
            }
        }
    }

    private static string Encode(string stored, int room)
    {
        var encoder = new DataEncoder();
        encoder.Reset();
        var output = new ByteBuffer(room);
        var wire = new StringBuilder();
        byte[] bytes = Encoding.Latin1.GetBytes(stored);
        for (int at = 0; at < bytes.Length;)
        {
            at += encoder.Encode(bytes, at, Math.Min(5, bytes.Length - at), output);
            Take(output, wire);
        }

        encoder.End(output);
        Take(output, wire);
        return wire.ToString();
    }

    private static void Take(ByteBuffer output, StringBuilder wire)
    {
        wire.Append(Encoding.Latin1.GetString(output.Bytes, output.Start, output.Count));
        output.Consume(output.Count);
    }
}
