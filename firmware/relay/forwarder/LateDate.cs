namespace SmtpEmbedded.Relay;

/// <summary>
/// Dates a message that was accepted while the clock was not set, by the uptime that was noted then (RFC 6409 section 8.1). After
/// a restart that uptime means nothing any more; the message is then dated as if it had come in at the restart.
/// </summary>
internal static class LateDate
{
    private const int ChunkBytes = 512;

    private const string DateName = "date";

    /// <summary>Puts a Date in front of the message if it came undated and the clock is set now; the message is read from its start afterwards.</summary>
    public static void Add(QueuedMessage message, MessageReader reader, IClock clock)
    {
        if (reader.Envelope.AcceptedUtc != 0 || !clock.IsSet)
        {
            return;
        }

        bool isDated = IsDated(reader);
        reader.Rewind();
        if (!isDated)
        {
            ByteBuffer line = new ByteBuffer("Date: \r\n".Length + MailDate.Length);
            line.Append("Date: ");
            MailDate.Append(line, clock.UtcMilliseconds - (clock.UptimeMilliseconds - message.AcceptedUptime));
            reader.Prefix = line.AppendLineEnd().Bytes;
        }
    }

    // A message that cannot be read is dated: it is not going anywhere.
    private static bool IsDated(MessageReader reader)
    {
        HeaderLineParser parser = new HeaderLineParser();
        ByteBuffer name = new ByteBuffer(DateName.Length);
        byte[] chunk = new byte[ChunkBytes];
        for (int count = reader.Read(chunk, 0, ChunkBytes); count != 0; count = reader.Read(chunk, 0, ChunkBytes))
        {
            if (count < 0)
            {
                return true;
            }

            int at = 0;
            while (at < count)
            {
                if (parser.State == HeaderLineParser.Outcome.NeedsMore)
                {
                    int used = parser.Feed(chunk, at, count - at);
                    name.Append(chunk, at, used < name.Free ? used : name.Free);
                    at += used;
                    if (parser.State == HeaderLineParser.Outcome.Failed
                        || parser.State == HeaderLineParser.Outcome.Matched && parser.MatchedAlternative == HeaderLineParser.Alternative.HeaderEnd)
                    {
                        return false;
                    }

                    if (parser.CaptureCount > 0 && parser.CaptureEnd(0) == DateName.Length
                        && Ascii.EqualsIgnoreCase(name.Bytes, name.Start, name.End, DateName))
                    {
                        return true;
                    }
                }
                else
                {
                    if (chunk[at] == Ascii.Lf)
                    {
                        parser.Reset();
                        name.Clear();
                    }

                    at++;
                }
            }
        }

        return false;
    }
}
