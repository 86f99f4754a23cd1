using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using SmtpEmbedded.Relay;

/// <summary>A connection of the relay's whose other end is a script. Character n of a text stands for octet n.</summary>
public sealed class MemoryConnection : IClientConnection
{
    private readonly Func<string, bool, string> _answer;
    private readonly List<byte> _toRelay = new();
    private readonly StringBuilder _fromRelay = new();
    private readonly StringBuilder _line = new();
    private bool _isData;
    private bool _isOver;
    private bool _isClosed;

    /// <param name="answer">What is said to a line of the relay's; null when only the relay answers.</param>
    public MemoryConnection(Func<string, bool, string> answer) => _answer = answer;

    public string Error => "";

    /// <summary>Whether the relay has closed it.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_toRelay)
            {
                return _isClosed;
            }
        }
    }

    public void Say(string text)
    {
        lock (_toRelay)
        {
            _toRelay.AddRange(Encoding.Latin1.GetBytes(text));
            Monitor.PulseAll(_toRelay);
        }
    }

    public void SayNoMore()
    {
        lock (_toRelay)
        {
            _isOver = true;
            Monitor.PulseAll(_toRelay);
        }
    }

    public string AwaitEnd()
    {
        lock (_toRelay)
        {
            while (!_isClosed)
            {
                if (!Monitor.Wait(_toRelay, 20_000))
                {
                    throw new InvalidOperationException("the relay does not close; it said: " + _fromRelay);
                }
            }

            return _fromRelay.ToString();
        }
    }

    public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        lock (_toRelay)
        {
            while (_toRelay.Count == 0)
            {
                if (_isOver || _isClosed)
                {
                    return Connection.Closed;
                }

                if (!Monitor.Wait(_toRelay, timeoutMilliseconds))
                {
                    return Connection.TimedOut;
                }
            }

            int taken = Math.Min(count, _toRelay.Count);
            _toRelay.CopyTo(0, buffer, offset, taken);
            _toRelay.RemoveRange(0, taken);
            return taken;
        }
    }

    public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        string text = Encoding.Latin1.GetString(buffer, offset, count);
        lock (_toRelay)
        {
            _fromRelay.Append(text);
        }

        foreach (char octet in _answer == null ? "" : text)
        {
            _line.Append(octet);
            if (octet == '\n')
            {
                string line = _line.ToString(0, _line.Length - 2);
                _line.Clear();
                string answer = _answer(line, _isData);
                _isData = (answer == null && _isData) || (answer != null && answer[0] == '3');
                Say(answer ?? "");
                if (answer != null && answer.StartsWith("221", StringComparison.Ordinal))
                {
                    SayNoMore();
                }
            }
        }

        return true;
    }

    public int Peek(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        // A script says nothing before it is greeted.
        return Connection.TimedOut;
    }

    public bool AcceptTls(int timeoutMilliseconds) => false;

    public bool StartTls(string host, int timeoutMilliseconds) => false;

    public void Close()
    {
        lock (_toRelay)
        {
            _isClosed = true;
            Monitor.PulseAll(_toRelay);
        }
    }
}
