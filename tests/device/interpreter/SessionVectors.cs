using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>
/// What a client sends and how the server begins its answer; "=text" instead of an answer is the message that is accepted. Each
/// vector has a session of its own, fed whole and octet by octet.
/// </summary>
internal sealed class SessionVectors : IVectors
{
    private readonly Conformance _conformance;
    private readonly KeepingSpool _spool = new KeepingSpool();
    private readonly ServerSession _session;
    private readonly byte[] _client = new byte[] { 127, 0, 0, 1 };
    private readonly Octets _preparation = new Octets();
    private readonly Octets _input = new Octets();
    private readonly Octets _expected = new Octets();
    private readonly Octets _answer = new Octets();

    public SessionVectors(Conformance conformance)
    {
        _conformance = conformance;
        RelaySettings settings = new RelaySettings();
        settings.Hostname = "relay.example";
        settings.Limits.GreetingDelay = -1;
        _session = new ServerSession(settings, _spool, new StillClock(), new QuietLog());
    }

    public void After(string preparation)
    {
        _preparation.Clear();
        _preparation.AddEscaped(preparation);
    }

    public void Check(int line, string expected, string input)
    {
        bool isMessage = expected.Length > 0 && expected[0] == '=';
        _expected.Clear();
        _expected.AddEscaped(isMessage ? expected.Substring(1) : expected);
        _input.Clear();
        _input.AddEscaped(input);
        if (_input.Count == 0 || _input.Bytes[_input.Count - 1] != '\n')
        {
            _input.Add(13);
            _input.Add(10);
        }

        Play(line, expected, isMessage, _input.Count);
        Play(line, expected, isMessage, 1);
    }

    private void Play(int line, string expected, bool isMessage, int cut)
    {
        _spool.Message.Clear();
        _session.Open(_client, false);
        Feed(_preparation, _preparation.Count);
        _answer.Clear();
        Feed(_input, cut);
        _session.PeerClosed();
        Octets actual = isMessage ? _spool.Message : _answer;
        // In front of what came stands what a submission gets: Received, and Date and Message-ID where it has none.
        int start = isMessage ? actual.Count - _expected.Count : 0;
        _conformance.Check(actual.Count > 0 && actual.Has(start, _expected, isMessage), line, expected, _answer.Show(0));
    }

    private void Feed(Octets octets, int cut)
    {
        int at = 0;
        Collect();
        while (at < octets.Count && _session.Wants == SessionWants.Input)
        {
            int left = octets.Count - at;
            at += _session.Receive(octets.Bytes, at, left < cut ? left : cut);
            Collect();
            if (_session.Wants == SessionWants.Commit)
            {
                _session.Committed();
                Collect();
            }
        }
    }

    private void Collect()
    {
        int count = _session.OutputCount;
        if (count > 0)
        {
            _answer.Add(_session.Output, _session.OutputStart, count);
            _session.Sent(count);
        }
    }
}
