namespace SmtpEmbedded.Relay;

/// <summary>Passes a connection's bytes through and shows its lines, but neither what a login says nor the message. One thread at a time.</summary>
internal sealed class Transcript : IConnector, IConnection
{
    private const int LongestLine = 200;

#if !NANOFRAMEWORK_1_0
    private static readonly byte[] ChunkCommand = System.Text.Encoding.UTF8.GetBytes("BDAT ");

#endif
    private readonly IConnector _connector;
    private readonly ITrialSteps _steps;
    private readonly byte[] _line = new byte[LongestLine];
    private IConnection? _connection;
    private int _count;
    private bool _isSecret;
    private bool _isData;

#if !NANOFRAMEWORK_1_0
    // What is still to come of a chunk (RFC 3030 section 2), which only a gateway sends.
    private long _chunkLeft;
#endif

    public Transcript(IConnector connector, ITrialSteps steps)
    {
        _connector = connector;
        _steps = steps;
    }

    public bool HasMore => _connector.HasMore;

    public string Error => _connection == null ? _connector.Error : _connection.Error;

    public IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        _steps.Step("Connecting to " + smarthost.Host + " port " + smarthost.EffectivePort.ToString() + (smarthost.Security == SmarthostSecurity.Tls ? " with TLS" : ""));
        _connection = _connector.Connect(smarthost, choice, timeoutMilliseconds);
        return _connection == null ? null : this;
    }

    public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        int received = _connection!.Receive(buffer, offset, count, timeoutMilliseconds);
        for (int i = offset; i < offset + received; i++)
        {
            Show(buffer[i], true);
        }

        return received;
    }

    public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        for (int i = offset; i < offset + count && !_isData; i++)
        {
#if !NANOFRAMEWORK_1_0
            if (_chunkLeft > 0)
            {
                _chunkLeft--;
                continue;
            }

#endif
            Show(buffer[i], false);
        }

        return _connection!.Send(buffer, offset, count, timeoutMilliseconds);
    }

    public bool StartTls(string host, int timeoutMilliseconds)
    {
        _steps.Step("TLS handshake with " + host);
        bool isGood = _connection!.StartTls(host, timeoutMilliseconds);
        if (isGood)
        {
            _steps.Step("TLS is established, the certificate is good");
        }

        return isGood;
    }

    public void Close()
    {
        _connection?.Close();
    }

    private void Show(byte value, bool isReply)
    {
        if (value != Ascii.Lf)
        {
            if (_count < LongestLine && value != Ascii.Cr)
            {
                _line[_count++] = value;
            }

            return;
        }

        string line = Printable.From(_line, 0, _count, LongestLine);
        bool isEmpty = _count == 0;
        bool isIntermediate = !isEmpty && _line[0] == (byte)'3';
        bool isLogin = !isReply && _count > 4 && Ascii.ToLower(_line[0]) == (byte)'a' && Ascii.ToLower(_line[1]) == (byte)'u';
#if !NANOFRAMEWORK_1_0
        bool isChunk = !isReply && !_isSecret && _count > ChunkCommand.Length && Ascii.AreEqual(_line, 0, ChunkCommand, 0, ChunkCommand.Length);
#endif
        _count = 0;
        if (isReply)
        {
            // What may follow a 354 is the message, what may follow a 334 is a secret: both begin with a 3.
            _isData = isIntermediate && !_isSecret;
            _isSecret &= isIntermediate;
            _steps.Step("< " + line);
            if (_isData)
            {
                _steps.Step("> (the message)");
            }
        }
        else
        {
            _steps.Step(isLogin ? "> AUTH (not shown)" : _isSecret ? "> (not shown)" : "> " + line);
            _isSecret |= isLogin;
#if !NANOFRAMEWORK_1_0
            if (isChunk)
            {
                for (int i = ChunkCommand.Length; Ascii.IsDigit(_line[i]); i++)
                {
                    _chunkLeft = (_chunkLeft * 10) + _line[i] - '0';
                }

                _steps.Step("> (the message)");
            }
#endif
        }
    }
}
