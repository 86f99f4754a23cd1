using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// What the smarthost offers in its answer to EHLO, as far as the relay uses it. Forgotten and read anew after STARTTLS
/// (RFC 3207 section 4.2). One thread at a time.
/// </summary>
internal sealed class ServiceExtensions
{
    private const int StartTlsOffered = 1;
    private const int PipeliningOffered = 2;
    private const int SizeOffered = 4;
    private const int EightBitMimeOffered = 8;
    private const int SmtpUtf8Offered = 16;
    private const int DsnOffered = 32;
    private const int AuthOffered = 64;
    private const int AuthPlainOffered = 128;
    private const int AuthLoginOffered = 256;

    private readonly EhloKeywordParser _parser = new EhloKeywordParser();

    // Bits: on a board a field takes 12 bytes, whatever its type.
    private int _offered;

    /// <summary>STARTTLS (RFC 3207).</summary>
    public bool StartTls => Has(StartTlsOffered);

    /// <summary>Commands may be sent without waiting for each answer (RFC 2920).</summary>
    public bool Pipelining => Has(PipeliningOffered);

    /// <summary>MAIL takes SIZE (RFC 1870).</summary>
    public bool Size => Has(SizeOffered);

    /// <summary>The most octets of a message it takes; 0 when it names no limit (RFC 1870 section 4).</summary>
    public long LargestMessage { get; private set; }

    /// <summary>MAIL takes BODY=8BITMIME (RFC 6152).</summary>
    public bool EightBitMime => Has(EightBitMimeOffered);

    /// <summary>MAIL takes SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 => Has(SmtpUtf8Offered);

    /// <summary>MAIL and RCPT take the parameters of RFC 3461.</summary>
    public bool Dsn => Has(DsnOffered);

    /// <summary>AUTH PLAIN (RFC 4616).</summary>
    public bool AuthPlain => Has(AuthPlainOffered);

    /// <summary>AUTH LOGIN, in use everywhere and standardised nowhere.</summary>
    public bool AuthLogin => Has(AuthLoginOffered);

    /// <summary>All mechanisms of AUTH, with spaces between.</summary>
    public string Mechanisms { get; private set; } = "";

    /// <summary>Whether AUTH is offered at all, with whatever mechanisms (RFC 4954).</summary>
    public bool Auth => Has(AuthOffered);

#if !NANOFRAMEWORK_1_0
    private const int ChunkingOffered = 512;

    /// <summary>The message may come in pieces of announced size (RFC 3030); not used by a device.</summary>
    public bool Chunking => Has(ChunkingOffered);
#endif

    /// <summary>Forgets what was offered.</summary>
    public void Clear()
    {
        _offered = 0;
        LargestMessage = 0;
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
        if (Ascii.EqualsIgnoreCase(line, from, to, "starttls"))
        {
            _offered |= StartTlsOffered;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, "pipelining"))
        {
            _offered |= PipeliningOffered;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, "size"))
        {
            _offered |= SizeOffered;
            AddSize(line, start);
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, "8bitmime"))
        {
            _offered |= EightBitMimeOffered;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, "smtputf8"))
        {
            _offered |= SmtpUtf8Offered;
        }
        else if (Ascii.EqualsIgnoreCase(line, from, to, "dsn"))
        {
            _offered |= DsnOffered;
        }
#if !NANOFRAMEWORK_1_0
        else if (Ascii.EqualsIgnoreCase(line, from, to, "chunking"))
        {
            _offered |= ChunkingOffered;
        }
#endif
        else if (Ascii.EqualsIgnoreCase(line, from, to, "auth"))
        {
            _offered |= AuthOffered;
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
            _offered |= Ascii.EqualsIgnoreCase(line, from, to, "plain") ? AuthPlainOffered : 0;
            _offered |= Ascii.EqualsIgnoreCase(line, from, to, "login") ? AuthLoginOffered : 0;
        }
    }

    private bool Has(int offer)
    {
        return (_offered & offer) != 0;
    }
}
