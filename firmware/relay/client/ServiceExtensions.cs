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
        // Twice: whether a line is of the standard's form is known at its end, and before the end what it offers is not kept.
        if (Read(line, start, end, false))
        {
            Read(line, start, end, true);
        }
    }

    /// <summary>Reads a line. The parser holds few captures at once, so that it is small; a line may have any number.</summary>
    /// <returns>Whether it is of the standard's form.</returns>
    private bool Read(byte[] line, int start, int end, bool takes)
    {
        int at = start;
        int offer = 0;
        int fed = 1;
        _parser.Reset();
        while (at < end && fed > 0)
        {
            fed = _parser.Feed(line, at, end - at);
            at += fed;
            offer = takes ? Take(line, start, offer) : 0;
            _parser.ClearCaptures();
        }

        bool isStandard = at == end && _parser.Finish() == EhloKeywordParser.Outcome.Matched;
        if (takes)
        {
            Take(line, start, offer);
        }

        return isStandard;
    }

    /// <summary>Notes what the captures say.</summary>
    /// <param name="line">Where the line is.</param>
    /// <param name="start">The first byte of its text.</param>
    /// <param name="offer">What the keyword before them offers; 0 for nothing whose parameters matter.</param>
    /// <returns>The same for what follows.</returns>
    private int Take(byte[] line, int start, int offer)
    {
        for (int i = 0; i < _parser.CaptureCount; i++)
        {
            int from = start + _parser.CaptureStart(i);
            int to = start + _parser.CaptureEnd(i);
            if (_parser.CaptureRule(i) == EhloKeywordParser.Rule.EhloKeyword)
            {
                offer = OfferOf(line, from, to);
                _offered |= offer;
            }
            else if (offer == SizeOffered)
            {
                long size = Ascii.ReadNumber(line, from, to);
                LargestMessage = size < 0 ? 0 : size;
                offer = 0;
            }
            else if (offer == AuthOffered)
            {
                Mechanisms = Mechanisms + Encoding.UTF8.GetString(line, from, to - from) + " ";
                _offered |= Ascii.EqualsIgnoreCase(line, from, to, "plain") ? AuthPlainOffered : 0;
                _offered |= Ascii.EqualsIgnoreCase(line, from, to, "login") ? AuthLoginOffered : 0;
            }
        }

        return offer;
    }

    private static int OfferOf(byte[] line, int from, int to)
    {
        return Ascii.EqualsIgnoreCase(line, from, to, "starttls") ? StartTlsOffered
            : Ascii.EqualsIgnoreCase(line, from, to, "pipelining") ? PipeliningOffered
            : Ascii.EqualsIgnoreCase(line, from, to, "size") ? SizeOffered
            : Ascii.EqualsIgnoreCase(line, from, to, "8bitmime") ? EightBitMimeOffered
            : Ascii.EqualsIgnoreCase(line, from, to, "smtputf8") ? SmtpUtf8Offered
            : Ascii.EqualsIgnoreCase(line, from, to, "dsn") ? DsnOffered
#if !NANOFRAMEWORK_1_0
            : Ascii.EqualsIgnoreCase(line, from, to, "chunking") ? ChunkingOffered
#endif
            : Ascii.EqualsIgnoreCase(line, from, to, "auth") ? AuthOffered
            : 0;
    }

    private bool Has(int offer)
    {
        return (_offered & offer) != 0;
    }
}
