namespace SmtpEmbedded.Relay;

/// <summary>
/// A range of client addresses: an address and how many of its leading bits count (CIDR, RFC 4632 and RFC 4291 section 2.3).
/// Immutable, for any thread.
/// </summary>
public sealed class Network
{
    private const int IPv4Length = 4;
    private const int IPv6Length = 16;

    private readonly byte[] _address;
    private readonly int _prefixLength;

    /// <summary>Names a range.</summary>
    /// <param name="address">4 or 16 bytes in network order; not copied, do not change it afterwards. Bits past the prefix do not matter.</param>
    /// <param name="prefixLength">0 to 32 for 4 bytes, 0 to 128 for 16.</param>
    public Network(byte[] address, int prefixLength)
    {
        _address = address;
        _prefixLength = prefixLength;
    }

    /// <summary>How many leading bits of the address count.</summary>
    public int PrefixLength
    {
        get { return _prefixLength; }
    }

    /// <summary>Whether the range is of 16-byte addresses.</summary>
    public bool IsIPv6
    {
        get { return _address.Length == IPv6Length; }
    }

    /// <summary>The range as it is written: address/length.</summary>
    public string Text
    {
        get
        {
            ByteBuffer text = new ByteBuffer(AddressText.LongestLiteral + 4);
            AddressText.Append(text, _address);
            text.Append((byte)'/').AppendNumber(_prefixLength);
            return System.Text.Encoding.UTF8.GetString(text.Bytes, 0, text.Count);
        }
    }

    /// <summary>One byte of the address.</summary>
    public int Octet(int index)
    {
        return _address[index];
    }

    /// <summary>Whether an address lies in the range. An IPv4 address mapped into IPv6 (RFC 4291 section 2.5.5.2) is held to be the IPv4 address.</summary>
    /// <param name="address">4 or 16 bytes in network order.</param>
    public bool Contains(byte[] address)
    {
        int offset = AddressText.IsMapped(address) ? IPv6Length - IPv4Length : 0;
        if (address.Length - offset != _address.Length)
        {
            return false;
        }

        int whole = _prefixLength / 8;
        for (int i = 0; i < whole; i++)
        {
            if (address[offset + i] != _address[i])
            {
                return false;
            }
        }

        int rest = _prefixLength % 8;
        if (rest == 0)
        {
            return true;
        }

        int mask = (0xFF << (8 - rest)) & 0xFF;
        return (address[offset + whole] & mask) == (_address[whole] & mask);
    }

    /// <summary>Whether any of the ranges holds the address.</summary>
    public static bool AnyContains(Network[] networks, byte[] address)
    {
        for (int i = 0; i < networks.Length; i++)
        {
            if (networks[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
