using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>
/// One message all the way: a client's session, the spool in memory, the forwarder, and a smarthost that is a script. Then an alert,
/// and a second start of the spool on what the first left.
/// </summary>
internal sealed class WholeSession
{
    private const string Client =
        "EHLO camera.example\\r\\nMAIL FROM:<camera@example.org> BODY=8BITMIME\\r\\nRCPT TO:<guard@example.net>\\r\\nRCPT TO:<ops@example.net>\\r\\nDATA\\r\\n"
        + "Subject: Motion\\r\\n\\r\\nat the gate\\r\\n..dot\\r\\n\\r\\n.\\r\\nQUIT\\r\\n";

    // Behind the header, which a submission gets more fields for.
    private const string Message = "\\r\\n\\r\\nat the gate\\r\\n..dot\\r\\n\\r\\n.\\r\\nQUIT\\r\\n";

    private readonly Conformance _conformance;
    private readonly StillClock _clock = new StillClock();
    private readonly QuietLog _log = new QuietLog();
    private readonly MemorySegmentStore _store = new MemorySegmentStore();
    private readonly RelaySettings _settings = new RelaySettings();
    private int _step;

    public WholeSession(Conformance conformance)
    {
        _conformance = conformance;
        _settings.Hostname = "relay.example";
        _settings.Limits.GreetingDelay = -1;
        _settings.Smarthost.Host = "127.0.0.1";
        _settings.Smarthost.Security = SmarthostSecurity.None;
        _settings.AlertTo = "ops@example.org";
        _settings.Limits.ForwardBuffer = 1460;
    }

    public void Run()
    {
        Spool spool = Start();
        Check("221 2.0.0", Submit(spool));
        CheckCount(1, spool);
        Alerts alerts = new Alerts(_settings, new AlertMail(_settings, spool, _clock), _clock, _log);
        Check("True", alerts.Raise(Severity.Error, "boiler", "Pressure is low", "1.1 bar") ? "True" : "False");
        CheckCount(2, spool);
        spool.Close();

        // As after a restart: all is there, and leaves, the alert first.
        spool = Start();
        CheckCount(2, spool);
        ScriptedSmarthost smarthost = new ScriptedSmarthost();
        Forwarder forwarder = new Forwarder(_settings, spool, smarthost, _clock, _log);
        for (int i = 0; i < 20 && spool.Count > 0; i++)
        {
            forwarder.RunOnce();
        }

        forwarder.Stop();
        forwarder.RunOnce();
        CheckCount(0, spool);
        Octets expected = new Octets();
        expected.AddEscaped(Message);
        int start = smarthost.Received.Count - expected.Count;
        _conformance.Check(start > 0 && smarthost.Received.Has(smarthost.Received.Count - expected.Count, expected, true), ++_step, Message, smarthost.Received.Show(start > 0 ? start : 0));
        Check("2", smarthost.Messages.ToString());
        spool.Close();
    }

    private Spool Start()
    {
        Spool spool = new Spool(_store, _clock, _log, SpoolOptions.ForDevice());
        Check("open", spool.Open() ? "open" : spool.Error);
        return spool;
    }

    private string Submit(Spool spool)
    {
        ServerSession session = new ServerSession(_settings, spool, _clock, _log);
        Octets input = new Octets();
        input.AddEscaped(Client);
        string last = "";
        session.Open(new byte[] { 127, 0, 0, 1 }, false);
        int at = 0;
        while (true)
        {
            if (session.OutputCount > 0)
            {
                Octets answer = new Octets();
                answer.Add(session.Output, session.OutputStart, session.OutputCount);
                last = answer.Show(0);
                session.Sent(session.OutputCount);
            }
            else if (session.Wants == SessionWants.Commit)
            {
                spool.Sync();
                session.Committed();
            }
            else if (session.Wants == SessionWants.Input && at < input.Count)
            {
                // A line at a time, so that the last answer is the last line's.
                int end = at;
                while (input.Bytes[end] != '\n')
                {
                    end++;
                }

                at += session.Receive(input.Bytes, at, end + 1 - at);
            }
            else
            {
                return last.Length > 9 ? last.Substring(0, 9) : last;
            }
        }
    }

    private void CheckCount(int expected, Spool spool)
    {
        Check(expected.ToString(), spool.Count.ToString());
    }

    private void Check(string expected, string actual)
    {
        _conformance.Check(expected == actual, ++_step, expected, actual);
    }
}
