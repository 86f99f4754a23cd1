using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// What the smarthost offers in its answer to EHLO, as far as the relay uses it. Forgotten and read anew after STARTTLS
/// (RFC 3207 section 4.2). One thread at a time.
/// </summary>
internal sealed class ServiceExtensions
{
    private readonly EhloKeywordParser _parser = new EhloKeywordParser();
    private readonly byte[] _startTls = Encoding.UTF8.GetBytes("starttls");
    private readonly byte[] _pipelining = Encoding.UTF8.GetBytes("pipelining");
    private readonly byte[] _size = Encoding.UTF8.GetBytes("size");
    private readonly byte[] _eightBitMime = Encoding.UTF8.GetBytes("8bitmime");
    private readonly byte[] _smtpUtf8 = Encoding.UTF8.GetBytes("smtputf8");
    private readonly byte[] _dsn = Encoding.UTF8.GetBytes("dsn");
    private readonly byte[] _auth = Encoding.UTF8.GetBytes("auth");
    private readonly byte[] _plain = Encoding.UTF8.GetBytes("plain");
    private readonly byte[] _login = Encoding.UTF8.GetBytes("login");

    /// <summary>STARTTLS (RFC 3207).</summary>
    public bool StartTls { get; private set; }

    /// <summary>Commands may be sent without waiting for each answer (RFC 2920).</summary>
    public bool Pipelining { get; private set; }

    /// <summary>MAIL takes SIZE (RFC 1870).</summary>
    public bool Size { get; private set; }

    /// <summary>The most octets of a message it takes; 0 when it names no limit (RFC 1870 section 4).</summary>
    public long LargestMessage { get; private set; }

    /// <summary>MAIL takes BODY=8BITMIME (RFC 6152).</summary>
    public bool EightBitMime { get; private set; }

    /// <summary>MAIL takes SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; private set; }

    /// <summary>MAIL and RCPT take the parameters of RFC 3461.</summary>
    public bool Dsn { get; private set; }

    /// <summary>AUTH PLAIN (RFC 4616).</summary>
    public bool AuthPlain { get; private set; }

    /// <summary>AUTH LOGIN, in use everywhere and standardised nowhere.</summary>
    public bool AuthLogin { get; private set; }

    /// <summary>All mechanisms of AUTH, with spaces between.</summary>
    public string Mechanisms { get; private set; } = "";

    /// <summary>Whether AUTH is offered at all, with whatever mechanisms (RFC 4954).</summary>
    public bool Auth { get; private set; }

#if !NANOFRAMEWORK_1_0
    private readonly byte[] _chunking = Encoding.UTF8.GetBytes("chunking");

    /// <summary>The message may come in pieces of announced size (RFC 3030); not used by a device.</summary>
    public bool Chunking { get; private set; }
#endif

    /// <summary>Forgets what was offered.</summary>
    public void Clear()
    {
#if !NANOFRAMEWORK_1_0
        Chunking = false;
#endif
        StartTls = false;
        Pipelining = false;
        Size = false;
        LargestMessage = 0;
        EightBitMime = false;
        SmtpUtf8 = false;
        Dsn = false;
        AuthPlain = false;
        AuthLogin = false;
        Auth = false;
        Mechanisms = "";
    }

    /// <summary>Notes what one line of the reply offers; a line that is not of the standard's form offers nothing.</summary>
    /// <param name="line">Where the line is.</param>
    /// <param name="start">The first byte of its text.</param>
    /// <param name="end">One past the last byte of its text, the CRLF left out.</param>
    public void Add(byte[] line, int start, int end)
    {
        _parser.Reset();
        int taken = _parser.Feed(line, start, end - start);
        if (taken < end - start || _parser.Finish() != EhloKeywordParser.Outcome.Matched)
        {
            return;
        }

        int keyword = _parser.Find(EhloKeywordParser.Rule.EhloKeyword, 0);
        if (keyword < 0)
        {
            return;
        }

        int from = start + _parser.CaptureStart(keyword);
        int to = start + _parser.CaptureEnd(keyword);
        if (Ascii.EqualsIgnoreCase(line, from, to, _startTls))
        {
            StartTls = true;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, _pipelining))
        {
            Pipelining = true;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, _size))
        {
            Size = true;
            AddSize(line, start);
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, _eightBitMime))
        {
            EightBitMime = true;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, _smtpUtf8))
        {
            SmtpUtf8 = true;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, _dsn))
        {
            Dsn = true;
        }
#if !NANOFRAMEWORK_1_0
        else if (Ascii.EqualsIgnoreCase(line, from, to, _chunking))
        {
            Chunking = true;
        }
#endif
        else if (Ascii.EqualsIgnoreCase(line, from, to, _auth))
        {
            Auth = true;
            AddMechanisms(line, start);
        }
    }

    private void AddSize(byte[] line, int start)
    {
        int parameter = _parser.Find(EhloKeywordParser.Rule.EhloParam, 0);
        if (parameter < 0)
        {
            return;
        }

        long size = Ascii.ReadNumber(line, start + _parser.CaptureStart(parameter), start + _parser.CaptureEnd(parameter));
        LargestMessage = size < 0 ? 0 : size;
    }

    private void AddMechanisms(byte[] line, int start)
    {
        for (int i = _parser.Find(EhloKeywordParser.Rule.EhloParam, 0); i >= 0; i = _parser.Find(EhloKeywordParser.Rule.EhloParam, i + 1))
        {
            int from = start + _parser.CaptureStart(i);
            int to = start + _parser.CaptureEnd(i);
            Mechanisms = Mechanisms + Encoding.UTF8.GetString(line, from, to - from) + " ";
            AuthPlain |= Ascii.EqualsIgnoreCase(line, from, to, _plain);
            AuthLogin |= Ascii.EqualsIgnoreCase(line, from, to, _login);
        }
    }
}
