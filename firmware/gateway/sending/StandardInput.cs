using System;
using System.IO;

namespace SmtpEmbedded.Gateway.Sending;

/// <summary>Makes a message of what a program writes: lines that end in CRLF, whatever ended them before.</summary>
internal static class StandardInput
{
    /// <summary>Reads to the end, or to a line with nothing but a dot where that is the end.</summary>
    /// <param name="input">Where from.</param>
    /// <param name="isDotEnd">Whether such a line ends the message, as it does for sendmail without -i.</param>
    /// <param name="most">The most bytes a message may have.</param>
    /// <returns>The message; null when it is longer.</returns>
    public static byte[]? Read(Stream input, bool isDotEnd, long most)
    {
        var message = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int lineStart = 0;
        bool afterCr = false;
        int count;
        while ((count = input.Read(buffer, 0, buffer.Length)) > 0)
        {
            for (int i = 0; i < count; i++)
            {
                byte octet = buffer[i];
                if (octet == '\n' && afterCr)
                {
                    // The second half of a CRLF.
                    afterCr = false;
                    continue;
                }

                afterCr = octet == '\r';
                if (octet is not ((byte)'\r' or (byte)'\n'))
                {
                    message.WriteByte(octet);
                    continue;
                }

                if (isDotEnd && IsDot(message, lineStart))
                {
                    message.SetLength(lineStart);
                    return message.ToArray();
                }

                message.Write("\r\n"u8);
                lineStart = (int)message.Length;
            }

            if (message.Length > most)
            {
                return null;
            }
        }

        if (isDotEnd && IsDot(message, lineStart))
        {
            message.SetLength(lineStart);
        }
        else if (message.Length > lineStart)
        {
            message.Write("\r\n"u8);
        }

        return message.Length > most ? null : message.ToArray();
    }

    private static bool IsDot(MemoryStream message, int lineStart) =>
        message.Length == lineStart + 1 && message.GetBuffer()[lineStart] == '.';
}
