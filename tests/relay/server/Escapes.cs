using System;
using System.Globalization;
using System.Text;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>
/// How octets are written in the data files: <c>\r \n \t \0 \\</c>, <c>\xHH</c> for any octet, and <c>\{text*N}</c> for N times
/// the text. Everything else stands for its UTF-8 octets.
/// </summary>
internal static class Escapes
{
    /// <summary>The octets as characters of the same number.</summary>
    public static string Decode(string escaped)
    {
        var text = new StringBuilder();
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                int length = char.IsHighSurrogate(escaped[i]) ? 2 : 1;
                text.Append(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(escaped.Substring(i, length))));
                i += length - 1;
                continue;
            }

            i++;
            switch (escaped[i])
            {
                case 'r': text.Append('\r'); break;
                case 'n': text.Append('\n'); break;
                case 't': text.Append('\t'); break;
                case '0': text.Append('\0'); break;
                case '\\': text.Append('\\'); break;
                case 'x':
                    text.Append((char)int.Parse(escaped.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                case '{':
                    int end = escaped.IndexOf('}', i);
                    int star = escaped.LastIndexOf('*', end);
                    string repeated = Decode(escaped.Substring(i + 1, star - i - 1));
                    int times = int.Parse(escaped.AsSpan(star + 1, end - star - 1), CultureInfo.InvariantCulture);
                    text.Insert(text.Length, repeated, times);
                    i = end;
                    break;
                default:
                    throw new FormatException("unknown escape in: " + escaped);
            }
        }

        return text.ToString();
    }
}
