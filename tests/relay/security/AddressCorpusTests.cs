using System;
using System.Linq;
using System.Text;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Security;

/// <summary>Mailboxes of corpora/addresses.txt, as senders and recipients of strict and lenient clients, in any cut.</summary>
public class AddressCorpusTests
{
    public static TheoryData<int, string, bool> Cases()
    {
        var data = new TheoryData<int, string, bool>();
        bool isUtf8 = false;
        foreach ((int number, string line) in Corpus.Lines("addresses.txt"))
        {
            if (line.StartsWith("with ", StringComparison.Ordinal))
            {
                isUtf8 = true;
            }
            else
            {
                data.Add(number, line, isUtf8);
            }
        }

        return data;
    }

    [Fact]
    public void ThereAreAtLeast250() => Assert.True(Cases().Count() >= 250);

    [Theory]
    [MemberData(nameof(Cases))]
    public void IsJudgedAsWritten(int number, string line, bool isUtf8)
    {
        _ = number;
        string mailbox = Escapes.Decode(line.Substring(4));
        foreach (bool isLenient in new[] { false, true })
        {
            bool isTaken = line[isLenient ? 2 : 0] == '+';
            foreach (Cuts cuts in new[] { Cuts.Whole, Cuts.ByteByByte, Cuts.Random(1) })
            {
                SessionDriver driver = Greeted(isLenient);
                string parameter = isUtf8 ? " SMTPUTF8" : "";
                Judge(driver, "MAIL FROM:<" + mailbox + ">" + parameter + "\r\n", cuts, isTaken, isLenient);
                driver = Greeted(isLenient);
                driver.Feed("MAIL FROM:<>" + parameter + "\r\n");
                driver.TakeOutput();
                Judge(driver, "RCPT TO:<" + mailbox + ">\r\n", cuts, isTaken, isLenient);
            }
        }
    }

    private static void Judge(SessionDriver driver, string command, Cuts cuts, bool isTaken, bool isLenient)
    {
        driver.Feed(command, cuts);
        string reply = driver.TakeOutput();
        string where = (isLenient ? "lenient, " : "strict, ") + cuts + ": " + command + reply;
        Assert.True(ReplyForm.IsValid(reply.Substring(0, reply.Length - 2)), where);
        Assert.True(reply.StartsWith(isTaken ? "250 " : "5", StringComparison.Ordinal), where);

        // One reply, and the session is in step.
        driver.Feed("NOOP\r\n");
        Assert.Equal("250 2.0.0 OK\r\n", driver.TakeOutput());
        foreach (string logged in driver.Log.Lines)
        {
            Assert.DoesNotContain(logged, char.IsControl);
        }

        if (!isTaken)
        {
            return;
        }

        // What is kept of it is a mailbox that a strict listener takes as it is.
        driver.Feed(command.StartsWith('M') ? "RCPT TO:<c@d.example>\r\nDATA\r\n.\r\n" : "DATA\r\n.\r\n");
        RecordedMessage message = Assert.Single(driver.Spool.Messages);
        string kept = command.StartsWith('M') ? message.ReversePath : message.Recipient(0);
        SessionDriver strict = Greeted(false);
        strict.Feed("MAIL FROM:<" + kept + ">" + (kept.Any(c => c > '\x7F') ? " SMTPUTF8" : "") + "\r\n");
        Assert.StartsWith("250 ", strict.TakeOutput());
    }

    private static SessionDriver Greeted(bool isLenient)
    {
        var settings = new RelaySettings { Hostname = "relay.example" };
        settings.AllowedRule.IsLenient = isLenient;
        SessionDriver driver = new SessionDriver(settings).Open();
        driver.Feed("EHLO client.example\r\n");
        driver.TakeOutput();
        return driver;
    }
}
