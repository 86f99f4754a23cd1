namespace SmtpEmbedded.Relay.Platform;

/// <summary>
/// Finds out whether a port speaks TLS, without a handshake: on the device a peer that falls silent inside a handshake stops
/// every thread for ever, so the first words are exchanged by plain reads with a time limit. The connection is of no use
/// afterwards.
/// </summary>
internal static class TlsProbe
{
    private const byte AlertRecord = 21;
    private const byte HandshakeRecord = 22;

    /// <summary>Says hello and waits for the first byte of the answer; any TLS server answers, be it with an alert.</summary>
    /// <returns>Empty when it does; otherwise what is wrong, as the rest of a sentence about the smarthost.</returns>
    public static string Ask(IConnection connection, int timeoutMilliseconds)
    {
        byte[] hello = Hello();
        if (!connection.Send(hello, 0, hello.Length, timeoutMilliseconds))
        {
            return connection.Error;
        }

        byte[] answer = new byte[1];
        switch (connection.Receive(answer, 0, 1, timeoutMilliseconds))
        {
            case 1:
                break;
            case Connection.TimedOut:
                return "the port is open, but does not speak TLS: it stays silent";
            default:
                return "the port is open, but closes the connection where TLS would start";
        }

        if (answer[0] == HandshakeRecord || answer[0] == AlertRecord)
        {
            return "";
        }

        return answer[0] == (byte)'2'
            ? "the port speaks SMTP in clear text first: security = starttls is meant for it"
            : "the port is open, but speaks something else than TLS";
    }

    /// <summary>The smallest ClientHello servers answer (RFC 5246 section 7.4.1.2); nothing is ever agreed with it, so its random need not be.</summary>
    private static byte[] Hello()
    {
        byte[] suites = { 0xC0, 0x2F, 0xC0, 0x30, 0xC0, 0x2B, 0xC0, 0x2C, 0x00, 0x9C, 0x00, 0x2F };
        int body = 2 + 32 + 1 + 2 + suites.Length + 2;
        byte[] hello = new byte[5 + 4 + body];
        hello[0] = HandshakeRecord;
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = (byte)(4 + body);
        hello[5] = 1;
        hello[8] = (byte)body;
        hello[9] = 3;
        hello[10] = 3;
        for (int i = 0; i < 32; i++)
        {
            hello[11 + i] = (byte)(i * 37 + 11);
        }

        hello[45] = (byte)suites.Length;
        for (int i = 0; i < suites.Length; i++)
        {
            hello[46 + i] = suites[i];
        }

        hello[46 + suites.Length] = 1;
        return hello;
    }
}
