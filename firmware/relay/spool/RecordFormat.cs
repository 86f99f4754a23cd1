namespace SmtpEmbedded.Relay;

/// <summary>The bytes of records and segment heads (FORMAT.md). Numbers are little-endian.</summary>
internal static class RecordFormat
{
    /// <summary>Head of a record: checksum of the rest of the head, length and type, checksum of the payload, message id.</summary>
    public const int HeadBytes = 20;

    /// <summary>The most bytes of payload the length field can tell.</summary>
    public const int MaximumPayload = 0xFFFFFF;

    public const int EndPayloadBytes = 24;
    public const int AttemptPayloadBytes = 20;
    public const int ResultPayloadBytes = 12;
    public const int DonePayloadBytes = 8;
    public const int StatePayloadBytes = 20;

    /// <summary>The most bytes of a smarthost's reply or a reason that are kept.</summary>
    public const int MaximumTextBytes = 512;

    /// <summary>A segment's head, both copies.</summary>
    public const int SegmentHeadBytes = SegmentHeadCopyBytes * 2;

    private const int SegmentHeadCopyBytes = 24;
    private const int Magic = 0x316C7053; // "Spl1"

    /// <summary>Fills in a record's head but for its own checksum, which needs the segment's seed: <see cref="Seal"/>.</summary>
    public static void WriteHead(byte[] buffer, int offset, byte type, int length, int payloadCrc, long id)
    {
        LittleEndian.WriteInt(buffer, offset + 4, length | (type << 24));
        LittleEndian.WriteInt(buffer, offset + 8, payloadCrc);
        LittleEndian.WriteLong(buffer, offset + 12, id);
    }

    /// <summary>Makes a record's head valid in a segment.</summary>
    public static void Seal(byte[] buffer, int offset, int seed)
    {
        LittleEndian.WriteInt(buffer, offset, Crc32C.Append(seed, buffer, offset + 4, HeadBytes - 4));
    }

    /// <summary>Whether a valid record head stands there. Cheap tests first: this is asked at every byte when a damaged segment is searched.</summary>
    public static bool IsHead(byte[] buffer, int offset, int seed)
    {
        byte type = buffer[offset + 7];
        return type >= RecordType.First
            && type <= RecordType.Last
            && buffer[offset + 19] == 0
            && buffer[offset + 18] == 0
            && LittleEndian.ReadInt(buffer, offset) == Crc32C.Append(seed, buffer, offset + 4, HeadBytes - 4);
    }

    public static byte Type(byte[] buffer, int offset) => buffer[offset + 7];

    public static int Length(byte[] buffer, int offset) => LittleEndian.ReadInt(buffer, offset + 4) & MaximumPayload;

    public static int PayloadCrc(byte[] buffer, int offset) => LittleEndian.ReadInt(buffer, offset + 8);

    public static long Id(byte[] buffer, int offset) => LittleEndian.ReadLong(buffer, offset + 12);

    /// <summary>What the heads of a segment's records are checked against: no one who can only send mail can write a record into a message's body.</summary>
    public static int Seed(int salt, int number) => salt ^ (number * -1640531527);

    /// <summary>Writes a segment's head, twice, so that one damaged place does not make the segment unreadable.</summary>
    public static void WriteSegmentHead(byte[] buffer, int offset, int number, long nextId, int salt)
    {
        for (int copy = 0; copy < 2; copy++)
        {
            LittleEndian.WriteInt(buffer, offset, Magic);
            LittleEndian.WriteInt(buffer, offset + 4, number);
            LittleEndian.WriteLong(buffer, offset + 8, nextId);
            LittleEndian.WriteInt(buffer, offset + 16, salt);
            LittleEndian.WriteInt(buffer, offset + 20, Crc32C.Append(0, buffer, offset, SegmentHeadCopyBytes - 4));
            offset += SegmentHeadCopyBytes;
        }
    }

    /// <summary>Finds a valid copy of a segment's head in its first <paramref name="count"/> bytes.</summary>
    /// <returns>Where it stands, or -1.</returns>
    public static int FindSegmentHead(byte[] buffer, int count, int number)
    {
        for (int offset = 0; offset + SegmentHeadCopyBytes <= count && offset < SegmentHeadBytes; offset += SegmentHeadCopyBytes)
        {
            if (LittleEndian.ReadInt(buffer, offset) == Magic
                && LittleEndian.ReadInt(buffer, offset + 4) == number
                && LittleEndian.ReadInt(buffer, offset + 20) == Crc32C.Append(0, buffer, offset, SegmentHeadCopyBytes - 4))
            {
                return offset;
            }
        }

        return -1;
    }

    public static long SegmentNextId(byte[] buffer, int offset) => LittleEndian.ReadLong(buffer, offset + 8);

    public static int SegmentSalt(byte[] buffer, int offset) => LittleEndian.ReadInt(buffer, offset + 16);
}
