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

    private readonly MailParameterParser _mail = new MailParameterParser();
    private readonly RecipientParameterParser _recipient = new RecipientParameterParser();
    private readonly ParameterKeywordParser _keyword = new ParameterKeywordParser();
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
        _mail.Reset();
        _mail.Feed(line, start, end - start);
        if (_mail.Finish() != MailParameterParser.Outcome.Matched || _mail.Position != end - start)
        {
            return Replies.BadParameter;
        }

        if (!IsFirst((int)_mail.MatchedAlternative))
        {
            return Replies.BadParameter;
        }

        switch (_mail.MatchedAlternative)
        {
            case MailParameterParser.Alternative.SizeParameter:
                Size = Ascii.ReadNumber(line, start + _mail.CaptureStart(0), start + _mail.CaptureEnd(0));
                return null;
            case MailParameterParser.Alternative.BodyParameter:
                IsEightBit = _mail.Find(MailParameterParser.Rule.Body8bitmime, 0) >= 0;
                return _mail.Find(MailParameterParser.Rule.BodyBinarymime, 0) >= 0 ? Replies.UnknownParameter : null;
            case MailParameterParser.Alternative.Smtputf8Parameter:
                IsSmtpUtf8 = true;
                return null;
            case MailParameterParser.Alternative.RetParameter:
                Ret = _mail.Find(MailParameterParser.Rule.RetFull, 0) >= 0 ? DsnRet.Full : DsnRet.Headers;
                return null;
            case MailParameterParser.Alternative.EnvidParameter:
                EnvelopeIdStart = start + _mail.CaptureStart(0);
                EnvelopeIdLength = _mail.CaptureEnd(0) - _mail.CaptureStart(0);
                return EnvelopeIdLength > LongestEnvelopeId ? Replies.BadParameter : null;
            default:
                return _takesAuth ? null : Replies.UnknownParameter;
        }
    }

    private string? ReadRecipientParameter(byte[] line, int start, int end)
    {
        _recipient.Reset();
        _recipient.Feed(line, start, end - start);
        if (_recipient.Finish() != RecipientParameterParser.Outcome.Matched || _recipient.Position != end - start)
        {
            return Replies.BadParameter;
        }

        if (!IsFirst((int)_recipient.MatchedAlternative))
        {
            return Replies.BadParameter;
        }

        if (_recipient.MatchedAlternative == RecipientParameterParser.Alternative.OrcptParameter)
        {
            OriginalRecipientStart = start + _recipient.CaptureStart(0);
            OriginalRecipientLength = _recipient.CaptureEnd(0) - _recipient.CaptureStart(0);
            return OriginalRecipientLength > LongestOriginalRecipient ? Replies.BadParameter : null;
        }

        for (int i = 0; i < _recipient.CaptureCount; i++)
        {
            Notify |= NotifyValue(_recipient.CaptureRule(i));
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
        _keyword.Reset();
        _keyword.Feed(line, start, length);
        return _keyword.Finish() == ParameterKeywordParser.Outcome.Matched && _keyword.Position == length;
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
