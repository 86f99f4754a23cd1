namespace SmtpEmbedded.Relay;

/// <summary>CRC-32C (Castagnoli; the one of RFC 3720 section 12.1), which finds every burst of up to 32 bits and which processors compute by themselves.</summary>
/// <remarks>
/// The device works through half bytes with a table of sixteen numbers, because a table of 256 would take 1 KiB of its heap.
/// .NET asks the processor. Both give the same numbers; a test holds them together.
/// </remarks>
internal static class Crc32C
{
    // The reflected polynomial 0x82F63B78, applied to each half byte.
    private static readonly uint[] s_halfBytes =
    {
        0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
        0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
    };

    /// <summary>Continues a checksum over more bytes; it starts with 0 or a seed.</summary>
    public static int Append(int crc, byte[] buffer, int offset, int count)
    {
#if NANOFRAMEWORK_1_0
        return AppendPortable(crc, buffer, offset, count);
#else
        uint state = ~(uint)crc;
        int end = offset + count;
        for (; end - offset >= 8; offset += 8)
        {
            state = System.Numerics.BitOperations.Crc32C(state, System.BitConverter.ToUInt64(buffer, offset));
        }

        for (; offset < end; offset++)
        {
            state = System.Numerics.BitOperations.Crc32C(state, buffer[offset]);
        }

        return (int)~state;
#endif
    }

    /// <summary>The same, without help from the processor.</summary>
    internal static int AppendPortable(int crc, byte[] buffer, int offset, int count)
    {
        uint[] table = s_halfBytes;
        uint state = ~(uint)crc;
        for (int end = offset + count; offset < end; offset++)
        {
            state ^= buffer[offset];
            state = (state >> 4) ^ table[(int)(state & 15)];
            state = (state >> 4) ^ table[(int)(state & 15)];
        }

        return (int)~state;
    }
}
