using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// A dialogue from a data file, played against a session. Each line is one step:
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

    public void Play(Cuts cuts)
    {
        new Player(_lines, cuts).Run();
    }

    private sealed class Player
    {
        // A dialogue that proves something else need not ask for it.
        private const string Greeting = "220 relay.example ESMTP SmtpEmbedded\r\n";

        private readonly string[] _lines;
        private readonly Cuts _cuts;
        private readonly SessionDriver _driver = new();
        private readonly StringBuilder _pending = new();
        private readonly Queue<string> _message = new();
        private readonly Queue<string> _trace = new();
        private readonly Queue<string> _raw = new();
        private int _messagesSeen;
        private byte[] _address = { 127, 0, 0, 1 };
        private bool _isOpen;
        private bool _hasSpoken;

        public Player(string[] lines, Cuts cuts)
        {
            _lines = lines;
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
            Assert.Equal("", _driver.TakeOutput());
            _driver.Session.PeerClosed();
            Assert.Equal(0, _driver.Spool.Unfinished);
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
                    while (_driver.PeekLine() is { Length: > 3 } next && next[3] == '-')
                    {
                        _driver.TakeLine();
                    }

                    Expect(Escapes.Decode(rest));
                    break;
                case "S+:":
                    Flush();
                    while (_driver.PeekLine() is { } other && other != Escapes.Decode(rest))
                    {
                        Assert.Equal('-', other[3]);
                        _driver.TakeLine();
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
                    Check(rest);
                    break;
                default:
                    throw new FormatException("unknown step");
            }
        }

        private void Open()
        {
            _isOpen = true;
            _driver.Open(_address);
        }

        private void Send(string octets)
        {
            if (_pending.Length == 0)
            {
                string unasked = _driver.TakeOutput();
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
                _driver.Feed(octets, _cuts);
            }

            if (_isOpen)
            {
                _driver.Drain();
            }
        }

        private void Expect(string text)
        {
            Flush();
            string? line = _driver.TakeLine();
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
            if (_messagesSeen == _driver.Spool.Messages.Count)
            {
                return;
            }

            _messagesSeen = _driver.Spool.Messages.Count;
            RecordedMessage message = _driver.Spool.Messages[^1];
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
            RecordedMessage message = _driver.Spool.Messages[^1];
            string[] words = step.Split(' ');
            int index = words.Length > 1 && int.TryParse(words[1], out int n) ? n : -1;
            switch (words[0])
            {
                case "from": return "from <" + message.ReversePath + ">";
                case "to": return "to " + index + " <" + message.Recipient(index) + ">";
                case "recipients": return "recipients " + message.Envelope.RecipientCount;
                case "helo": return "helo " + message.Helo;
                case "size": return "size " + message.Announced;
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

                    _driver.Feed("EHLO client.example\r\n");
                    _driver.Drain();
                    Assert.EndsWith("250 ENHANCEDSTATUSCODES\r\n", _driver.TakeOutput());
                    break;
                case "client":
                    _address = words[1].Split('.').Select(byte.Parse).ToArray();
                    break;
                case "client6":
                    _address = System.Net.IPAddress.Parse(words[1]).GetAddressBytes();
                    break;
                case "secured":
                    _driver.IsSecured = true;
                    break;
                case "tls":
                    _driver.StartTls(words.Length == 1);
                    break;
                case "stop":
                    _driver.Session.Stop();
                    _driver.Drain();
                    break;
                case "expire":
                    _driver.Expire();
                    break;
                case "vanish":
                    _driver.Session.PeerClosed();
                    break;
                case "wait":
                    _driver.Clock.UptimeMilliseconds += long.Parse(words[1], CultureInfo.InvariantCulture);
                    break;
                case "send":
                    _driver.SendsAtMost = int.Parse(words[1], CultureInfo.InvariantCulture);
                    break;
                case "clock":
                    _driver.Clock.IsSet = words[1] == "set";
                    break;
                case "spool":
                    _driver.Spool.FailsSync = words[1] == "failing";
                    _driver.Spool.IsFull = words[1] == "full";
                    _driver.Spool.IsDurable = words[1] != "undurable";
                    _driver.Spool.RefusesEnd = words[1] == "endless";
                    _driver.Spool.Room = words[1] == "room" ? long.Parse(words[2], CultureInfo.InvariantCulture) : long.MaxValue;
                    break;
                default:
                    throw new FormatException("unknown action");
            }
        }

        private void Check(string fact)
        {
            string[] words = fact.Split(' ');
            switch (words[0])
            {
                case "open":
                    Assert.Equal(SessionWants.Input, _driver.Session.Wants);
                    break;
                case "early":
                    Assert.True(_driver.Session.IsEarly);
                    break;
                case "tls":
                    Assert.Equal(SessionWants.StartTls, _driver.Session.Wants);
                    break;
                case "closed":
                    Assert.Equal(SessionWants.Close, _driver.Session.Wants);
                    break;
                case "silent":
                    Assert.Equal("", _driver.TakeOutput());
                    break;
                case "spooled":
                    Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), _driver.Spool.Messages.Count);
                    break;
                case "unfinished":
                    Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), _driver.Spool.Unfinished);
                    break;
                case "untaken":
                    Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), _driver.Untaken);
                    break;
                case "deadline":
                    Assert.Equal(
                        long.Parse(words[1], CultureInfo.InvariantCulture),
                        _driver.Session.Deadline - _driver.Clock.UptimeMilliseconds);
                    break;
                case "logged":
                    Assert.Contains(_driver.Log.Lines, l => l.Contains(fact.Substring("logged ".Length), StringComparison.Ordinal));
                    break;
                default:
                    throw new FormatException("unknown fact");
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

            _driver.Settings.ClientRules = _driver.Settings.ClientRules.Append(rule).ToArray();
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
                _driver.Settings.OffersTls = true;
                return;
            }

            if (text == "users")
            {
                _driver.Settings.Credentials = new TestCredentials();
                return;
            }

            if (text == "fix")
            {
                _driver.Settings.FixesLineEnds = true;
                _driver.MakeAgain();
                return;
            }

            string[] words = text.Split(' ');
            var property = typeof(Limits).GetProperty(words[0])!;
            property.SetValue(
                _driver.Settings.Limits, Convert.ChangeType(words[1], property.PropertyType, CultureInfo.InvariantCulture));
            _driver.MakeAgain();
        }
    }
}
