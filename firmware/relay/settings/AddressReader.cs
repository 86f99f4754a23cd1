namespace SmtpEmbedded.Relay;

/// <summary>Reads IP addresses from text that a grammar has found to have their outline. For any thread.</summary>
public static class AddressReader
{
    private const int GroupCount = 8;

    /// <summary>Reads an IPv4 address in dotted decimal, or an IPv6 address (RFC 4291 section 2.2).</summary>
    /// <param name="text">Where the text is.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="end">One past its last byte.</param>
    /// <returns>4 or 16 bytes in network order, or null when it is no address.</returns>
    public static byte[]? Read(byte[] text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (text[i] == ':')
            {
                return ReadIPv6(text, start, end);
            }
        }

        byte[] address = new byte[4];
        return ReadDotted(text, start, end, address, 0) ? address : null;
    }

    private static bool ReadDotted(byte[] text, int start, int end, byte[] into, int offset)
    {
        int parts = 0;
        int value = -1;
        for (int i = start; i <= end; i++)
        {
            if (i < end && Ascii.IsDigit(text[i]))
            {
                value = (value < 0 ? 0 : value * 10) + (text[i] - '0');
                if (value > 255)
                {
                    return false;
                }
            }
            else if ((i == end || text[i] == '.') && value >= 0 && parts < 4)
            {
                into[offset + parts] = (byte)value;
                parts++;
                value = -1;
            }
            else
            {
                return false;
            }
        }

        return parts == 4;
    }

    private static byte[]? ReadIPv6(byte[] text, int start, int end)
    {
        byte[] address = new byte[2 * GroupCount];
        int groups = 0;
        int gap = -1;
        int position = start;
        if (end - start >= 2 && text[start] == ':' && text[start + 1] == ':')
        {
            gap = 0;
            position = start + 2;
        }

        while (position < end)
        {
            int stop = position;
            bool dotted = false;
            while (stop < end && text[stop] != ':')
            {
                dotted |= text[stop] == '.';
                stop++;
            }

            if (dotted)
            {
                // An IPv4 address takes the place of the last two groups.
                if (stop != end || groups > GroupCount - 2 || !ReadDotted(text, position, end, address, 2 * groups))
                {
                    return null;
                }

                groups += 2;
                break;
            }

            int value = ReadGroup(text, position, stop);
            if (value < 0 || groups == GroupCount)
            {
                return null;
            }

            address[2 * groups] = (byte)(value >> 8);
            address[2 * groups + 1] = (byte)value;
            groups++;
            if (stop == end)
            {
                break;
            }

            position = stop + 1;
            if (position == end)
            {
                // A single colon at the end.
                return null;
            }

            if (text[position] == ':')
            {
                if (gap >= 0)
                {
                    return null;
                }

                gap = groups;
                position++;
            }
        }

        if (gap < 0)
        {
            return groups == GroupCount ? address : null;
        }

        return groups < GroupCount ? Spread(address, groups, gap) : null;
    }

    private static int ReadGroup(byte[] text, int start, int end)
    {
        if (end == start || end - start > 4)
        {
            return -1;
        }

        int value = 0;
        for (int i = start; i < end; i++)
        {
            int digit = Ascii.HexDigit(text[i]);
            if (digit < 0)
            {
                return -1;
            }

            value = (value << 4) | digit;
        }

        return value;
    }

    /// <summary>Moves the groups after "::" to the end.</summary>
    private static byte[] Spread(byte[] address, int groups, int gap)
    {
        byte[] spread = new byte[2 * GroupCount];
        for (int i = 0; i < 2 * gap; i++)
        {
            spread[i] = address[i];
        }

        int behind = 2 * (groups - gap);
        for (int i = 0; i < behind; i++)
        {
            spread[2 * GroupCount - behind + i] = address[2 * gap + i];
        }

        return spread;
    }
}
