namespace SmtpEmbedded.Relay;

/// <summary>
/// The parameters of one MAIL or RCPT command (RFC 5321 section 4.1.1.11), read from the captures of its line by the
/// generated parsers of single parameters. Values that are text stay in the line and are named by where they stand.
/// Allocates nothing after construction.
/// </summary>
internal sealed class TransactionParameters
{
    // ENVID and ORCPT (RFC 3461 sections 4.2 and 4.4).
    private const int LongestEnvelopeId = 100;
    private const int LongestOriginalRecipient = 500;

    // Made when a parameter comes, for many clients send none.
    private MailParameterParser? _mail;
    private RecipientParameterParser? _recipient;
    private ParameterKeywordParser? _keyword;
    private int _seen;
    private bool _takesAuth;

    /// <summary>SIZE (RFC 1870): octets announced, or 0.</summary>
    public long Size { get; private set; }

    /// <summary>Whether BODY=8BITMIME was given (RFC 6152).</summary>
    public bool IsEightBit { get; private set; }

    /// <summary>Whether SMTPUTF8 was given (RFC 6531).</summary>
    public bool IsSmtpUtf8 { get; private set; }

    /// <summary>RET (RFC 3461 section 4.3).</summary>
    public DsnRet Ret { get; private set; }

    /// <summary>Where ENVID's value begins in the line.</summary>
    public int EnvelopeIdStart { get; private set; }

    /// <summary>How long ENVID's value is; 0 when not given.</summary>
    public int EnvelopeIdLength { get; private set; }

    /// <summary>NOTIFY (RFC 3461 section 4.1): values of <see cref="DsnNotify"/> added up.</summary>
    public int Notify { get; private set; }

    /// <summary>Where ORCPT's value begins in the line.</summary>
    public int OriginalRecipientStart { get; private set; }

    /// <summary>How long ORCPT's value is; 0 when not given.</summary>
    public int OriginalRecipientLength { get; private set; }

    /// <summary>Reads the parameters of a MAIL command.</summary>
    /// <param name="command">The command as it was read.</param>
    /// <param name="line">Its line.</param>
    /// <param name="takesAuth">Whether AUTH is offered, and so its parameter taken (RFC 4954 section 5). It is not believed: what came as what it says is known here better.</param>
    /// <returns>Null, or the reply that refuses the command.</returns>
    public string? ReadMail(CommandParser command, byte[] line, bool takesAuth)
    {
        _takesAuth = takesAuth;
        return Read(command, line, true);
    }

    /// <summary>Reads the parameters of a RCPT command.</summary>
    /// <returns>Null, or the reply that refuses the command.</returns>
    public string? ReadRecipient(CommandParser command, byte[] line)
    {
        return Read(command, line, false);
    }

    private string? Read(CommandParser command, byte[] line, bool isMail)
    {
        Clear();
        int index = command.Find(CommandParser.Rule.EsmtpParam, 0);
        while (index >= 0)
        {
            int start = command.CaptureStart(index);
            int end = command.CaptureEnd(index);
            string? refusal = isMail ? ReadMailParameter(line, start, end) : ReadRecipientParameter(line, start, end);
            if (refusal != null)
            {
                return IsKeywordKnown(command, line, start) ? refusal : Replies.UnknownParameter;
            }

            index = command.Find(CommandParser.Rule.EsmtpParam, index + 1);
        }

        return null;
    }

    private string? ReadMailParameter(byte[] line, int start, int end)
    {
        MailParameterParser parser = _mail ??= new MailParameterParser();
        parser.Reset();
        parser.Feed(line, start, end - start);
        if (parser.Finish() != MailParameterParser.Outcome.Matched || parser.Position != end - start)
        {
            return Replies.BadParameter;
        }

        if (!IsFirst((int)parser.MatchedAlternative))
        {
            return Replies.BadParameter;
        }

        switch (parser.MatchedAlternative)
        {
            case MailParameterParser.Alternative.SizeParameter:
                Size = Ascii.ReadNumber(line, start + parser.CaptureStart(0), start + parser.CaptureEnd(0));
                return null;
            case MailParameterParser.Alternative.BodyParameter:
                IsEightBit = parser.Find(MailParameterParser.Rule.Body8bitmime, 0) >= 0;
                return parser.Find(MailParameterParser.Rule.BodyBinarymime, 0) >= 0 ? Replies.UnknownParameter : null;
            case MailParameterParser.Alternative.Smtputf8Parameter:
                IsSmtpUtf8 = true;
                return null;
            case MailParameterParser.Alternative.RetParameter:
                Ret = parser.Find(MailParameterParser.Rule.RetFull, 0) >= 0 ? DsnRet.Full : DsnRet.Headers;
                return null;
            case MailParameterParser.Alternative.EnvidParameter:
                EnvelopeIdStart = start + parser.CaptureStart(0);
                EnvelopeIdLength = parser.CaptureEnd(0) - parser.CaptureStart(0);
                return EnvelopeIdLength > LongestEnvelopeId ? Replies.BadParameter : null;
            default:
                return _takesAuth ? null : Replies.UnknownParameter;
        }
    }

    private string? ReadRecipientParameter(byte[] line, int start, int end)
    {
        RecipientParameterParser parser = _recipient ??= new RecipientParameterParser();
        parser.Reset();
        parser.Feed(line, start, end - start);
        if (parser.Finish() != RecipientParameterParser.Outcome.Matched || parser.Position != end - start)
        {
            return Replies.BadParameter;
        }

        if (!IsFirst((int)parser.MatchedAlternative))
        {
            return Replies.BadParameter;
        }

        if (parser.MatchedAlternative == RecipientParameterParser.Alternative.OrcptParameter)
        {
            OriginalRecipientStart = start + parser.CaptureStart(0);
            OriginalRecipientLength = parser.CaptureEnd(0) - parser.CaptureStart(0);
            return OriginalRecipientLength > LongestOriginalRecipient ? Replies.BadParameter : null;
        }

        for (int i = 0; i < parser.CaptureCount; i++)
        {
            Notify |= NotifyValue(parser.CaptureRule(i));
        }

        return null;
    }

    private static int NotifyValue(RecipientParameterParser.Rule rule)
    {
        switch (rule)
        {
            case RecipientParameterParser.Rule.NotifyNever: return DsnNotify.Never;
            case RecipientParameterParser.Rule.NotifySuccess: return DsnNotify.Success;
            case RecipientParameterParser.Rule.NotifyFailure: return DsnNotify.Failure;
            default: return DsnNotify.Delay;
        }
    }

    // A parameter may be given once (RFC 5321 section 4.1.1.11 leaves no meaning for twice).
    private bool IsFirst(int alternative)
    {
        int bit = 1 << alternative;
        bool first = (_seen & bit) == 0;
        _seen |= bit;
        return first;
    }

    private bool IsKeywordKnown(CommandParser command, byte[] line, int start)
    {
        int index = command.Find(CommandParser.Rule.EsmtpKeyword, 0);
        while (index >= 0 && command.CaptureStart(index) != start)
        {
            index = command.Find(CommandParser.Rule.EsmtpKeyword, index + 1);
        }

        if (index < 0)
        {
            return false;
        }

        int length = command.CaptureEnd(index) - start;
        ParameterKeywordParser parser = _keyword ??= new ParameterKeywordParser();
        parser.Reset();
        parser.Feed(line, start, length);
        return parser.Finish() == ParameterKeywordParser.Outcome.Matched && parser.Position == length;
    }

    private void Clear()
    {
        _seen = 0;
        Size = 0;
        IsEightBit = false;
        IsSmtpUtf8 = false;
        Ret = DsnRet.NotGiven;
        EnvelopeIdLength = 0;
        Notify = DsnNotify.NotGiven;
        OriginalRecipientLength = 0;
    }
}
