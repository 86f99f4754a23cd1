namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes an envelope as MAIL and RCPT commands with the parameters the smarthost understands, and says beforehand what it
/// cannot take. No allocation except for a refusal. One thread at a time.
/// </summary>
internal sealed class EnvelopeCommands
{
    private readonly ServiceExtensions _extensions;

    /// <summary>Makes a writer.</summary>
    /// <param name="limits">For the longest command.</param>
    /// <param name="extensions">What the smarthost offers; kept up to date by the session.</param>
    public EnvelopeCommands(Limits limits, ServiceExtensions extensions)
    {
        _extensions = extensions;
        int parameters = limits.MailExtensions > limits.RecipientExtensions ? limits.MailExtensions : limits.RecipientExtensions;
        int path = limits.Path > limits.CommandLine ? limits.Path : limits.CommandLine;
        LongestCommand = path + parameters + 64;
    }

    /// <summary>How many bytes a command may need.</summary>
    public int LongestCommand { get; }

    /// <summary>
    /// Why a message cannot be given to this smarthost, as a sentence that begins with an enhanced status code; empty when it
    /// can. A message is never changed to make it fit: that would break signatures and surprise its reader.
    /// </summary>
    public string Refusal(QueuedMessage message, Envelope envelope)
    {
        if (_extensions.LargestMessage > 0 && message.Size > _extensions.LargestMessage)
        {
            return "5.3.4 The message has " + message.Size.ToString() + " bytes, and the smarthost takes at most " + _extensions.LargestMessage.ToString();
        }

        if (envelope.IsEightBit && !_extensions.EightBitMime)
        {
            return "5.6.3 The message has 8-bit content, and the smarthost does not offer 8BITMIME";
        }

        if (!_extensions.SmtpUtf8 && (envelope.IsSmtpUtf8 || AnyAddressHasEightBit(envelope)))
        {
            return "5.6.7 The message has internationalised addresses or header fields, and the smarthost does not offer SMTPUTF8";
        }

        // The server never takes such an address; a program that puts mail into the spool by itself might.
        if (AnyAddressHasControl(envelope))
        {
            return "5.1.3 An address of the envelope has a control character";
        }

        return "";
    }

    /// <summary>Writes MAIL (RFC 5321 section 4.1.1.2).</summary>
    public void AppendMail(ByteBuffer output, QueuedMessage message, Envelope envelope)
    {
        output.Append("MAIL FROM:<").Append(envelope.Bytes, envelope.ReversePathOffset, envelope.ReversePathLength).Append((byte)'>');
        if (_extensions.Size && message.Size > 0)
        {
            output.Append(" SIZE=").AppendNumber(message.Size);
        }

        if (envelope.IsEightBit)
        {
            output.Append(" BODY=8BITMIME");
        }

        if (_extensions.SmtpUtf8 && (envelope.IsSmtpUtf8 || AnyAddressHasEightBit(envelope)))
        {
            output.Append(" SMTPUTF8");
        }

        if (_extensions.Dsn)
        {
            AppendMailDsn(output, envelope);
        }

        output.AppendLineEnd();
    }

    /// <summary>Writes RCPT (RFC 5321 section 4.1.1.3).</summary>
    public void AppendRecipient(ByteBuffer output, Envelope envelope, int recipient)
    {
        output.Append("RCPT TO:<").Append(envelope.Bytes, envelope.RecipientOffset(recipient), envelope.RecipientLength(recipient)).Append((byte)'>');
        if (_extensions.Dsn)
        {
            AppendRecipientDsn(output, envelope, recipient);
        }

        output.AppendLineEnd();
    }

    /// <summary>RET and ENVID as they were given (RFC 3461 sections 4.3 and 4.4).</summary>
    private static void AppendMailDsn(ByteBuffer output, Envelope envelope)
    {
        if (envelope.Ret != DsnRet.NotGiven)
        {
            output.Append(envelope.Ret == DsnRet.Full ? " RET=FULL" : " RET=HDRS");
        }

        if (envelope.EnvelopeIdLength > 0)
        {
            output.Append(" ENVID=").Append(envelope.Bytes, envelope.EnvelopeIdOffset, envelope.EnvelopeIdLength);
        }
    }

    /// <summary>NOTIFY and ORCPT as they were given (RFC 3461 sections 4.1 and 4.2).</summary>
    private static void AppendRecipientDsn(ByteBuffer output, Envelope envelope, int recipient)
    {
        int notify = envelope.Notify(recipient);
        if (notify == DsnNotify.Never)
        {
            output.Append(" NOTIFY=NEVER");
        }
        else if (notify != DsnNotify.NotGiven)
        {
            int start = output.Count;
            output.Append(" NOTIFY=");
            int first = output.Count;
            AppendWord(output, first, (notify & DsnNotify.Success) != 0, "SUCCESS");
            AppendWord(output, first, (notify & DsnNotify.Failure) != 0, "FAILURE");
            AppendWord(output, first, (notify & DsnNotify.Delay) != 0, "DELAY");
            if (output.Count == first)
            {
                output.Truncate(start);
            }
        }

        int length = envelope.OriginalRecipientLength(recipient);
        if (length > 0)
        {
            output.Append(" ORCPT=").Append(envelope.Bytes, envelope.OriginalRecipientOffset(recipient), length);
        }
    }

    private static void AppendWord(ByteBuffer output, int first, bool wanted, string word)
    {
        if (!wanted)
        {
            return;
        }

        if (output.Count > first)
        {
            output.Append((byte)',');
        }

        output.Append(word);
    }

    private static bool AnyAddressHasEightBit(Envelope envelope)
    {
        byte[] bytes = envelope.Bytes;
        if (Ascii.HasEightBit(bytes, envelope.ReversePathOffset, envelope.ReversePathOffset + envelope.ReversePathLength))
        {
            return true;
        }

        for (int i = 0; i < envelope.RecipientCount; i++)
        {
            if (Ascii.HasEightBit(bytes, envelope.RecipientOffset(i), envelope.RecipientOffset(i) + envelope.RecipientLength(i)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AnyAddressHasControl(Envelope envelope)
    {
        byte[] bytes = envelope.Bytes;
        if (HasControl(bytes, envelope.ReversePathOffset, envelope.ReversePathLength))
        {
            return true;
        }

        for (int i = 0; i < envelope.RecipientCount; i++)
        {
            if (HasControl(bytes, envelope.RecipientOffset(i), envelope.RecipientLength(i)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasControl(byte[] bytes, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
        {
            if (Ascii.IsControl(bytes[i]))
            {
                return true;
            }
        }

        return false;
    }
}
