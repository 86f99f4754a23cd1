namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes the Received field that every message gets in front (RFC 5321 section 4.4): one field, folded before each clause,
/// no line over 998 octets, no control characters and nothing the grammar has not judged.
/// </summary>
/// <remarks>
/// While the clock is not set the date and its semicolon are left out: no date is better than one in 1970, which smarthosts
/// hold to be spam; the smarthost's own Received field then has the first date. Nobody can rely on the shape of a Received
/// field anyhow (RFC 5321 section 4.4: programs must not reject mail for its trace information).
/// </remarks>
internal static class TraceHeader
{
    /// <summary>Appends the field with its last CRLF.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="helo">What the client called itself: an ASCII domain or an address literal, judged by the grammar.</param>
    /// <param name="heloLength">How many bytes of it count.</param>
    /// <param name="clientAddress">4 or 16 bytes: where the client really is.</param>
    /// <param name="hostname">Our name.</param>
    /// <param name="isExtended">How the message came (RFC 3848; RFC 6531 section 4.3): by EHLO,</param>
    /// <param name="isSmtpUtf8">with SMTPUTF8,</param>
    /// <param name="isSecured">within TLS,</param>
    /// <param name="isLoggedIn">from a client that was known.</param>
    /// <param name="id">The message's number in the spool.</param>
    /// <param name="clock">For the date.</param>
    public static void Append(
        ByteBuffer buffer, byte[] helo, int heloLength, byte[] clientAddress, byte[] hostname,
        bool isExtended, bool isSmtpUtf8, bool isSecured, bool isLoggedIn, long id, IClock clock)
    {
        buffer.Append("Received: from ").Append(helo, 0, heloLength).Append(" (");
        AddressText.AppendLiteral(buffer, clientAddress);
        buffer.Append(")\r\n\tby ").Append(hostname, 0, hostname.Length)
            .Append(" with ").Append(isSmtpUtf8 ? "UTF8SMTP" : isExtended ? "ESMTP" : "SMTP");
        if (isExtended || isSmtpUtf8)
        {
            buffer.Append(isSecured ? "S" : "").Append(isLoggedIn ? "A" : "");
        }

        buffer.Append(" id ").AppendNumber(id);
        if (clock.IsSet)
        {
            buffer.Append(";\r\n\t");
            MailDate.Append(buffer, clock.UtcMilliseconds);
        }

        buffer.AppendLineEnd();
    }
}
