using System;
using System.Collections.Generic;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>A gateway sends the message by BDAT where the smarthost offers CHUNKING (RFC 3030). A device does not, so these are not run against its build.</summary>
public class ChunksTests
{
    private const string Opening = "S: 220 x\nC: EHLO relay.test\nS: 250-x\nS* 250-PIPELINING\nS* 250 CHUNKING\n";
    private const string Envelope = "M:\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\n";

    private static FakeMessage Message(params string[] recipients) => new("a@b", recipients, "Subject: x\r\n\r\n.Hello\r\n..\r\nopen");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void A_message_is_one_chunk_whose_dots_stay_as_they_are(int cut)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, Message("c@d"), new FakeMessage("a@b", new[] { "c@d" }, ""));
        dialogue.Play(Opening + Envelope + """
            S: 250 ok
            S* 250 ok
            C: BDAT 32 LAST
            C: Subject: x
            C:
            C: .Hello
            C: ..
            C: open
            S: 250 queued
            """ + "\n" + Envelope + """
            S: 250 ok
            S* 250 ok
            C: BDAT 0 LAST
            S: 250 queued too
            """);
        Assert.Equal("Delivered 250 queued too", dialogue.ResultOf(0));
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory]
    [InlineData(true, 1, 7)]
    [InlineData(true, 1400, 1)]
    [InlineData(true, int.MaxValue, int.MaxValue)]
    [InlineData(false, 1, 1400)]
    [InlineData(false, int.MaxValue, 100)]
    public void A_large_message_arrives_as_it_is_in_many_chunks(bool pipelining, int cut, int read)
    {
        Random random = new(7);
        StringBuilder text = new();
        while (text.Length < 20000)
        {
            text.Append(random.Next(4) == 0 ? "." : "").Append(new string((char)random.Next(33, 255), random.Next(0, 90))).Append("\r\n");
        }

        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Limits.ForwardBuffer = 1000;
        FakeMessage message = new("a@b", new[] { "c@d" }, text.ToString()) { LongestRead = read };
        ClientSession session = new(settings, new FakeClock());
        session.Open(settings.Smarthost, false);
        int chunks = 0;
        int unanswered = 0;
        int most = 0;
        List<byte> received = new();
        Say(session, "220 x");
        Assert.StartsWith("EHLO", Heard(session, cut));
        Say(session, pipelining ? "250-x\r\n250-PIPELINING\r\n250 CHUNKING" : "250-x\r\n250 CHUNKING");
        session.Begin(message.Entry, message.Reader());
        bool isLast = false;
        StringBuilder said = new(Heard(session, cut));
        while (session.Wants != ClientWants.Message)
        {
            Assert.NotEqual(ClientWants.Close, session.Wants);
            string line = said.ToString().Split("\r\n")[0];
            if (line.StartsWith("BDAT "))
            {
                Assert.False(isLast);
                string[] words = line.Split(' ');
                int size = int.Parse(words[1]);
                isLast = words.Length == 3 && words[2] == "LAST";
                received.AddRange(Encoding.Latin1.GetBytes(said.ToString(line.Length + 2, size)));
                said.Remove(0, line.Length + 2 + size);
                chunks++;
                unanswered++;
                most = Math.Max(most, unanswered);
                if (said.Length > 0)
                {
                    continue;
                }
            }
            else
            {
                said.Remove(0, line.Length + 2);
                unanswered++;
                if (said.Length > 0)
                {
                    continue;
                }
            }

            for (; unanswered > 0; unanswered--)
            {
                Say(session, "250 ok");
            }

            said.Append(Heard(session, cut));
        }

        Assert.True(isLast);
        Assert.Equal(text.ToString(), Encoding.Latin1.GetString(received.ToArray()));
        Assert.InRange(chunks, 5, 60);
        Assert.Equal(pipelining, most > 1);
        Assert.Equal(RecipientResult.Delivered, session.Result(0));
    }

    [Theory]
    [InlineData("452 4.3.1 full", RecipientResult.Deferred)]
    [InlineData("554 5.6.0 spam", RecipientResult.Failed)]
    public void A_refused_chunk_decides_and_the_next_message_goes_on(string answer, RecipientResult result)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, new FakeMessage("a@b", new[] { "c@d" }, "x\r\n"), new FakeMessage("a@b", new[] { "c@d" }, "y\r\n"));
        dialogue.Play(Opening + Envelope + "S: 250 ok\nS* 250 ok\nC: BDAT 3 LAST\nC: x\nS: " + answer);
        Assert.Equal(result + " " + answer, dialogue.ResultOf(0));
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);

        dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, new FakeMessage("a@b", new[] { "c@d" }, "x\r\n"), new FakeMessage("a@b", new[] { "c@d" }, "y\r\n"));
        dialogue.Play(Opening + Envelope + "S: 250 ok\nS* 250 ok\nC: BDAT 3 LAST\nC: x\nS: " + answer
            + "\nM:\nC: RSET\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nS: 250\nS* 250\nS* 250\nC: BDAT 3 LAST\nC: y\nS: 250 queued");
        Assert.Equal("Delivered 250 queued", dialogue.ResultOf(0));
    }

    [Fact]
    public void What_was_sent_behind_a_refused_chunk_is_answered_in_vain()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Limits.ForwardBuffer = 1000;
        ClientSession session = new(settings, new FakeClock());
        FakeMessage message = new("a@b", new[] { "c@d" }, new string('x', 9000) + "\r\n");
        session.Open(settings.Smarthost, false);
        Say(session, "220 x");
        Heard(session, int.MaxValue);
        Say(session, "250-x\r\n250-PIPELINING\r\n250 CHUNKING");
        session.Begin(message.Entry, message.Reader());
        Heard(session, int.MaxValue);
        Say(session, "250 ok\r\n250 ok");
        int chunks = Heard(session, int.MaxValue).Split("BDAT ").Length - 1;
        Assert.InRange(chunks, 2, 20);
        Say(session, "552 5.3.4 too large");
        for (int i = 1; i < chunks; i++)
        {
            Assert.Equal(ClientWants.Input, session.Wants);
            Say(session, "503 5.5.1 no transaction");
        }

        Assert.Equal(ClientWants.Message, session.Wants);
        Assert.Equal("552 5.3.4 too large", session.ReplyTo(0));
        Assert.Equal(RecipientResult.Failed, session.Result(0));
    }

    [Fact]
    public void With_no_recipient_left_no_chunk_is_sent()
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"), new FakeMessage("a@b", new[] { "c@d" }, "y\r\n"));
        dialogue.Play(Opening + Envelope + "S: 250 ok\nS* 550 5.1.1 nobody\nM:\nC: RSET\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nS: 250\nS* 250\nS* 250\nC: BDAT 3 LAST\nC: y\nS: 250 queued");
        Assert.Equal("Delivered 250 queued", dialogue.ResultOf(0));
        dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"));
        dialogue.Play(Opening + Envelope + "S: 552 5.3.4 no\nS* 503 what");
        Assert.Equal("Failed 552 5.3.4 no", dialogue.ResultOf(0));
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Fact]
    public void A_damaged_message_has_no_last_chunk()
    {
        FakeMessage message = Message("c@d");
        message.DamagedAt = 20;
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, message);
        dialogue.Play(Opening + Envelope + "S: 250\nS* 250");
        Assert.Equal(ClientFailure.Message, dialogue.Session.Failure);
        Assert.Equal(RecipientResult.Pending, dialogue.Session.Result(0));
    }

    [Theory]
    [InlineData("421 4.3.2 closing", ClientFailure.ShuttingDown, RecipientResult.Deferred)]
    [InlineData("354 go on", ClientFailure.Protocol, RecipientResult.Pending)]
    [InlineData("530 5.7.0 log in", ClientFailure.Login, RecipientResult.Pending)]
    public void What_is_no_answer_to_a_chunk_ends_the_connection(string answer, ClientFailure failure, RecipientResult result)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, new FakeMessage("a@b", new[] { "c@d" }, "x\r\n"));
        dialogue.Play(Opening + Envelope + "S: 250\nS* 250\nC: BDAT 3 LAST\nC: x\nS: " + answer);
        Assert.Equal(failure, dialogue.Session.Failure);
        Assert.Equal(result, dialogue.Session.Result(0));
    }

    private static void Say(ClientSession session, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text + "\r\n");
        Assert.Equal(bytes.Length, session.Receive(bytes, 0, bytes.Length));
    }

    private static string Heard(ClientSession session, int cut)
    {
        StringBuilder said = new();
        while (session.OutputCount > 0)
        {
            int count = Math.Min(cut, session.OutputCount);
            said.Append(Encoding.Latin1.GetString(session.Output, session.OutputStart, count));
            session.Sent(count);
        }

        return said.ToString();
    }
}
