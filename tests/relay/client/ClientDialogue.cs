using System;
using System.Collections.Generic;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>
/// Plays a written dialogue against a <see cref="ClientSession"/>. One step a line:
/// <c>S: text</c> the smarthost says a line, once everything the client had to say has been expected;
/// <c>S+ text</c> the same, whatever the client has still said;
/// <c>S* text</c> a line in the same packet as the one before;
/// <c>C: text</c> the client says exactly this line;
/// <c>T: ok</c> or <c>T: reason</c> the TLS handshake; <c>M: </c> the next message; <c>Q: </c> quit;
/// <c>X: reason</c> the connection breaks; <c>E: </c> the deadline passes.
/// </summary>
internal sealed class ClientDialogue
{
    private readonly List<byte> _said = new();
    private readonly Queue<FakeMessage> _messages = new();
    private readonly int _cut;
    private readonly Smarthost _smarthost;
    private MessageReader? _reader;

    public ClientDialogue(RelaySettings settings, int cut, params FakeMessage[] messages)
    {
        _cut = cut;
        _smarthost = settings.Smarthost;
        Session = new ClientSession(settings, Clock);
        foreach (FakeMessage message in messages)
        {
            _messages.Enqueue(message);
        }
    }

    public FakeClock Clock { get; } = new();

    public ClientSession Session { get; }

    /// <summary>Settings for a smarthost on loopback without TLS.</summary>
    public static RelaySettings PlainSettings() => new()
    {
        Hostname = "relay.test",
        Smarthost = { Host = "127.0.0.1", Security = SmarthostSecurity.None },
    };

    public void Play(string script, bool secured = false)
    {
        Session.Open(_smarthost, secured);
        string[] lines = script.Replace("\r\n", "\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimStart();
            if (line.Length == 0)
            {
                continue;
            }

            string text = line.Length > 3 ? line.Substring(3) : "";
            if (line.StartsWith("S: ") || line.StartsWith("S+ "))
            {
                if (line[1] == ':')
                {
                    Pump();
                    Assert.Equal("", Said());
                }

                StringBuilder packet = new(text + "\r\n");
                while (i + 1 < lines.Length && lines[i + 1].TrimStart().StartsWith("S* "))
                {
                    packet.Append(lines[++i].TrimStart().AsSpan(3)).Append("\r\n");
                }

                Feed(Encoding.Latin1.GetBytes(packet.ToString()));
                continue;
            }

            Act(line.Substring(0, 2), text);
        }

        Pump();
        Assert.Equal("", Said());
        Transcript.Note("end", Session.Failure + " " + Session.FailureText);
    }

    /// <summary>What became of a recipient, and why.</summary>
    public string ResultOf(int recipient)
    {
        string result = Session.Result(recipient) + " " + Session.ReplyTo(recipient);
        Transcript.Note("result", result);
        return result;
    }

    private void Act(string step, string text)
    {
        switch (step)
        {
            case "C:":
                Expect(text);
                break;
            case "T:":
                Pump();
                Assert.Equal(ClientWants.StartTls, Session.Wants);
                Session.TlsStarted(text == "ok", text);
                break;
            case "M:":
                Assert.Equal(ClientWants.Message, Session.Wants);
                FakeMessage message = _messages.Dequeue();
                _reader = message.Reader();
                Session.Begin(message.Entry, _reader);
                break;
            case "Q:":
                Assert.Equal(ClientWants.Message, Session.Wants);
                Session.Quit();
                break;
            case "X:":
                Pump();
                Session.PeerClosed(text);
                break;
            case "E:":
                Clock.UptimeMilliseconds = Session.Deadline;
                Session.Expired();
                break;
            default:
                throw new InvalidOperationException("unknown step " + step);
        }
    }

    private void Feed(byte[] bytes)
    {
        int offset = 0;
        while (offset < bytes.Length && Session.Wants != ClientWants.Close)
        {
            int count = Math.Min(_cut, bytes.Length - offset);
            int taken = Session.Receive(bytes, offset, count);
            Assert.True(taken == count || Session.Wants == ClientWants.Close);
            offset += taken;
        }
    }

    private void Expect(string line)
    {
        Pump();
        string said = Said();
        int end = said.IndexOf("\r\n", StringComparison.Ordinal);
        Assert.True(end >= 0, "expected \"" + line + "\", the client said \"" + said + "\"; " + Session.FailureText);
        Assert.Equal(line, said.Substring(0, end));
        _said.RemoveRange(0, end + 2);
    }

    private string Said() => Encoding.Latin1.GetString(_said.ToArray());

    private void Pump()
    {
        while (Session.OutputCount > 0)
        {
            int count = Math.Min(_cut, Session.OutputCount);
            for (int i = 0; i < count; i++)
            {
                _said.Add(Session.Output[Session.OutputStart + i]);
            }

            Transcript.Note("client", Session.Output, Session.OutputStart, count);
            Session.Sent(count);
        }
    }
}
