namespace SmtpEmbedded.Relay;

/// <summary>
/// Turns a stored message into what follows DATA (RFC 5321 section 4.5.2): a dot is put before every line that starts with
/// one, and the end of data is written. Whatever the spool holds, only CRLF ends a line on the wire: a bare LF becomes CRLF,
/// and a bare CR or a NUL becomes a space, so that no receiver can read an end of data that is not ours ("SMTP smuggling").
/// A message within the rules goes through unchanged. No allocation. One thread at a time.
/// </summary>
internal sealed class DataEncoder
{
    /// <summary>How many free bytes of output <see cref="End"/> may need.</summary>
    public const int EndRoom = 6;

    private enum Place
    {
        LineStart,
        Inside,

        /// <summary>After a CR that has been read and not written, for only the next byte tells what it is.</summary>
        AfterCr,
    }

    private Place _place;

#if !NANOFRAMEWORK_1_0
    /// <summary>Whether the message goes in chunks of announced size, where a dot at the start of a line means nothing (RFC 3030).</summary>
    public bool IsInChunks { get; set; }
#endif

    /// <summary>Starts a message.</summary>
    public void Reset()
    {
        _place = Place.LineStart;
    }

    /// <summary>Writes message bytes as far as the output has room.</summary>
    /// <returns>How many bytes were used; fewer than <paramref name="count"/> when the output is full.</returns>
    public int Encode(byte[] input, int offset, int count, ByteBuffer output)
    {
        int end = offset + count;
        int i = offset;
        while (i < end && output.Free >= 2)
        {
            byte value = input[i];
            if (_place == Place.AfterCr)
            {
                if (value == Ascii.Lf)
                {
                    output.AppendLineEnd();
                    _place = Place.LineStart;
                    i++;
                }
                else
                {
                    output.Append(Ascii.Space);
                    _place = Place.Inside;
                }

                continue;
            }

            if (_place == Place.LineStart)
            {
#if NANOFRAMEWORK_1_0
                if (value == Ascii.Dot)
#else
                if (value == Ascii.Dot && !IsInChunks)
#endif
                {
                    output.Append(Ascii.Dot);
                }

                _place = Place.Inside;
            }

            int run = PlainRun(input, i, output.Free < end - i ? i + output.Free : end);
            if (run > i)
            {
                output.Append(input, i, run - i);
                i = run;
                continue;
            }

            switch (value)
            {
                case Ascii.Cr:
                    _place = Place.AfterCr;
                    i++;
                    break;
                case Ascii.Lf:
                    if (output.Free < 2)
                    {
                        return i - offset;
                    }

                    output.AppendLineEnd();
                    _place = Place.LineStart;
                    i++;
                    break;
                case Ascii.Nul:
                    if (output.Free < 1)
                    {
                        return i - offset;
                    }

                    output.Append(Ascii.Space);
                    i++;
                    break;
                default:
                    return i - offset;
            }
        }

        return i - offset;
    }

    /// <summary>Ends the last line if it is open and writes the end of data: a line that is one dot. Needs <see cref="EndRoom"/> bytes of room.</summary>
    public void End(ByteBuffer output)
    {
        if (_place == Place.AfterCr)
        {
            output.Append(Ascii.Space);
            _place = Place.Inside;
        }

        if (_place == Place.Inside)
        {
            output.AppendLineEnd();
        }

        output.Append(Ascii.Dot).AppendLineEnd();
        _place = Place.LineStart;
    }

    /// <summary>The end of the bytes that may be copied as they are, whole line ends included where the next line needs no dot.</summary>
    private static int PlainRun(byte[] input, int start, int end)
    {
        int i = start;
        while (i < end)
        {
            byte value = input[i];
            if (value > Ascii.Cr)
            {
                i++;
            }
            else if (value == Ascii.Cr)
            {
                if (i + 2 >= end || input[i + 1] != Ascii.Lf || input[i + 2] == Ascii.Dot)
                {
                    return i;
                }

                i += 2;
            }
            else if (value == Ascii.Lf || value == Ascii.Nul)
            {
                return i;
            }
            else
            {
                i++;
            }
        }

        return i;
    }
}
