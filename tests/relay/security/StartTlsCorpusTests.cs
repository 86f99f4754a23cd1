using System;
using System.Linq;
using System.Text;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Security;

/// <summary>What is said in clear where TLS is about to begin, or ought to: to the server, and by a smarthost to the client.</summary>
public class StartTlsCorpusTests
{
    public static TheoryData<string, string> ForTheServer() => Corpus.Named("starttls-server.txt");

    public static TheoryData<string, string> ForTheClient() => Corpus.Named("starttls-client.txt");

    public static TheoryData<string, string> Offers() => Corpus.Named("starttls-offer.txt");

    [Theory]
    [MemberData(nameof(ForTheServer))]
    public void BehindStartTlsNothingCounts(string name, string escaped)
    {
        _ = name;
        string injected = Escapes.Decode(escaped);
        foreach (bool isLenient in new[] { false, true })
        {
            foreach (Cuts cuts in Cuts.Several(5).Append(Cuts.At("STARTTLS\r\n".Length)))
            {
                var settings = new RelaySettings { Hostname = "relay.example", OffersTls = true, Credentials = new TestCredentials() };
                settings.AllowedRule.IsLenient = isLenient;
                SessionDriver driver = new SessionDriver(settings).Open();
                driver.Feed("EHLO client.example\r\n");
                driver.TakeOutput();
                driver.Feed("STARTTLS\r\n" + injected, cuts);
                Assert.Equal("220 2.0.0 Go ahead with TLS\r\n", driver.TakeOutput());
                Assert.Equal(SessionWants.Close, driver.Session.Wants);
                driver.Session.TlsStarted(true);
                driver.Drain();
                Assert.Equal("", driver.TakeOutput());
                Assert.Equal(SessionWants.Close, driver.Session.Wants);
                Assert.Empty(driver.Spool.Messages);
                Assert.Equal(0, driver.Spool.Unfinished);
            }
        }
    }

    [Theory]
    [MemberData(nameof(ForTheClient))]
    public void AWrongAnswerToStartTlsEndsTheSession(string name, string escaped)
    {
        _ = name;
        foreach (int cut in new[] { 1, 3, 10_000 })
        {
            ClientSession session = Open();
            Assert.Equal("EHLO relay.test\r\n", Say(session, "220 smart.test ESMTP\r\n", cut));
            Assert.Equal("STARTTLS\r\n", Say(session, "250-smart.test\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE\r\n", cut));
            string said = Say(session, Escapes.Decode(escaped), cut);
            if (session.Wants == ClientWants.StartTls)
            {
                // All in the packet that was looked at was the answer; what comes behind it is no part of the handshake.
                Assert.True(cut < 10_000, "TLS begins with octets behind the answer");
                continue;
            }

            AssertGivesUp(session, said);
        }
    }

    [Theory]
    [MemberData(nameof(Offers))]
    public void WithoutStartTlsNothingIsSaid(string name, string escaped)
    {
        _ = name;
        foreach (int cut in new[] { 1, 3, 10_000 })
        {
            ClientSession session = Open();
            Assert.Equal("EHLO relay.test\r\n", Say(session, "220 smart.test ESMTP\r\n", cut));
            AssertGivesUp(session, Say(session, Escapes.Decode(escaped), cut));
        }
    }

    private static ClientSession Open()
    {
        var settings = new RelaySettings { Hostname = "relay.test", Smarthost = { Host = "smart.test", Security = SmarthostSecurity.StartTls, User = "relay", Password = "secret" } };
        var session = new ClientSession(settings, new FakeClock());
        session.Open(settings.Smarthost, false);
        return session;
    }

    private static void AssertGivesUp(ClientSession session, string said)
    {
        Assert.True(said is "" or "QUIT\r\n" or "HELO relay.test\r\n", "said in clear: " + said);
        if (said.StartsWith("HELO", StringComparison.Ordinal))
        {
            said = Say(session, "250 smart.test\r\n", 100);
            Assert.True(said is "" or "QUIT\r\n", "said in clear: " + said);
        }

        Assert.True(session.Wants == ClientWants.Close || said == "QUIT\r\n", "it waits for " + session.Wants);
        Assert.NotEqual(ClientFailure.None, session.Failure);
        Assert.NotEqual("", session.FailureText);
    }

    // What the client says to it.
    private static string Say(ClientSession session, string text, int cut)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int at = 0; at < bytes.Length && session.Wants is ClientWants.Input;)
        {
            at += session.Receive(bytes, at, Math.Min(cut, bytes.Length - at));
        }

        var said = new StringBuilder();
        while (session.OutputCount > 0)
        {
            int count = session.OutputCount;
            said.Append(Encoding.Latin1.GetString(session.Output, session.OutputStart, count));
            session.Sent(count);
        }

        return said.ToString();
    }
}
