namespace SmtpEmbedded.Relay;

/// <summary>
/// What the grammar cannot say about paths and domains: lengths (RFC 5321 section 4.5.3.1, RFC 1035 section 2.3.4), numbers
/// up to 255, and how many groups an IPv6 address has (RFC 5321 section 4.1.3). Everything else about them is in
/// grammar/address.abnf, which has judged the bytes before they come here. No allocation.
/// </summary>
internal static class PathLimits
{
    private const int LongestLabel = 63;
    private const int Groups = 8;

    // "::" stands for at least two groups of zeros (RFC 5321 section 4.1.3).
    private const int GroupsBesideGap = 6;

    /// <summary>Whether a mailbox keeps the limits.</summary>
    /// <param name="line">Where it stands.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="localEnd">One past the last byte of its local part; the "@" stands there.</param>
    /// <param name="end">One past its last byte.</param>
    /// <param name="limits">The lengths.</param>
    public static bool AllowMailbox(byte[] line, int start, int localEnd, int end, Limits limits)
    {
        // Angle brackets belong to the path (RFC 5321 section 4.5.3.1.3). A source route does not count: it is dropped.
        return localEnd - start <= limits.LocalPart
            && end - start + 2 <= limits.Path
            && AllowDomain(line, localEnd + 1, end, limits);
    }

    /// <summary>Whether a domain or address literal keeps the limits.</summary>
    public static bool AllowDomain(byte[] line, int start, int end, Limits limits)
    {
        if (end - start > limits.Domain)
        {
            return false;
        }

        if (line[start] == '[')
        {
            // The only tag there is has a letter first, an IPv4 address a digit.
            return Ascii.IsDigit(line[start + 1])
                ? AllowDotted(line, start + 1, end - 1)
                : AllowGroups(line, start + "[IPv6:".Length, end - 1);
        }

        return AllowLabels(line, start, end);
    }

    // No label over 63 octets. One with octets over 127 is a U-label, whose A-label would have to be counted: left alone.
    private static bool AllowLabels(byte[] line, int start, int end)
    {
        int labelStart = start;
        for (int i = start; i <= end; i++)
        {
            if (i == end || line[i] == Ascii.Dot)
            {
                if (i - labelStart > LongestLabel && !Ascii.HasEightBit(line, labelStart, i))
                {
                    return false;
                }

                labelStart = i + 1;
            }
        }

        return true;
    }

    // Four numbers up to 255. The grammar has made sure of digits and dots in a literal, but not after an IPv6 prefix.
    private static bool AllowDotted(byte[] line, int start, int end)
    {
        int numbers = 0;
        int digits = 0;
        int value = 0;
        for (int i = start; i <= end; i++)
        {
            if (i < end && Ascii.IsDigit(line[i]))
            {
                value = value * 10 + (line[i] - '0');
                digits++;
                if (digits > 3)
                {
                    return false;
                }
            }
            else if ((i == end || line[i] == Ascii.Dot) && digits > 0 && value <= 255)
            {
                numbers++;
                digits = 0;
                value = 0;
            }
            else
            {
                return false;
            }
        }

        return numbers == 4;
    }

    // Groups of one to four hexadecimal digits between colons, one "::" at most, perhaps an IPv4 address as the last two.
    private static bool AllowGroups(byte[] line, int start, int end)
    {
        int groups = 0;
        bool hasGap = false;
        int i = start;
        if (end - start >= 2 && line[start] == ':' && line[start + 1] == ':')
        {
            hasGap = true;
            i = start + 2;
        }

        while (i < end)
        {
            int digits = 0;
            while (i + digits < end && Ascii.HexDigit(line[i + digits]) >= 0)
            {
                digits++;
            }

            int after = i + digits;
            if (after < end && line[after] == Ascii.Dot)
            {
                groups += 2;
                return AllowDotted(line, i, end) && IsGroupCount(groups, hasGap);
            }

            if (digits == 0 || digits > 4)
            {
                return false;
            }

            groups++;
            if (after == end)
            {
                break;
            }

            if (line[after] != ':')
            {
                return false;
            }

            i = after + 1;
            if (i == end)
            {
                // A single colon at the end.
                return false;
            }

            if (line[i] == ':')
            {
                if (hasGap)
                {
                    return false;
                }

                hasGap = true;
                i++;
            }
        }

        return IsGroupCount(groups, hasGap);
    }

    private static bool IsGroupCount(int groups, bool hasGap)
    {
        return hasGap ? groups <= GroupsBesideGap : groups == Groups;
    }
}
