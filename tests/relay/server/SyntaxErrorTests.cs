using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// What a 501 says was expected, in words of the grammar. On .NET only: the device's parsers leave these words out, so the
/// dialogues, which both builds answer, ask only for the octet.
/// </summary>
public class SyntaxErrorTests
{
    [Theory]
    [InlineData("MAIL FROM: <a@b.example>", "501 5.5.4 Syntax error at octet 11, expected \"<\"")]
    [InlineData("MAIL FROM:a@b.example", "501 5.5.4 Syntax error at octet 11, expected \"<\"")]
    [InlineData("RCPT TO:c@d.example", "501 5.5.4 Syntax error at octet 9, expected ")]
    [InlineData("QUIT now", "501 5.5.4 Syntax error at octet 6, expected ")]
    [InlineData("MAIL TO:<a@b.example>", "501 5.5.4 Syntax error at octet 6, expected ")]
    [InlineData("DATA now", "501 5.5.4 Syntax error at octet 6, expected ")]
    [InlineData("STARTTLS now", "501 5.5.4 Syntax error at octet 10, expected ")]
    public void SaysWhatWasExpected(string line, string start)
    {
        SessionDriver driver = new SessionDriver().Open();
        driver.Feed("EHLO client.example\r\n");
        driver.TakeOutput();
        driver.Feed(line + "\r\n");
        string reply = driver.TakeOutput();
        Assert.StartsWith(start, reply);
        Assert.True(reply.Length > start.Length + 2 || start.EndsWith('"'), reply);
        Assert.True(ReplyForm.IsValid(reply.TrimEnd()), reply);
    }
}
