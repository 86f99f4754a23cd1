using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>A smarthost in memory that takes everything and keeps what it is told.</summary>
internal sealed class ScriptedSmarthost : IConnector, IConnection
{
    private readonly Octets _toClient = new Octets();
    private int _taken;
    private int _lineStart;
    private bool _isData;

    public Octets Received { get; } = new Octets();

    public int Messages { get; private set; }

    public bool HasMore
    {
        get { return false; }
    }

    public string Error
    {
        get { return ""; }
    }

    public IConnection Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        Say("220 smart.test ready");
        return this;
    }

    public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        int left = _toClient.Count - _taken;
        if (left == 0)
        {
            return Connection.Closed;
        }

        int moved = left < count ? left : count;
        System.Array.Copy(_toClient.Bytes, _taken, buffer, offset, moved);
        _taken += moved;
        if (_taken == _toClient.Count)
        {
            _toClient.Clear();
            _taken = 0;
        }

        return moved;
    }

    public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        for (int i = offset; i < offset + count; i++)
        {
            Received.Add(buffer[i]);
            if (buffer[i] == '\n')
            {
                Answer(Received.Bytes, _lineStart, Received.Count - _lineStart);
                _lineStart = Received.Count;
            }
        }

        return true;
    }

    public bool StartTls(string host, int timeoutMilliseconds)
    {
        return false;
    }

    public void Close()
    {
    }

    private void Answer(byte[] line, int start, int count)
    {
        if (_isData)
        {
            if (count == 3 && line[start] == '.')
            {
                _isData = false;
                Messages++;
                Say("250 2.0.0 taken");
            }

            return;
        }

        switch (line[start])
        {
            case (byte)'E':
                Say("250-smart.test\r\n250-PIPELINING\r\n250 8BITMIME");
                break;
            case (byte)'D':
                _isData = true;
                Say("354 go on");
                break;
            case (byte)'Q':
                Say("221 bye");
                break;
            default:
                Say("250 2.1.0 ok");
                break;
        }
    }

    private void Say(string line)
    {
        _toClient.AddEscaped(line);
        _toClient.Add(13);
        _toClient.Add(10);
    }
}
