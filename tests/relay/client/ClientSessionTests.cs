using System;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Dialogues that go well, each fed whole, in threes, and byte by byte.</summary>
public class ClientSessionTests
{
    private const string Opening = """
        S: 220 smart.test ready
        C: EHLO relay.test
        S: 250 smart.test

        """;

    private static FakeMessage Message(params string[] recipients) => new("a@b", recipients, "Subject: x\r\n\r\nHello\r\n");

    public static TheoryData<int> Cuts => new() { 1, 3, int.MaxValue };

    [Theory, MemberData(nameof(Cuts))]
    public void One_message_in_lockstep(int cut)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, Message("c@d"));
        dialogue.Play(Opening + """
            M:
            C: MAIL FROM:<a@b>
            S: 250 2.1.0 ok
            C: RCPT TO:<c@d>
            S: 250 2.1.5 ok
            C: DATA
            S: 354 go on
            C: Subject: x
            C:
            C: Hello
            C: .
            S: 250 2.0.0 queued as 42
            Q:
            C: QUIT
            S: 221 bye
            """);
        Assert.Equal("Delivered 250 2.0.0 queued as 42", dialogue.ResultOf(0));
        Assert.Equal(ClientFailure.None, dialogue.Session.Failure);
        Assert.Equal(ClientWants.Close, dialogue.Session.Wants);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Extensions_are_used_when_offered_and_the_connection_serves_many_messages(int cut)
    {
        FakeMessage first = Message("c@d", "e@f");
        first.Envelope.IsEightBit = true;
        FakeMessage second = new("grüße@b", new[] { "c@d" }, "\r\nx\r\n");
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, first, second);
        dialogue.Play("""
            S: 220-smart.test
            S* 220 ready
            C: EHLO relay.test
            S: 250-smart.test greets you
            S* 250-size 1000
            S* 250-PIPELINING
            S* 250-8BitMime
            S* 250-SMTPUTF8
            S* 250-what is this
            S* 250 DSN
            M:
            C: MAIL FROM:<a@b> SIZE=21 BODY=8BITMIME
            C: RCPT TO:<c@d>
            C: RCPT TO:<e@f>
            C: DATA
            S: 250 ok
            S* 250 ok
            S* 251 ok
            S* 354 go on
            C: Subject: x
            C:
            C: Hello
            C: .
            S: 250 queued
            M:
            C: MAIL FROM:<grÃ¼Ã\u009fe@b> SIZE=5 SMTPUTF8
            C: RCPT TO:<c@d>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go on
            C:
            C: x
            C: .
            S: 250 queued too
            """.Replace("\\u009f", "\u009f"));
        Assert.Equal("Delivered 250 queued too", dialogue.ResultOf(0));
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Dsn_parameters_go_on_to_a_smarthost_that_knows_them(int cut)
    {
        FakeMessage message = new("a@b", Array.Empty<string>(), "\r\n");
        message.Envelope.Ret = DsnRet.Headers;
        Assert.True(message.Envelope.SetEnvelopeId(Encoding.UTF8.GetBytes("id+20"), 0, 5));
        Assert.True(message.Envelope.AddRecipient(Encoding.UTF8.GetBytes("c@d"), 0, 3));
        Assert.True(message.Envelope.SetNotify(DsnNotify.Failure + DsnNotify.Delay));
        Assert.True(message.Envelope.SetOriginalRecipient(Encoding.UTF8.GetBytes("rfc822;x@y"), 0, 10));
        Assert.True(message.Envelope.AddRecipient(Encoding.UTF8.GetBytes("e@f"), 0, 3));
        Assert.True(message.Envelope.SetNotify(DsnNotify.Never));
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, message);
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 250-smart.test
            S* 250-PIPELINING
            S* 250 DSN
            M:
            C: MAIL FROM:<a@b> RET=HDRS ENVID=id+20
            C: RCPT TO:<c@d> NOTIFY=FAILURE,DELAY ORCPT=rfc822;x@y
            C: RCPT TO:<e@f> NOTIFY=NEVER
            C: DATA
            S: 421 enough
            """);
        Assert.Equal(ClientFailure.ShuttingDown, dialogue.Session.Failure);
        Assert.False(dialogue.Session.IsAnswered);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Helo_when_ehlo_is_not_known(int cut)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, Message("c@d"));
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 500 what?
            C: HELO relay.test
            S: 250 smart.test
            M:
            C: MAIL FROM:<a@b>
            S: 250
            C: RCPT TO:<c@d>
            S: 250
            C: DATA
            S: 354
            C: Subject: x
            C:
            C: Hello
            C: .
            S: 250
            """);
        Assert.Equal("Delivered 250", dialogue.ResultOf(0));
    }

    [Theory, MemberData(nameof(Cuts))]
    public void StartTls_then_ehlo_again_then_login(int cut)
    {
        RelaySettings settings = TlsSettings();
        settings.Smarthost.User = "tim";
        settings.Smarthost.Password = "tanstaaftanstaaf";
        ClientDialogue dialogue = new(settings, cut);
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 250-smart.test
            S* 250-AUTH PLAIN
            S* 250 STARTTLS
            C: STARTTLS
            S: 220 go ahead
            T: ok
            C: EHLO relay.test
            S: 250-smart.test
            S* 250-AUTH LOGIN PLAIN
            S* 250 SIZE
            C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm
            S: 235 2.7.0 welcome
            """);
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Login_when_plain_is_not_offered(int cut)
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Smarthost.User = "tim";
        settings.Smarthost.Password = "secret";
        ClientDialogue dialogue = new(settings, cut);
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 250-smart.test
            S* 250 AUTH=LOGIN CRAM-MD5
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: dGlt
            S: 334 UGFzc3dvcmQ6
            C: c2VjcmV0
            S: 235 ok
            """);
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Fact]
    public void A_long_password_waits_for_the_challenge()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Smarthost.User = "tim";
        settings.Smarthost.Password = new string('x', 600);
        string response = Convert.ToBase64String(Encoding.UTF8.GetBytes("\0tim\0" + settings.Smarthost.Password));
        ClientDialogue dialogue = new(settings, int.MaxValue);
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 250-smart.test
            S* 250 AUTH PLAIN
            C: AUTH PLAIN
            S: 334
            
            """.TrimEnd() + " \nC: " + response + "\nS: 235 ok");
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Another_login_has_its_say_first(int cut)
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Smarthost.User = "tim";
        FakeLogin login = new();
        settings.Smarthost.Login = login;
        ClientDialogue dialogue = new(settings, cut);
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 250-smart.test
            S* 250 AUTH PLAIN X-FAKE
            C: AUTH X-FAKE Zmlyc3Q=
            S: 334 Y2hhbGxlbmdl
            C: c2Vjb25k
            S: 235 ok
            """);
        Assert.Equal("PLAIN X-FAKE ", login.Offered);
        Assert.Equal("Y2hhbGxlbmdl", login.Challenge);
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Fact]
    public void A_long_first_response_of_another_login_waits_for_the_challenge()
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Smarthost.User = "tim";
        settings.Smarthost.Login = new FakeLogin { First = new byte[3000] };
        ClientDialogue dialogue = new(settings, int.MaxValue);
        dialogue.Play("S: 220 smart.test\nC: EHLO relay.test\nS: 250-smart.test\nS* 250 AUTH X-FAKE\nC: AUTH X-FAKE\nS: 334 \nC: " + Convert.ToBase64String(new byte[3000]) + "\nS: 235 ok");
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory]
    [InlineData("cannot", true, "S: 220 x\nC: EHLO relay.test\nS: 250-x\nS* 250 AUTH PLAIN X-FAKE\nC: QUIT", "no token")]
    [InlineData("X-FAKE", false, "S: 220 x\nC: EHLO relay.test\nS: 250-x\nS* 250 AUTH X-FAKE\nC: AUTH X-FAKE Zmlyc3Q=\nS: 235 ok\nC: QUIT", "not proven")]
    [InlineData("X-FAKE", true, "S: 220 x\nC: EHLO relay.test\nS: 250-x\nS* 250 AUTH X-FAKE\nC: AUTH X-FAKE Zmlyc3Q=\nS: 535 5.7.8 no\nC: QUIT", "535 5.7.8 no")]
    public void Another_login_that_fails_ends_the_session_and_tries_nothing_else(string mechanism, bool proven, string script, string told)
    {
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Smarthost.User = "tim";
        settings.Smarthost.Password = "secret";
        settings.Smarthost.Login = new FakeLogin { Mechanism = mechanism, Proven = proven };
        ClientDialogue dialogue = new(settings, int.MaxValue);
        dialogue.Play(script);
        Assert.Equal(ClientFailure.Login, dialogue.Session.Failure);
        Assert.Contains(told, dialogue.Session.FailureText);
    }

    private sealed class FakeLogin : ILogin
    {
        public string Mechanism { get; set; } = "X-FAKE";

        public byte[] First { get; set; } = Encoding.ASCII.GetBytes("first");

        public bool Proven { get; set; } = true;

        public string Offered { get; private set; } = "";

        public string? Challenge { get; private set; }

        public string Error { get; private set; } = "";

        public string? Begin(string offered)
        {
            Offered = offered;
            Error = Mechanism == "cannot" ? "no token" : "";
            return Mechanism == "cannot" ? null : Mechanism;
        }

        public byte[]? Respond(string? challenge)
        {
            Challenge = challenge;
            return challenge == null ? First : Encoding.ASCII.GetBytes("second");
        }

        public bool End(bool accepted)
        {
            Error = accepted && !Proven ? "not proven" : "";
            return !accepted || Proven;
        }
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Implicit_tls_needs_no_starttls(int cut)
    {
        RelaySettings settings = TlsSettings();
        settings.Smarthost.Security = SmarthostSecurity.Tls;
        settings.Smarthost.User = "tim";
        settings.Smarthost.Password = "secret";
        ClientDialogue dialogue = new(settings, cut);
        dialogue.Play("""
            S: 220 smart.test
            C: EHLO relay.test
            S: 250-smart.test
            S* 250-STARTTLS
            S* 250 AUTH PLAIN
            C: AUTH PLAIN AHRpbQBzZWNyZXQ=
            S: 235 ok
            """, secured: true);
        Assert.Equal(ClientWants.Message, dialogue.Session.Wants);
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Each_recipient_has_its_own_result(int cut)
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, Message("a@x", "b@x", "c@x", "d@x"));
        dialogue.Play(Opening + """
            M:
            C: MAIL FROM:<a@b>
            S: 250 ok
            C: RCPT TO:<a@x>
            S: 250 ok
            C: RCPT TO:<b@x>
            S: 550-5.1.1 no
            S* 550 5.1.1 such user
            C: RCPT TO:<c@x>
            S: 450 4.2.1 later
            C: RCPT TO:<d@x>
            S: 552 too many
            C: DATA
            S: 354 go on
            C: Subject: x
            C:
            C: Hello
            C: .
            S: 250 queued
            """);
        Assert.Equal("Delivered 250 queued", dialogue.ResultOf(0));
        Assert.Equal("Failed 550 5.1.1 no such user", dialogue.ResultOf(1));
        Assert.Equal("Deferred 450 4.2.1 later", dialogue.ResultOf(2));
        Assert.Equal("Deferred 552 too many", dialogue.ResultOf(3));
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Recipients_decided_before_are_not_sent_to_again(int cut)
    {
        FakeMessage message = Message("a@x", "b@x", "c@x", "d@x");
        message.Entry.SetRecipientState(0, RecipientResult.Delivered);
        message.Entry.SetRecipientState(2, RecipientResult.Failed);
        message.Entry.SetRecipientState(3, RecipientResult.Deferred);
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, message);
        dialogue.Play(Opening + """
            M:
            C: MAIL FROM:<a@b>
            S: 250 ok
            C: RCPT TO:<b@x>
            S: 250 ok
            C: RCPT TO:<d@x>
            S: 550 no
            C: DATA
            S: 354 go on
            C: Subject: x
            C:
            C: Hello
            C: .
            S: 250 queued
            """);
        Assert.Equal(RecipientResult.Pending, dialogue.Session.Result(0));
        Assert.Equal(RecipientResult.Delivered, dialogue.Session.Result(1));
        Assert.Equal(RecipientResult.Pending, dialogue.Session.Result(2));
        Assert.Equal(RecipientResult.Failed, dialogue.Session.Result(3));
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Dots_are_stuffed_and_stray_line_ends_made_harmless(int cut)
    {
        FakeMessage message = new("a@b", new[] { "c@d" }, ".\r\n..x\r\na.\r\n\r.\r\nb\n.\nc\r\r\n.\r\r\n\0.\r\n\u00e4end");
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), cut, message);
        dialogue.Play(Opening + """
            M:
            C: MAIL FROM:<a@b>
            S: 250 ok
            C: RCPT TO:<c@d>
            S: 250 ok
            C: DATA
            S: 354 go on
            C: ..
            C: ...x
            C: a.
            C:  .
            C: b
            C: ..
            C: c_
            C: .._
            C:  .
            C: äend
            C: .
            S: 250 queued
            """.Replace('_', ' '));
        Assert.Equal(RecipientResult.Delivered, dialogue.Session.Result(0));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1400)]
    [InlineData(1400, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_large_message_arrives_as_it_is_whatever_the_cuts(int cut, int read)
    {
        Random random = new(7);
        StringBuilder text = new();
        while (text.Length < 20000)
        {
            text.Append(random.Next(4) == 0 ? "." : "").Append(new string((char)random.Next(33, 255), random.Next(0, 90))).Append("\r\n");
        }

        string content = text.ToString();
        RelaySettings settings = ClientDialogue.PlainSettings();
        settings.Limits.ForwardBuffer = 1000;
        FakeMessage message = new("a@b", new[] { "c@d" }, content) { LongestRead = read };
        ClientDialogue dialogue = new(settings, cut, message);
        StringBuilder script = new(Opening + """
            M:
            C: MAIL FROM:<a@b>
            S: 250 ok
            C: RCPT TO:<c@d>
            S: 250 ok
            C: DATA
            S: 354 go on

            """);
        string[] lines = content.Split("\r\n");
        for (int i = 0; i < lines.Length - 1; i++)
        {
            script.Append("C: ").Append(lines[i].StartsWith('.') ? "." : "").Append(lines[i]).Append('\n');
        }

        dialogue.Play(script + "C: .\nS: 250 queued");
        Assert.Equal(RecipientResult.Delivered, dialogue.Session.Result(0));
    }

    [Fact]
    public void More_recipients_than_may_wait_for_an_answer()
    {
        string[] recipients = new string[100];
        for (int i = 0; i < recipients.Length; i++)
        {
            recipients[i] = "r" + i + "@d";
        }

        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message(recipients));
        StringBuilder script = new("S: 220 x\nC: EHLO relay.test\nS: 250-x\nS* 250 PIPELINING\nM:\nC: MAIL FROM:<a@b>\n");
        for (int i = 0; i < 31; i++)
        {
            script.Append("C: RCPT TO:<r" + i + "@d>\n");
        }

        for (int i = 31; i < 100; i++)
        {
            script.Append("S: 250 ok\nC: RCPT TO:<r" + i + "@d>\n");
        }

        script.Append("S: 250 ok\nC: DATA\n");
        for (int i = 0; i < 31; i++)
        {
            script.Append("S: 550 no\n");
        }

        script.Append("S: 354 go\nC: Subject: x\nC:\nC: Hello\nC: .\nS: 250 fine");
        dialogue.Play(script.ToString());
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i < 69 ? RecipientResult.Delivered : RecipientResult.Failed, dialogue.Session.Result(i));
        }
    }

    [Fact]
    public void An_empty_message_is_only_the_end_of_data()
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, new FakeMessage("", new[] { "c@d" }, ""));
        dialogue.Play(Opening + """
            M:
            C: MAIL FROM:<>
            S: 250 ok
            C: RCPT TO:<c@d>
            S: 250 ok
            C: DATA
            S: 354 go on
            C: .
            S: 250 queued
            """);
        Assert.Equal(RecipientResult.Delivered, dialogue.Session.Result(0));
    }

    [Fact]
    public void Deadlines_are_the_standards()
    {
        ClientDialogue dialogue = new(ClientDialogue.PlainSettings(), int.MaxValue, Message("c@d"));
        long now = dialogue.Clock.UptimeMilliseconds;
        ClientSession session = dialogue.Session;
        dialogue.Play("");
        Assert.Equal(now + 5 * 60000, session.Deadline);
        byte[] Line(string text) => Encoding.Latin1.GetBytes(text + "\r\n");
        void Say(string text) => session.Receive(Line(text), 0, text.Length + 2);
        void Empty()
        {
            while (session.OutputCount > 0)
            {
                session.Sent(session.OutputCount);
            }
        }

        Say("220 x");
        Assert.Equal(now + 5 * 60000, session.Deadline);
        Empty();
        Say("250 x");
        Assert.Equal(long.MaxValue, session.Deadline);
        FakeMessage message = Message("c@d");
        session.Begin(message.Entry, message.Reader());
        Assert.Equal(now + 5 * 60000, session.Deadline);
        Empty();
        Say("250 x");
        Assert.Equal(now + 5 * 60000, session.Deadline);
        Empty();
        Say("250 x");
        Assert.Equal(now + 2 * 60000, session.Deadline);
        Empty();
        Say("354 x");
        Empty();
        Assert.Equal(now + 10 * 60000, session.Deadline);
        session.Expired();
        Assert.Equal(ClientFailure.Timeout, session.Failure);
        Assert.Equal(RecipientResult.Pending, session.Result(0));
    }

    internal static RelaySettings TlsSettings() => new()
    {
        Hostname = "relay.test",
        Smarthost = { Host = "smart.test", Security = SmarthostSecurity.StartTls },
    };
}
