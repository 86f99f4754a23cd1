#if !NANOFRAMEWORK_1_0
namespace SmtpEmbedded.Relay;

/// <content>
/// The message in chunks in place of DATA (BDAT, RFC 3030), where the smarthost offers it: for a gateway, whose buffer makes few
/// of them. Chunks begin when every recipient is decided; with PIPELINING the next goes without waiting for the answer to the
/// one before. The first refusal counts, and what was sent behind it is answered in vain.
/// </content>
internal sealed partial class MailTransaction
{
    /// <summary>For "BDAT ", the size, " LAST" and CRLF.</summary>
    private const int ChunkHead = 5 + 10 + 5 + 2;

    /// <summary>What <see cref="DataEncoder.End"/> writes that is no part of the message: a dot and CRLF.</summary>
    private const int EndMark = 3;

    /// <summary>Once all recipients are decided and one is left, the message follows.</summary>
    private void BeginChunks()
    {
        if (_encoder.IsInChunks && _reading == Step.Data && !_stopped && _acceptedCount > 0)
        {
            _reading = Step.Content;
            _writing = Step.Content;
        }
    }

    /// <summary>Fills an empty output with one chunk.</summary>
    private void WriteChunk(ByteBuffer output)
    {
        if (output.Count > 0 || (_unanswered > 0 && (!_extensions.Pipelining || _unanswered >= MostUnanswered)))
        {
            return;
        }

        // Its size is known when it is written: the head gets its place now, and what it does not need is given back.
        for (int i = 0; i < ChunkHead; i++)
        {
            output.Append(Ascii.Space);
        }

        if (!Fill(output))
        {
            return;
        }

        bool isLast = MayEnd(output);
        if (isLast)
        {
            _encoder.End(output);
            output.Truncate(output.Count - EndMark);
        }

        int size = output.Count - ChunkHead;
        int place = WriteBackwards(output.Bytes, output.Start + ChunkHead, isLast ? " LAST\r\n" : "\r\n");
        do
        {
            output.Bytes[--place] = (byte)('0' + (size % 10));
            size /= 10;
        }
        while (size > 0);
        output.Consume(WriteBackwards(output.Bytes, place, "BDAT ") - output.Start);
        _unanswered++;
        if (isLast)
        {
            _writing = Step.End;
            _reading = Step.End;
        }
    }

    private static int WriteBackwards(byte[] bytes, int end, string text)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            bytes[--end] = (byte)text[i];
        }

        return end;
    }

    private void ReadChunkAnswer(ReplyReader reply)
    {
        if (reply.Severity == 3)
        {
            Break(ClientFailure.Protocol, "The smarthost answers what was not asked: " + reply.Text);
            return;
        }

        if (reply.Severity != 2 && !_stopped)
        {
            // Its transaction is still open, until RSET.
            DecideAccepted(Refused(reply), reply.Text);
            _stopped = true;
            _writing = Step.End;
            _reading = Step.End;
        }

        if (_reading == Step.End && _unanswered == 0)
        {
            if (!_stopped)
            {
                ReadEnd(reply);
            }

            EndIfNothingIsLeft();
        }
    }
}
#endif
