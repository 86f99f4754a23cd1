using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// A dialogue from a data file, played against a session, or against a gateway over TCP. Each line is one step:
/// <list type="bullet">
/// <item><c>C: text</c> the client sends a line; <c>C> text</c> it sends octets without CRLF (escapes in both).</item>
/// <item><c>S: text</c> the server has answered exactly this line by now; <c>S: text...</c> a line that begins so.</item>
/// <item><c>S*: text</c> the last line of a reply, those before are passed over; <c>S+: text</c> passes over lines up to this one.</item>
/// <item><c>M: text</c> the next line of the message accepted last; <c>M: (end)</c> there are no more.</item>
/// <item><c>R: text</c> the same with the fields that the server has added.</item>
/// <item><c>E: name value</c> one thing about its envelope; <c>T: text</c> the next line of its Received field.</item>
/// <item><c>Do: action</c> something happens to the session or around it (<c>hello</c>: greeting and EHLO); <c>Is: fact</c> something must hold.</item>
/// <item><c>Set: Limit value</c> before the session begins; <c>Set: tls</c>, <c>Set: users</c> (alice, secret) and <c>Rule: network words</c> too.</item>
/// <item><c>#</c> starts a comment; the first says what is proved.</item>
/// </list>
/// Everything the client sends before an answer is awaited goes out as one stream, in whatever cuts; nothing may be answered
/// that the dialogue does not expect.
/// </summary>
internal sealed class Dialogue
{
    private readonly string[] _lines;

    public Dialogue(string path)
    {
        _lines = File.ReadAllLines(path);
    }

    /// <summary>What it proves: the comment it begins with.</summary>
    public string Purpose => _lines[0].TrimStart('#', ' ');

    /// <summary>Whether any line says this and goes on as it likes.</summary>
    public bool Says(string start) => _lines.Any(line => line.StartsWith(start, StringComparison.Ordinal));

    public void Play(IDialogueStage stage, Cuts cuts)
    {
        new Player(_lines, stage, cuts).Run();
    }

    private sealed class Player
    {
        // A dialogue that proves something else need not ask for it.
        private const string Greeting = "220 relay.example ESMTP SmtpEmbedded\r\n";

        private readonly string[] _lines;
        private readonly Cuts _cuts;
        private readonly IDialogueStage _stage;
        private readonly StringBuilder _pending = new();
        private readonly Queue<string> _message = new();
        private readonly Queue<string> _trace = new();
        private readonly Queue<string> _raw = new();
        private int _messagesSeen;
        private byte[] _address = { 127, 0, 0, 1 };
        private bool _isSecured;
        private bool _isOpen;
        private bool _hasSpoken;

        public Player(string[] lines, IDialogueStage stage, Cuts cuts)
        {
            _lines = lines;
            _stage = stage;
            _cuts = cuts;
        }

        public void Run()
        {
            for (int i = 0; i < _lines.Length; i++)
            {
                string line = _lines[i];
                if (line.Length == 0 || line[0] == '#')
                {
                    continue;
                }

                try
                {
                    Step(line);
                }
                catch (Exception failure)
                {
                    throw new Exception("line " + (i + 1) + ", " + _cuts + ": " + line + "\n" + failure.Message, failure);
                }
            }

            Flush();
            _stage.End();
            Assert.Equal("", _stage.TakeOutput());
        }

        private void Step(string line)
        {
            int colon = line.IndexOfAny(new[] { ':', '>' });
            string step = line.Substring(0, colon + 1);
            string rest = line.Substring(colon + 1);
            rest = rest.StartsWith(' ') ? rest.Substring(1) : rest;
            if (step == "Set:")
            {
                Set(rest);
                return;
            }

            if (step == "Rule:")
            {
                AddRule(rest.Split(' '));
                return;
            }

            if (!_isOpen && step != "Do:")
            {
                Open();
            }

            switch (step)
            {
                case "C:":
                    Send(Escapes.Decode(rest) + "\r\n");
                    break;
                case "C>":
                    Send(Escapes.Decode(rest));
                    break;
                case "S:":
                    Expect(Escapes.Decode(rest));
                    break;
                case "S*:":
                    // Of a reply of several lines the last; one of those before may be asked for as "S+:".
                    Flush();
                    while (_stage.PeekLine() is { Length: > 3 } next && next[3] == '-')
                    {
                        _stage.TakeLine();
                    }

                    Expect(Escapes.Decode(rest));
                    break;
                case "S+:":
                    Flush();
                    while (_stage.PeekLine() is { } other && other != Escapes.Decode(rest))
                    {
                        Assert.Equal('-', other[3]);
                        _stage.TakeLine();
                    }

                    Expect(Escapes.Decode(rest));
                    break;
                case "M:":
                    Flush();
                    LookAtMessage();
                    Assert.Equal(rest == "(end)" ? null : Escapes.Decode(rest), _message.Count == 0 ? null : _message.Dequeue());
                    break;
                case "R:":
                    Flush();
                    LookAtMessage();
                    string? raw = _raw.Count == 0 ? null : _raw.Dequeue();
                    if (rest.EndsWith("...", StringComparison.Ordinal))
                    {
                        Assert.StartsWith(Escapes.Decode(rest.Substring(0, rest.Length - 3)), raw);
                    }
                    else
                    {
                        Assert.Equal(rest == "(end)" ? null : Escapes.Decode(rest), raw);
                    }

                    break;
                case "T:":
                    Flush();
                    LookAtMessage();
                    Assert.Equal(Escapes.Decode(rest), _trace.Dequeue());
                    break;
                case "E:":
                    Flush();
                    Assert.Equal(Escapes.Decode(rest), EnvelopeLine(rest));
                    break;
                case "Do:":
                    Do(rest);
                    break;
                case "Is:":
                    Flush();
                    _stage.Check(rest);
                    break;
                default:
                    throw new FormatException("unknown step");
            }
        }

        private void Open()
        {
            _isOpen = true;
            _hasSpoken = false;
            _stage.Open(_address, _isSecured);
        }

        private void Send(string octets)
        {
            if (_pending.Length == 0)
            {
                string unasked = _stage.TakeOutput();
                if (_hasSpoken || unasked != Greeting)
                {
                    Assert.Equal("", unasked);
                }

                _hasSpoken = true;
            }

            _pending.Append(octets);
        }

        private void Flush()
        {
            if (_pending.Length > 0)
            {
                string octets = _pending.ToString();
                _pending.Clear();
                _stage.Feed(octets, _cuts);
            }
        }

        private void Expect(string text)
        {
            Flush();
            string? line = _stage.TakeLine();
            if (text.EndsWith("...", StringComparison.Ordinal))
            {
                Assert.StartsWith(text.Substring(0, text.Length - 3), line);
            }
            else
            {
                Assert.Equal(text, line);
            }

            Assert.True(ReplyForm.IsValid(line!), "not a reply: " + line);
        }

        private void LookAtMessage()
        {
            if (_messagesSeen == _stage.Messages.Count)
            {
                return;
            }

            _messagesSeen = _stage.Messages.Count;
            RecordedMessage message = _stage.Messages[^1];
            _message.Clear();
            _trace.Clear();
            _raw.Clear();
            Split(message.Rest, _raw);
            Split(message.Body, _message);
            Split(message.Trace, _trace);
        }

        private static void Split(string text, Queue<string> lines)
        {
            Assert.True(text.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal), "does not end in CRLF: " + text);
            foreach (string line in text.Split("\r\n").SkipLast(1))
            {
                Assert.DoesNotContain('\r', line);
                Assert.DoesNotContain('\n', line);
                lines.Enqueue(line);
            }
        }

        // Says again what the step says, with the value the envelope has.
        private string EnvelopeLine(string step)
        {
            RecordedMessage message = _stage.Messages[^1];
            string[] words = step.Split(' ');
            int index = words.Length > 1 && int.TryParse(words[1], out int n) ? n : -1;
            switch (words[0])
            {
                case "from": return "from <" + message.ReversePath + ">";
                case "to": return "to " + index + " <" + message.Recipient(index) + ">";
                case "recipients": return "recipients " + message.Envelope.RecipientCount;
                case "helo": return "helo " + message.Helo;
                case "size": return message.Announced == RecordedMessage.Unknown ? step : "size " + message.Announced;
                case "8bit": return "8bit " + message.Envelope.IsEightBit;
                case "utf8": return "utf8 " + message.Envelope.IsSmtpUtf8;
                case "ret": return "ret " + message.Envelope.Ret;
                case "envid": return "envid " + message.EnvelopeId;
                case "notify": return "notify " + index + " " + message.Envelope.Notify(index);
                case "orcpt": return "orcpt " + index + " " + message.OriginalRecipient(index);
                default: throw new FormatException("unknown field");
            }
        }

        private void Do(string action)
        {
            if (_isOpen)
            {
                Flush();
            }

            string[] words = action.Split(' ');
            switch (words[0])
            {
                case "open":
                    Open();
                    break;
                case "hello":
                    // Greeting and EHLO, for dialogues that prove something else.
                    if (!_isOpen)
                    {
                        Open();
                    }

                    _stage.Feed("EHLO client.example\r\n", Cuts.Whole);
                    string? said = _stage.TakeLine();
                    while (said != null && (said[3] == '-' || said + "\r\n" == Greeting))
                    {
                        said = _stage.TakeLine();
                    }

                    Assert.Equal("250 ENHANCEDSTATUSCODES", said);
                    Assert.Equal("", _stage.TakeOutput());
                    _hasSpoken = true;
                    break;
                case "client":
                    _address = words[1].Split('.').Select(byte.Parse).ToArray();
                    break;
                case "client6":
                    _address = System.Net.IPAddress.Parse(words[1]).GetAddressBytes();
                    break;
                case "secured":
                    _isSecured = true;
                    break;
                default:
                    _stage.Do(words);
                    break;
            }
        }

        private void AddRule(string[] words)
        {
            var rule = new ClientRule { Networks = words[0].Split(',').Select(NetworkOf).ToArray() };
            foreach (string word in words.Skip(1))
            {
                int equals = word.IndexOf('=');
                string value = word.Substring(equals + 1);
                switch (equals < 0 ? word : word.Substring(0, equals))
                {
                    case "refused": rule.IsRefused = true; break;
                    case "lenient": rule.IsLenient = true; break;
                    case "auth": rule.Auth = Enum.Parse<ClientAuth>(value, true); break;
                    case "sender": rule.Sender = Encoding.ASCII.GetBytes(value); break;
                    case "recipient": rule.Recipient = Encoding.ASCII.GetBytes(value); break;
                    case "domains": rule.Domains = value.Split(',').Select(Encoding.ASCII.GetBytes).ToArray(); break;
                    case "rate": rule.MessagesPerHour = int.Parse(value, CultureInfo.InvariantCulture); break;
                    default: throw new FormatException("unknown word of a rule: " + word);
                }
            }

            _stage.Settings.ClientRules = _stage.Settings.ClientRules.Append(rule).ToArray();
        }

        private static Network NetworkOf(string text)
        {
            string[] parts = text.Split('/');
            return new Network(System.Net.IPAddress.Parse(parts[0]).GetAddressBytes(), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        private void Set(string text)
        {
            if (text == "tls")
            {
                _stage.Settings.OffersTls = true;
                return;
            }

            if (text == "users")
            {
                _stage.Settings.Credentials = new TestCredentials();
                return;
            }

            if (text == "fix")
            {
                _stage.Settings.FixesLineEnds = true;
                _stage.SettingsChanged();
                return;
            }

            string[] words = text.Split(' ');
            var property = typeof(Limits).GetProperty(words[0])!;
            property.SetValue(
                _stage.Settings.Limits, Convert.ChangeType(words[1], property.PropertyType, CultureInfo.InvariantCulture));
            _stage.SettingsChanged();
        }
    }
}
