using System;
using System.Collections.Generic;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>
/// A smarthost that answers whatever comes into its mind, in any cut, whenever it likes. Whatever it does: no exception, no
/// endless output, and a recipient counts as delivered only after its acceptance, the whole message and a final 2yz.
/// </summary>
public class ClientFuzzTests
{
    private static readonly string[] Replies =
    {
        "250 ok", "250 ok", "250 ok", "250-a\r\n250 b", "250-x\r\n250-PIPELINING\r\n250-SIZE 100000\r\n250 AUTH PLAIN LOGIN", "250-x\r\n250 8BITMIME",
        "220 hi", "220-a\r\n220 b", "235 in", "334 ", "354 go", "354", "421 bye", "450 4.2.0 later", "452 full", "550 5.1.1 no", "552 much", "554 never",
        "530 5.7.0 login", "250-a\r\n550 b", "garbage", "", "25", "999 x", "250\u00e4", "250 \u00ff\u0000", "250-only", "354-a\r\n354 b", "251 fine", "503 order",
    };

    [Theory]
    [InlineData(1, 2000)]
    [InlineData(2, 2000)]
    public void Nothing_a_smarthost_says_breaks_the_session(int seed, int dialogues)
    {
        Random random = new(seed);
        int delivered = 0;
        int messages = 0;
        for (int i = 0; i < dialogues; i++)
        {
            RelaySettings settings = ClientDialogue.PlainSettings();
            settings.Smarthost.Security = (SmarthostSecurity)random.Next(3);
            settings.Smarthost.User = random.Next(3) == 0 ? "tim" : "";
            settings.Limits.ForwardBuffer = random.Next(1, 4000);
            Dialogue dialogue = new(settings, random);
            dialogue.Play();
            delivered += dialogue.Delivered;
            messages += dialogue.Messages;
        }

        // The dice reach all the way often enough for the test to mean something.
        Assert.True(messages > dialogues / 50, messages + " messages");
        Assert.True(delivered > 100, delivered + " delivered");
    }

    private sealed class Dialogue
    {
        private readonly Random _random;
        private readonly ClientSession _session;
        private readonly StringBuilder _line = new();
        private readonly Queue<string> _due = new();
        private readonly bool _isHelpful;
        private bool _isInData;
        private bool _endsAccepted;
        private int _output;

        public Dialogue(RelaySettings settings, Random random)
        {
            _random = random;
            _isHelpful = random.Next(4) != 0;
            _session = new ClientSession(settings, new FakeClock());
            _session.Open(settings.Smarthost, settings.Smarthost.Security == SmarthostSecurity.Tls);
            _due.Enqueue("220 ready");
        }

        public int Delivered { get; private set; }

        public int Messages { get; private set; }

        public void Play()
        {
            for (int step = 0; step < 60; step++)
            {
                Pump();
                switch (_session.Wants)
                {
                    case ClientWants.Close:
                        return;
                    case ClientWants.StartTls:
                        _session.TlsStarted(_random.Next(5) != 0, "no");
                        break;
                    case ClientWants.Message:
                        SendMessage();
                        break;
                    default:
                        Answer();
                        break;
                }
            }
        }

        private void SendMessage()
        {
            if (_random.Next(6) == 0)
            {
                _session.Quit();
                return;
            }

            Messages++;
            _endsAccepted = false;
            string[] recipients = new string[_random.Next(1, 50)];
            for (int i = 0; i < recipients.Length; i++)
            {
                recipients[i] = "r" + i + "@d";
            }

            byte[] content = new byte[_random.Next(3000)];
            for (int i = 0; i < content.Length; i++)
            {
                content[i] = (byte)"\r\n.x\0"[_random.Next(5)];
            }

            FakeMessage message = new("a@b", recipients, content);
            _session.Begin(message.Entry, message.Reader());
            for (int step = 0; step < 200 && _session.Wants == ClientWants.Input; step++)
            {
                Pump();
                if (_session.Wants == ClientWants.Input)
                {
                    Answer();
                }
            }

            for (int i = 0; i < recipients.Length; i++)
            {
                if (_session.Result(i) == RecipientResult.Delivered)
                {
                    Assert.True(_endsAccepted);
                    Delivered++;
                }

                Assert.Equal(_session.Result(i) == RecipientResult.Pending, _session.ReplyTo(i).Length == 0);
            }
        }

        /// <summary>Answers as asked most of the time, else as it likes; sometimes hangs up or is silent.</summary>
        private void Answer()
        {
            int dice = _random.Next(40);
            if (dice == 0)
            {
                _session.PeerClosed("gone");
                return;
            }

            if (dice == 1)
            {
                _session.Expired();
                return;
            }

            bool isAsked = _due.TryDequeue(out string? usual);
            string reply = usual ?? "250 ok";
            if (!isAsked || _random.Next(_isHelpful ? 30 : 4) == 0)
            {
                reply = Replies[_random.Next(Replies.Length)];
            }

            if (usual != null && usual.StartsWith("2", StringComparison.Ordinal) && usual.EndsWith("end", StringComparison.Ordinal))
            {
                _endsAccepted = reply.StartsWith('2');
            }

            byte[] bytes = Encoding.Latin1.GetBytes(reply + "\r\n");
            int offset = 0;
            while (offset < bytes.Length && _session.Wants != ClientWants.Close)
            {
                int count = _random.Next(1, bytes.Length - offset + 1);
                int taken = _session.Receive(bytes, offset, count);
                Assert.True(taken == count || _session.Wants == ClientWants.Close);
                offset += taken;
            }
        }

        private void Pump()
        {
            while (_session.OutputCount > 0)
            {
                int count = _random.Next(1, _session.OutputCount + 1);
                _output += count;
                Assert.True(_output < 1000000);
                for (int i = 0; i < count; i++)
                {
                    Take((char)_session.Output[_session.OutputStart + i]);
                }

                _session.Sent(count);
            }
        }

        private void Take(char value)
        {
            _line.Append(value);
            if (value != '\n')
            {
                return;
            }

            string line = _line.ToString();
            _line.Clear();
            Assert.EndsWith("\r\n", line);
            Assert.DoesNotContain('\r', line[..^2]);
            if (_isInData)
            {
                if (line == ".\r\n")
                {
                    _isInData = false;
                    _due.Enqueue("250 end");
                }

                return;
            }

            if (line.StartsWith("DATA", StringComparison.Ordinal))
            {
                // Lines up to the dot are the message only if 354 was what it got; judged loosely, for answers are dice.
                _due.Enqueue("354 go");
                _isInData = true;
                return;
            }

            _due.Enqueue(line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-x\r\n250-STARTTLS\r\n250-AUTH LOGIN\r\n250 " + (_random.Next(2) == 0 ? "PIPELINING" : "SIZE") : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 ok" : "250 ok");
        }
    }
}
