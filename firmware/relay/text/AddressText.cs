namespace SmtpEmbedded.Relay;

/// <summary>Writes IP addresses as text. No allocation, any thread.</summary>
public static class AddressText
{
    /// <summary>The longest address literal: <c>[IPv6:</c>, eight groups of four, seven colons, <c>]</c>.</summary>
    public const int LongestLiteral = 6 + 39 + 1;

    /// <summary>Appends an address literal (RFC 5321 section 4.1.3): <c>[192.0.2.1]</c> or <c>[IPv6:2001:db8::1]</c>.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="address">4 or 16 bytes in network order; anything else is written as <c>[0.0.0.0]</c>.</param>
    public static void AppendLiteral(ByteBuffer buffer, byte[] address)
    {
        buffer.Append(address.Length == 16 && !IsMapped(address) ? "[IPv6:" : "[");
        Append(buffer, address);
        buffer.Append((byte)']');
    }

    /// <summary>Appends the bare address: dotted decimal, or IPv6 in the form of RFC 5952. An IPv4 address mapped into IPv6 is written as the IPv4 address it is.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="address">4 or 16 bytes in network order; anything else is written as <c>0.0.0.0</c>.</param>
    public static void Append(ByteBuffer buffer, byte[] address)
    {
        if (address.Length == 16)
        {
            if (IsMapped(address))
            {
                AppendDotted(buffer, address, 12);
            }
            else
            {
                AppendGroups(buffer, address);
            }
        }
        else if (address.Length == 4)
        {
            AppendDotted(buffer, address, 0);
        }
        else
        {
            buffer.Append("0.0.0.0");
        }
    }

    /// <summary>Whether the 16 bytes are an IPv4 address in IPv6 clothes (::ffff:0:0/96), which dual-stack sockets hand out.</summary>
    public static bool IsMapped(byte[] address)
    {
        if (address.Length != 16 || address[10] != 0xFF || address[11] != 0xFF)
        {
            return false;
        }

        for (int i = 0; i < 10; i++)
        {
            if (address[i] != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void AppendDotted(ByteBuffer buffer, byte[] address, int offset)
    {
        buffer.AppendNumber(address[offset]).Append(Ascii.Dot)
            .AppendNumber(address[offset + 1]).Append(Ascii.Dot)
            .AppendNumber(address[offset + 2]).Append(Ascii.Dot)
            .AppendNumber(address[offset + 3]);
    }

    private static void AppendGroups(ByteBuffer buffer, byte[] address)
    {
        // The longest run of at least two zero groups, the first of equals, becomes "::" (RFC 5952 section 4.2).
        int gapStart = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++)
        {
            int length = 0;
            while (i + length < 8 && Group(address, i + length) == 0)
            {
                length++;
            }

            if (length > gapLength)
            {
                gapStart = i;
                gapLength = length;
            }

            i += length;
        }

        for (int i = 0; i < 8; i++)
        {
            if (i == gapStart)
            {
                buffer.Append("::");
                i += gapLength - 1;
                continue;
            }

            if (i > 0 && i != gapStart + gapLength)
            {
                buffer.Append((byte)':');
            }

            buffer.AppendHexGroup(Group(address, i));
        }
    }

    private static int Group(byte[] address, int index)
    {
        return address[2 * index] << 8 | address[2 * index + 1];
    }
}
