namespace SmtpEmbedded.Relay;

/// <summary>Numbers in the spool's bytes: least significant byte first.</summary>
internal static class LittleEndian
{
    public static int ReadInt(byte[] buffer, int offset) =>
        buffer[offset] | (buffer[offset + 1] << 8) | (buffer[offset + 2] << 16) | (buffer[offset + 3] << 24);

    public static long ReadLong(byte[] buffer, int offset) =>
        (uint)ReadInt(buffer, offset) | ((long)ReadInt(buffer, offset + 4) << 32);

    public static void WriteInt(byte[] buffer, int offset, int value)
    {
        buffer[offset] = (byte)value;
        buffer[offset + 1] = (byte)(value >> 8);
        buffer[offset + 2] = (byte)(value >> 16);
        buffer[offset + 3] = (byte)(value >> 24);
    }

    public static void WriteLong(byte[] buffer, int offset, long value)
    {
        WriteInt(buffer, offset, (int)value);
        WriteInt(buffer, offset + 4, (int)(value >> 32));
    }
}
