using System;
using System.Linq;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// Streams made of pieces of dialogues, some of them damaged: whatever comes, no exception, only proper replies, the same in
/// every cut, and nothing left behind.
/// </summary>
public class RandomSessionTests
{
    private static readonly string[] s_pieces =
    {
        "EHLO client.example\r\n", "HELO c\r\n", "EHLO [IPv6:::1]\r\n", "EHLO [IPv6:1]\r\n", "EHLO \r\n",
        "MAIL FROM:<>\r\n", "MAIL FROM:<a@b.example> SIZE=10\r\n", "MAIL FROM:<a@b> FOO\r\n", "MAIL FROM:<a@b> BODY=8BITMIME SMTPUTF8\r\n",
        "RCPT TO:<c@d.example>\r\n", "RCPT TO:<Postmaster>\r\n", "RCPT TO:<c@d> NOTIFY=NEVER ORCPT=rfc822;x\r\n", "RCPT TO:<\xC3\xBC@d>\r\n",
        "DATA\r\n", "Subject: x\r\n\r\nbody\r\n.\r\n", "..\r\n", ".\r\n", "\r\n.\r\n", "\n.\n", "\r",
        "BDAT 5\r\nabc\r\n", "BDAT 3 LAST\r\nx\r\n", "BDAT 0 LAST\r\n", "BDAT 4\r\na\nb\n", "BDAT x\r\n", "BDAT 20000\r\n",
        "RSET\r\n", "NOOP\r\n", "VRFY x\r\n", "EXPN x\r\n", "HELP\r\n", "AUTH PLAIN =\r\n", "STARTTLS\r\n", "QUIT\r\n",
        "XYZZY\r\n", "\r\n", "\n", "\0", "\xFF", "MAIL", " ", "GET / HTTP/1.1\r\n",
    };

    [Fact]
    public void TheSameInEveryCutAndAlwaysProper()
    {
        var settings = new RelaySettings { Hostname = "relay.example" };
        settings.Limits.MessageBytes = 2000;
        settings.Limits.ErrorsPerSession = 20;
        var whole = new SessionDriver(settings);
        var again = new SessionDriver(settings);
        int accepted = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            string stream = Make(new Random(seed));
            string first = Play(whole, stream, Cuts.Whole);
            accepted += whole.Spool.Messages.Count;
            string second = Play(again, stream, seed % 2 == 0 ? Cuts.ByteByByte : Cuts.Random(seed));
            if (first != second)
            {
                Assert.Equal("seed " + seed + "\n" + first, "seed " + seed + "\n" + second);
            }

            foreach (string line in first.Split("\r\n").SkipLast(1))
            {
                if (!ReplyForm.IsValid(line))
                {
                    Assert.Fail("seed " + seed + ": not a reply: " + line);
                }
            }
        }

        // The streams are worth something only if they get somewhere.
        Assert.True(accepted > 1000, "only " + accepted + " messages were accepted");
    }

    private static string Make(Random random)
    {
        var stream = new StringBuilder();
        if (random.Next(3) > 0)
        {
            stream.Append("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
        }

        for (int n = random.Next(1, 25); n > 0; n--)
        {
            stream.Append(s_pieces[random.Next(s_pieces.Length)]);
            switch (random.Next(30))
            {
                case 0:
                    stream.Length -= random.Next(Math.Min(3, stream.Length + 1));
                    break;
                case 1:
                    stream.Append((char)random.Next(256));
                    break;
                case 2:
                    stream.Append('x', random.Next(2500));
                    break;
                default:
                    break;
            }
        }

        return stream.ToString();
    }

    private static string Play(SessionDriver driver, string stream, Cuts cuts)
    {
        driver.Spool.Forget();
        driver.Open();
        driver.Feed(stream, cuts);
        SessionWants wants = driver.Session.Wants;
        driver.Session.PeerClosed();
        Assert.Equal(0, driver.Spool.Unfinished);
        var all = new StringBuilder(driver.TakeOutput());
        foreach (RecordedMessage message in driver.Spool.Messages)
        {
            all.Append("354 ").Append(string.Concat(message.Body.Select(c => c is >= ' ' and < '\x7F' ? c : '?')).Take(400).ToArray());
            all.Append(" .\r\n");
        }

        return all.Append("354 ").Append(wants).Append("\r\n").ToString();
    }
}
