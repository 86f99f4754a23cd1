using System;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// The end of data and the message in front of it, against a second opinion: string searches over the whole stream, as
/// RFC 5321 sections 4.1.1.4 and 4.5.2 are usually read. Streams are made of the octets that matter.
/// </summary>
public class EndOfDataTests
{
    private const string Envelope = "EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";

    private const string Header = "Date: x\r\nMessage-ID: y\r\n\r\n";

    [Fact]
    public void AllShortStreamsEndWhereTheStandardSays()
    {
        // Every stream of up to six of these, each followed by a sure end.
        const string Alphabet = "\r\n.x\0";
        var driver = new SessionDriver();
        for (int length = 0; length <= 6; length++)
        {
            var digits = new int[length];
            bool more = true;
            while (more)
            {
                var stream = new StringBuilder();
                foreach (int digit in digits)
                {
                    stream.Append(Alphabet[digit]);
                }

                Check(driver, stream.ToString(), length < 5 ? Cuts.ByteByByte : Cuts.Whole);
                more = Increment(digits, Alphabet.Length);
            }
        }
    }

    [Fact]
    public void RandomStreamsEndWhereTheStandardSays()
    {
        string[] pieces = { "\r", "\n", "\r\n", ".", "\r\n.", "\r\n.\r\n", "..", "x", "word", "\0", "\xFF", "\r\n.\r", "\n.\n" };
        var random = new Random(5321);
        var driver = new SessionDriver();
        for (int i = 0; i < 20_000; i++)
        {
            var stream = new StringBuilder();
            for (int n = random.Next(12); n > 0; n--)
            {
                // Mostly well-behaved, so that many messages are accepted.
                stream.Append(random.Next(4) == 0 ? pieces[random.Next(pieces.Length)] : random.Next(2) == 0 ? "\r\n" : "..");
            }

            Check(driver, stream.ToString(), Cuts.Random(i));
        }
    }

    /// <summary>One octet may end two captures, also where the parser's list has room for one.</summary>
    [Fact]
    public void ManyLinesAtOnceAreReadOn()
    {
        var driver = new SessionDriver();
        for (int lines = 0; lines <= 40; lines++)
        {
            string text = string.Concat(System.Linq.Enumerable.Repeat("\r\n", lines));
            Check(driver, text + "\r\n.\rX", Cuts.Whole);
            Check(driver, text + "\r\n.\nX", Cuts.Whole);
            Check(driver, text + "\r\n..", Cuts.Whole);
        }
    }

    private static void Check(SessionDriver driver, string stream, Cuts cuts)
    {
        // A header section first: what a text without one gets is proved elsewhere.
        stream = Header + stream + "\r\n.\r\n";
        int end = ("\r\n" + stream).IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        string text = stream.Substring(0, end);
        bool hasStray = text.Replace("\r\n", "").AsSpan().IndexOfAny('\r', '\n', '\0') >= 0;
        string message = ("\r\n" + text).Replace("\r\n.", "\r\n").Substring(2);

        driver.Spool.Forget();
        driver.Open();
        driver.Feed(Envelope);
        driver.TakeOutput();
        driver.Feed(stream.Substring(0, end + 3) + "NOOP\r\n", cuts);

        string answer = driver.TakeOutput();
        if (hasStray)
        {
            Assert.StartsWith("554 5.6.0 ", answer);
            Assert.Empty(driver.Spool.Messages);
        }
        else
        {
            Assert.StartsWith("250 2.0.0 queued as 1\r\n", answer);
            Assert.Equal(message, Assert.Single(driver.Spool.Messages).Body);
        }

        Assert.EndsWith("\r\n250 2.0.0 OK\r\n", answer);
        Assert.Equal(0, driver.Spool.Unfinished);
    }

    private static bool Increment(int[] digits, int radix)
    {
        for (int i = 0; i < digits.Length; i++)
        {
            if (++digits[i] < radix)
            {
                return true;
            }

            digits[i] = 0;
        }

        return false;
    }
}
