using System;
using System.Collections.Generic;
using System.Text;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>
/// A smarthost in memory: opens connections, answers commands, keeps the messages it took. <see cref="Answer"/> may change
/// any answer: given the line (or "CONNECT", or "." for the end of data) it returns a reply, null for the usual one,
/// <see cref="Hangup"/> to close without a word, or <see cref="Silence"/> to say nothing more.
/// </summary>
internal sealed class FakeSmarthost : IConnector
{
    public const string Hangup = "hang up";
    public const string Silence = "say nothing";

    private readonly FakeClock _clock;

    public FakeSmarthost(FakeClock clock)
    {
        _clock = clock;
    }

    public Func<string, string?> Answer { get; set; } = _ => null;

    public List<string> Offers { get; } = new() { "SIZE", "8BITMIME", "PIPELINING" };

    /// <summary>When set, nobody can connect, for this reason.</summary>
    public string Error { get; set; } = "";

    public int Connects { get; private set; }

    public int Open { get; private set; }

    public List<string> Commands { get; } = new();

    /// <summary>The messages it took, dots unstuffed.</summary>
    public List<string> Messages { get; } = new();

    public bool IsTlsRefused { get; set; }

    /// <summary>Run whenever the client waits for bytes that are not there.</summary>
    public Action<IConnection>? Waiting { get; set; }

    /// <summary>When set, decides for each attempt whether it succeeds: host and choice to an error or null.</summary>
    public Func<Smarthost, int, string?>? Gate { get; set; }

    /// <summary>Whom it was asked to connect to: host and choice.</summary>
    public List<string> Tried { get; } = new();

    /// <summary>How many hosts each smarthost has.</summary>
    public int Hosts { get; set; } = 1;

    public bool HasMore { get; private set; }

    public IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        Connects++;
        HasMore = choice + 1 < Hosts;
        Tried.Add(smarthost.Host + "/" + choice);
        if (Gate != null)
        {
            Error = Gate(smarthost, choice) ?? "";
        }

        if (Error.Length > 0)
        {
            return null;
        }

        Open++;
        return new FakeConnection(this);
    }

    private sealed class FakeConnection : IConnection
    {
        private readonly FakeSmarthost _host;
        private readonly List<byte> _toClient = new();
        private readonly StringBuilder _line = new();
        private StringBuilder? _data;
        private int _accepted;
        private bool _hungUp;
        private bool _silent;
        private bool _closed;

        public FakeConnection(FakeSmarthost host)
        {
            _host = host;
            Reply("CONNECT", "220 smart.test ready");
        }

        public string Error { get; private set; } = "";

        public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
        {
            if (_toClient.Count == 0)
            {
                _host.Waiting?.Invoke(this);
            }

            if (_closed)
            {
                Error = "closed here";
                return Connection.Broken;
            }

            if (_toClient.Count == 0)
            {
                if (_hungUp)
                {
                    return Connection.Closed;
                }

                _host._clock.Advance(timeoutMilliseconds);
                return Connection.TimedOut;
            }

            int taken = Math.Min(count, _toClient.Count);
            _toClient.CopyTo(0, buffer, offset, taken);
            _toClient.RemoveRange(0, taken);
            return taken;
        }

        public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
        {
            if (_closed || _hungUp)
            {
                Error = "reset by peer";
                return false;
            }

            for (int i = offset; i < offset + count && !_hungUp && !_silent; i++)
            {
                _line.Append((char)buffer[i]);
                if (buffer[i] == 10)
                {
                    string line = _line.ToString(0, _line.Length - 2);
                    _line.Clear();
                    Take(line);
                }
            }

            return true;
        }

        public bool StartTls(string host, int timeoutMilliseconds)
        {
            Error = _host.IsTlsRefused ? "the certificate is for another name" : "";
            return !_host.IsTlsRefused;
        }

        public void Close()
        {
            if (!_closed)
            {
                _host.Open--;
            }

            _closed = true;
        }

        private void Take(string line)
        {
            if (_data != null)
            {
                if (line != ".")
                {
                    _data.Append(line.StartsWith('.') ? line.Substring(1) : line).Append("\r\n");
                    return;
                }

                string message = _data.ToString();
                _data = null;
                if (Reply(".", "250 2.0.0 queued as " + (_host.Messages.Count + 1)).StartsWith('2') && _accepted > 0)
                {
                    _host.Messages.Add(message);
                }

                _accepted = 0;
                return;
            }

            _host.Commands.Add(line);
            string verb = line.Split(' ')[0];
            switch (verb)
            {
                case "EHLO":
                    Reply(line, _host.Offers.Count == 0 ? "250 smart.test" : "250-smart.test\r\n250-" + string.Join("\r\n250-", _host.Offers.GetRange(0, _host.Offers.Count - 1)) + (_host.Offers.Count > 1 ? "\r\n" : "") + "250 " + _host.Offers[^1]);
                    break;
                case "RCPT":
                    if (Reply(line, "250 2.1.5 ok").StartsWith('2'))
                    {
                        _accepted++;
                    }

                    break;
                case "DATA":
                    if (Reply(line, _accepted > 0 ? "354 go on" : "554 5.5.1 nobody to receive").StartsWith('3'))
                    {
                        _data = new StringBuilder();
                    }

                    break;
                case "STARTTLS":
                    Reply(line, "220 go on");
                    break;
                case "AUTH":
                    Reply(line, "235 ok");
                    break;
                case "QUIT":
                    Reply(line, "221 bye");
                    _hungUp = true;
                    break;
                default:
                    Reply(line, "250 ok");
                    break;
            }
        }

        private string Reply(string line, string usual)
        {
            string reply = _host.Answer(line) ?? usual;
            if (reply == Hangup)
            {
                _hungUp = true;
                return "";
            }

            if (reply == Silence)
            {
                _silent = true;
                return "";
            }

            _toClient.AddRange(Encoding.Latin1.GetBytes(reply + "\r\n"));
            if (reply.StartsWith("421", StringComparison.Ordinal))
            {
                _hungUp = true;
            }

            return reply;
        }
    }
}
