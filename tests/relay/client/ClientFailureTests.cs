using System;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Dialogues that go wrong: at every command, in every way a smarthost has been seen to.</summary>
public class ClientFailureTests
{
    private const string Opening = """
        S: 220 smart.test ready
        C: EHLO relay.test
        S: 250 smart.test

        """;

    private const string PipelinedOpening = """
        S: 220 smart.test ready
        C: EHLO relay.test
        S: 250-smart.test
        S* 250 PIPELINING

        """;

    private static FakeMessage Message(params string[] recipients) => new("a@b", recipients, "Subject: x\r\n\r\nHello\r\n");

    public static TheoryData<int> Cuts => new() { 1, int.MaxValue };

    private static ClientDialogue Failing(string script, ClientFailure failure, RelaySettings? settings = null, int cut = int.MaxValue)
    {
        ClientDialogue dialogue = new(settings ?? ClientDialogue.PlainSettings(), cut, Message("c@d"));
        dialogue.Play(script);
        Assert.Equal(failure, dialogue.Session.Failure);
        Assert.Equal(ClientWants.Close, dialogue.Session.Wants);
        Assert.NotEqual("", dialogue.Session.FailureText);
        Assert.Equal(long.MaxValue, dialogue.Session.Deadline);
        return dialogue;
    }

    // ---- Before mail ------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("554 5.7.1 go away", ClientFailure.Refused)]
    [InlineData("450 later", ClientFailure.Refused)]
    [InlineData("354 what", ClientFailure.Refused)]
    public void A_greeting_that_refuses(string greeting, ClientFailure failure)
    {
        ClientDialogue dialogue = Failing("S: " + greeting + "\nC: QUIT", failure);
        Assert.EndsWith(greeting, dialogue.Session.FailureText);
    }

    [Theory]
    [InlineData("S: 421 too busy")]
    [InlineData("S: 220 x\nC: EHLO relay.test\nS: 421 too busy")]
    [InlineData("S: 220 x\nC: EHLO relay.test\nS: 500 x\nC: HELO relay.test\nS: 421 too busy")]
    public void Closing_before_mail(string script) => Failing(script, ClientFailure.ShuttingDown);

    [Theory]
    [InlineData("S: 220 x\nC: EHLO relay.test\nS: 450 x\nC: QUIT")]
    [InlineData("S: 220 x\nC: EHLO relay.test\nS: 550 x\nC: HELO relay.test\nS: 550 x\nC: QUIT")]
    public void A_hello_that_is_refused(string script) => Failing(script, ClientFailure.Refused);

    [Theory]
    [InlineData("S: HTTP/1.1 400 Bad Request")]
    [InlineData("S: 22 x")]
    [InlineData("S: 120 x")]
    [InlineData("S: 620 x")]
    [InlineData("S: 220_x")]
    [InlineData("S: 220-x\nS: 221 x")]
    [InlineData("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 220 x")]
    [InlineData("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: x")]
    public void No_smtp(string script)
    {
        Failing(script, ClientFailure.Protocol);
        Failing(script, ClientFailure.Protocol, cut: 1);
    }

    [Fact]
    public void A_reply_line_past_its_limit()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Limits.ReplyLine = 600;
        foreach (int cut in new[] { 1, 17, int.MaxValue })
        {
            ClientDialogue longest = new(settings, cut);
            longest.Play("S: 220 " + new string('x', 594) + "\nC: EHLO relay.test");
            Assert.Equal(ClientFailure.None, longest.Session.Failure);
            ClientDialogue longer = new(settings, cut);
            longer.Play("S: 220 " + new string('x', 595));
            Assert.Equal(ClientFailure.Protocol, longer.Session.Failure);
        }
    }

    [Fact]
    public void A_reply_of_too_many_lines()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Limits.ReplyLines = 5;
        Failing("S: 220-x\nS: 220-x\nS: 220-x\nS: 220-x\nS: 220-x", ClientFailure.Protocol, settings);
    }

    // ---- TLS --------------------------------------------------------------------------------------------------------

    [Theory, MemberData(nameof(Cuts))]
    public void StartTls_stripped_is_no_downgrade(int cut)
    {
        Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 SIZE\nC: QUIT", ClientFailure.Tls, ClientSessionTests.TlsSettings(), cut);
        Failing("S: 220 x\nC: EHLO relay.test\nS: 502 x\nC: QUIT", ClientFailure.Refused, ClientSessionTests.TlsSettings(), cut);
    }

    [Theory]
    [InlineData("454 4.7.0 not now")]
    [InlineData("502 what")]
    public void StartTls_refused(string answer)
    {
        Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: " + answer + "\nC: QUIT", ClientFailure.Tls, ClientSessionTests.TlsSettings());
    }

    [Fact]
    public void A_handshake_that_fails()
    {
        ClientDialogue dialogue = Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT: the certificate is for another name", ClientFailure.Tls, ClientSessionTests.TlsSettings());
        Assert.EndsWith("the certificate is for another name", dialogue.Session.FailureText);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Bytes_behind_the_answer_to_starttls_end_the_session(int cut)
    {
        Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nS* 250 injected", ClientFailure.Tls, ClientSessionTests.TlsSettings(), cut);
    }

    [Fact]
    public void What_was_offered_in_clear_is_forgotten()
    {
        RelaySettings settings = ClientSessionTests.TlsSettings();
        settings.Smarthost.User = "tim";
        Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT: ok\nC: EHLO relay.test\nS: 250 x\nC: QUIT", ClientFailure.Login, settings);
    }

    [Fact]
    public void Implicit_tls_without_tls_says_nothing()
    {
        RelaySettings settings = ClientSessionTests.TlsSettings();
        settings.Smarthost.Security = SmarthostSecurity.Tls;
        Failing("", ClientFailure.Tls, settings);
    }

    // ---- Login ------------------------------------------------------------------------------------------------------

    private static RelaySettings LoginSettings(string host = "127.0.0.1")
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Smarthost.Host = host;
        settings.Smarthost.User = "tim";
        settings.Smarthost.Password = "secret";
        return settings;
    }

    [Theory]
    [InlineData("535 5.7.8 wrong")]
    [InlineData("454 4.7.0 too many login attempts")]
    [InlineData("504 unknown")]
    public void A_login_that_is_refused(string answer)
    {
        ClientDialogue dialogue = Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN AHRpbQBzZWNyZXQ=\nS: " + answer + "\nC: QUIT", ClientFailure.Login, LoginSettings());
        Assert.EndsWith(answer, dialogue.Session.FailureText);
        Assert.DoesNotContain("secret", dialogue.Session.FailureText);
    }

    [Theory]
    [InlineData("250 x")]
    [InlineData("250 AUTH")]
    [InlineData("250 AUTH CRAM-MD5 XPLAIN")]
    public void Only_mechanisms_that_are_offered(string offer)
    {
        Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: " + offer + "\nC: QUIT", ClientFailure.Login, LoginSettings());
    }

    [Fact]
    public void A_server_without_ehlo_cannot_take_a_login()
    {
        Failing("S: 220 x\nC: EHLO relay.test\nS: 500 x\nC: QUIT", ClientFailure.Refused, LoginSettings());
    }

    [Fact]
    public void A_challenge_too_many()
    {
        Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHRpbQBzZWNyZXQ=\nS: 334 more", ClientFailure.Login, LoginSettings());
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LocalHost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("::1", true)]
    [InlineData("127.0.0.1.evil.test", false)]
    [InlineData("127.example", false)]
    [InlineData("127..0.1", false)]
    [InlineData("127.0.0.", false)]
    [InlineData("127", false)]
    [InlineData("1270.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("localhost.test", false)]
    [InlineData("smart.test", false)]
    public void No_password_in_clear_except_to_this_machine(string host, bool allowed)
    {
        if (allowed)
        {
            ClientDialogue dialogue = new(LoginSettings(host), int.MaxValue);
            dialogue.Play("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHRpbQBzZWNyZXQ=\nS: 235 ok");
            Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
        }
        else
        {
            Failing("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 AUTH PLAIN\nC: QUIT", ClientFailure.Login, LoginSettings(host));
        }
    }

    // ---- Mail -------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("451 4.3.0 later", RecipientResult.Deferred)]
    [InlineData("550 5.7.1 no", RecipientResult.Failed)]
    [InlineData("452 full", RecipientResult.Deferred)]
    [InlineData("552 too big", RecipientResult.Failed)]
    public void Mail_refused_and_the_next_message_goes_on(string answer, RecipientResult result)
    {
        ClientDialogue lockstep = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"), Message("e@f"));
        lockstep.Play(Opening + "M:\nC: MAIL FROM:<a@b>\nS: " + answer + "\nM:\nC: MAIL FROM:<a@b>");
        Assert.Equal("", lockstep.Session.ReplyTo(0));

        ClientDialogue pipelined = new(ClientDialogue.PlainSettings(), 1, Message("c@d", "e@f"));
        pipelined.Play(PipelinedOpening + "M:\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: RCPT TO:<e@f>\nC: DATA\nS: " + answer + "\nS: 503 x\nS: 250 x\nS: 503 x");
        Assert.Equal(result + " " + answer, pipelined.ResultOf(0));
        Assert.Equal(result + " " + answer, pipelined.ResultOf(1));
        Assert.Equal(ClientWants.Message, pipelined.Session.Wants);
    }

    [Theory]
    [InlineData("450 4.2.1 later", RecipientResult.Deferred)]
    [InlineData("550 5.1.1 no", RecipientResult.Failed)]
    [InlineData("552 too many", RecipientResult.Deferred)]
    public void The_only_recipient_refused_then_reset_before_the_next(string answer, RecipientResult result)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"), Message("e@f"));
        dialogue.Play(Opening + "M:\nC: MAIL FROM:<a@b>\nS: 250 x\nC: RCPT TO:<c@d>\nS: " + answer);
        Assert.Equal(result + " " + answer, dialogue.ResultOf(0));

        ClientDialogue next = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"), Message("e@f"));
        next.Play(Opening + "M:\nC: MAIL FROM:<a@b>\nS: 250 x\nC: RCPT TO:<c@d>\nS: " + answer + "\nM:\nC: RSET\nS: 250 x\nC: MAIL FROM:<a@b>\nS: 250 x\nC: RCPT TO:<e@f>");
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Data_sent_ahead_with_nobody_to_receive(int cut)
    {
        ClientDialogue refused = new(ClientDialogue.PlainSettings(), cut, Message("c@d"), Message("e@f"));
        refused.Play(PipelinedOpening + "M:\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: DATA\nS: 250 x\nS* 550 no\nS* 554 no valid recipients\nM:\nC: RSET\nC: MAIL FROM:<a@b>\nC: RCPT TO:<e@f>\nC: DATA");

        ClientDialogue taken = new(ClientDialogue.PlainSettings(), cut, Message("c@d"));
        taken.Play(PipelinedOpening + "M:\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: DATA\nS: 250 x\nS* 550 no\nS* 354 go on\nC: .\nS: 250 taken, for whomever");
        Assert.Equal("Failed 550 no", taken.ResultOf(0));
        Assert.Equal(ClientWants.Message, taken.Session.Wants);
    }

    [Theory]
    [InlineData("451 later", RecipientResult.Deferred)]
    [InlineData("554 no", RecipientResult.Failed)]
    public void Data_refused(string answer, RecipientResult result)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"), Message("e@f"));
        dialogue.Play(Opening + "M:\nC: MAIL FROM:<a@b>\nS: 250 x\nC: RCPT TO:<c@d>\nS: 250 x\nC: DATA\nS: " + answer);
        Assert.Equal(result + " " + answer, dialogue.ResultOf(0));
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory]
    [InlineData("451 4.3.0 later", RecipientResult.Deferred)]
    [InlineData("554 5.6.0 spam", RecipientResult.Failed)]
    public void End_of_data_refused(string answer, RecipientResult result)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d", "e@f"), Message("e@f"));
        dialogue.Play(Opening + "M:\nC: MAIL FROM:<a@b>\nS: 250 x\nC: RCPT TO:<c@d>\nS: 250 x\nC: RCPT TO:<e@f>\nS: 550 x\nC: DATA\nS: 354 x\nC: Subject: x\nC:\nC: Hello\nC: .\nS: " + answer);
        Assert.Equal(result + " " + answer, dialogue.ResultOf(0));
        Assert.Equal("Failed 550 x", dialogue.ResultOf(1));
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    private static readonly string[] Transaction =
    {
        "M:\nC: MAIL FROM:<a@b>\n",
        "S: 250 x\nC: RCPT TO:<c@d>\n",
        "S: 250 x\nC: DATA\n",
        "S: 354 x\nC: Subject: x\nC:\nC: Hello\nC: .\n",
    };

    private static string Until(int step) => Opening + string.Concat(Transaction[..(step + 1)]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_smarthost_closes_loses_or_forgets_us_at_each_step(int step)
    {
        ClientDialogue closing = Failing(Until(step) + "S: 421 4.3.2 shutting down", ClientFailure.ShuttingDown);
        Assert.NotEqual(RecipientResult.Failed, closing.Session.Result(0));
        Assert.NotEqual(RecipientResult.Delivered, closing.Session.Result(0));
        Assert.Equal(step > 0, closing.Session.IsAnswered);

        ClientDialogue lost = Failing(Until(step) + "X: reset by peer", ClientFailure.Disconnected);
        Assert.Contains("reset by peer", lost.Session.FailureText);
        Assert.Equal(RecipientResult.Pending, lost.Session.Result(0));

        Assert.Equal(RecipientResult.Pending, Failing(Until(step) + "E:", ClientFailure.Timeout).Session.Result(0));
        Assert.Equal(RecipientResult.Pending, Failing(Until(step) + "S: garbage", ClientFailure.Protocol).Session.Result(0));
        Assert.Equal(RecipientResult.Pending, Failing(Until(step) + "S: 250-x\nS: 550 x", ClientFailure.Protocol).Session.Result(0));
        Assert.Equal(RecipientResult.Pending, Failing(Until(step) + (step == 2 ? "S: 250 x" : "S: 354 x"), ClientFailure.Protocol).Session.Result(0));
    }

    [Theory]
    [InlineData("530 5.7.0 authentication required")]
    [InlineData("535 5.7.8 expired")]
    public void A_demand_for_a_login_refuses_no_message(string answer)
    {
        for (int step = 0; step < 3; step++)
        {
            Assert.Equal(RecipientResult.Pending, Failing(Until(step) + "S: " + answer, ClientFailure.Login).Session.Result(0));
        }
    }

    [Fact]
    public void Lost_before_mail()
    {
        Failing("X: ", ClientFailure.Disconnected);
        Failing("S: 220 x\nC: EHLO relay.test\nX: ", ClientFailure.Disconnected);
        Failing("S: 220 x\nC: EHLO relay.test\nS: 500 x\nC: HELO relay.test\nX: ", ClientFailure.Disconnected);
        Failing(Opening + "X: ", ClientFailure.Disconnected);
        Failing("E:", ClientFailure.Timeout);
    }

    [Fact]
    public void An_answer_to_nothing()
    {
        Failing(Opening + "S: 250 x", ClientFailure.Protocol);
        Failing(Opening + "S: 421 idle for too long", ClientFailure.ShuttingDown);
        Failing("S: 220 x\nS* 250 x", ClientFailure.Protocol);
        Failing(Until(0) + "S: 250 x\nS* 250 x", ClientFailure.Protocol);
        Failing(Until(1) + "S: 250 x\nS* 354 x", ClientFailure.Protocol);
    }

    [Fact]
    public void A_refusal_in_the_middle_of_the_message_counts_and_the_rest_is_not_sent()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Limits.ForwardBuffer = 2000;
        ClientSession session = new(settings, new FakeClock());
        FakeMessage message = new("a@b", new[] { "c@d" }, new string('x', 50000));
        session.Open(settings.Smarthost, false);
        foreach (string line in new[] { "220 x", "250 x" })
        {
            Say(session, line);
        }

        session.Begin(message.Entry, message.Reader());
        foreach (string line in new[] { "250 x", "250 x", "354 x" })
        {
            session.Sent(session.OutputCount);
            Say(session, line);
        }

        session.Sent(session.OutputCount);
        Say(session, "552 5.3.4 too big");
        Assert.Equal(RecipientResult.Failed, session.Result(0));
        Assert.Equal(ClientFailure.Protocol, session.Failure);
        Assert.Equal(0, session.OutputCount);
    }

    [Fact]
    public void A_damaged_message_is_never_ended()
    {
        foreach (int damagedAt in new[] { 0, 1, 15, 20 })
        {
            FakeMessage message = Message("c@d");
            message.DamagedAt = damagedAt;
            ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, message);
            dialogue.Play(Until(2) + "S: 354 x");
            Assert.Equal(ClientFailure.Message, dialogue.Session.Failure);
            Assert.Equal(RecipientResult.Pending, dialogue.Session.Result(0));
        }
    }

    // ---- What the smarthost cannot take ------------------------------------------------------------------------------

    [Fact]
    public void Too_big_is_refused_here()
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), 1, Message("c@d"), new FakeMessage("a@b", new[] { "c@d" }, "x\r\n"));
        dialogue.Play("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 SIZE 20\nM:\nM:\nC: MAIL FROM:<a@b> SIZE=3");
        Assert.Equal("", dialogue.Session.ReplyTo(0));

        ClientDialogue alone = new(ClientDialogue.PlainSettings(), 1, Message("c@d"));
        alone.Play("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS: 250 SIZE 20\nM:");
        Assert.StartsWith("Failed 5.3.4 ", alone.ResultOf(0));
    }

    [Fact]
    public void What_needs_an_extension_is_refused_here()
    {
        FakeMessage eightBit = Message("c@d");
        eightBit.Envelope.IsEightBit = true;
        FakeMessage utf8 = Message("c@d");
        utf8.Envelope.IsSmtpUtf8 = true;
        AssertRefused(eightBit, "Failed 5.6.3 ");
        AssertRefused(utf8, "Failed 5.6.7 ");
        AssertRefused(Message("jürgen@d"), "Failed 5.6.7 ");
        AssertRefused(Message("c@d>\r\nDATA"), "Failed 5.1.3 ");

        static void AssertRefused(FakeMessage message, string result)
        {
            ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, message);
            dialogue.Play(Opening + "M:");
            Assert.StartsWith(result, dialogue.ResultOf(0));
            Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
        }
    }

    [Fact]
    public void A_session_can_be_used_again_after_a_failure()
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"), Message("c@d"));
        dialogue.Play(Until(3));
        dialogue.Session.PeerClosed("");
        Assert.Equal(ClientFailure.Disconnected, dialogue.Session.Failure);
        dialogue.Play(Until(3) + "S: 250 fine");
        Assert.Equal(ClientFailure.None, dialogue.Session.Failure);
        Assert.Equal("Delivered 250 fine", dialogue.ResultOf(0));
    }

    [Fact]
    public void Neither_a_message_byte_nor_a_step_allocates()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        ClientSession session = new(settings, new FakeClock());
        session.Open(settings.Smarthost, false);
        byte[] buffer = new byte[100];
        SayBytes(session, buffer, "220 x\r\n");
        SayBytes(session, buffer, "250-x\r\n250-SIZE\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
        FakeMessage small = new("a@b", new[] { "c@d", "e@f" }, new byte[1]);
        FakeMessage large = new("a@b", new[] { "c@d", "e@f" }, new byte[1000000]);
        for (int i = 0; i < large.Content.Length; i++)
        {
            large.Content[i] = (byte)(i % 77 == 75 ? 13 : i % 77 == 76 ? 10 : i % 7 == 0 ? '.' : i);
        }

        MessageReader smallReader = small.Reader();
        MessageReader largeReader = large.Reader();
        Send(small, smallReader);
        Send(large, largeReader);
        long ofSmall = Allocated.By(() => Send(small, smallReader));
        Assert.Equal(ofSmall, Allocated.By(() => Send(large, largeReader)));

        // The text of the last answer, once a message: the spool wants it as a string.
        Assert.InRange(ofSmall, 0, 200);

        void Send(FakeMessage message, MessageReader reader)
        {
            message.Rewind();
            session.Begin(message.Entry, reader);
            SayBytes(session, buffer, "250 x\r\n250 x\r\n250 x\r\n354 x\r\n");
            SayBytes(session, buffer, "250 x\r\n");
            if (session.Result(1) != RecipientResult.Delivered)
            {
                throw new InvalidOperationException(session.FailureText);
            }
        }
    }

    private static void Say(ClientSession session, string line)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(line + "\r\n");
        Assert.Equal(bytes.Length, session.Receive(bytes, 0, bytes.Length));
    }

    private static void SayBytes(ClientSession session, byte[] buffer, string text)
    {
        while (session.OutputCount > 0)
        {
            session.Sent(session.OutputCount);
        }

        int count = System.Text.Encoding.Latin1.GetBytes(text, 0, text.Length, buffer, 0);
        session.Receive(buffer, 0, count);
        while (session.OutputCount > 0)
        {
            session.Sent(session.OutputCount);
        }
    }
}
