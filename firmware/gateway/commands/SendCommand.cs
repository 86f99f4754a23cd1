using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary><c>send</c>: a message from standard input into the running relay, for scripts that know sendmail.</summary>
public static class SendCommand
{
    private const int TemporaryFailure = 75;
    private const int Usage = 64;
    private const int Unavailable = 69;

    /// <summary>Sends.</summary>
    /// <returns>An exit code as sendmail's: 0, 64 for a usage that makes no sense, 69 when it is refused, 75 when trying again later may help.</returns>
    public static int Run(string settingsPath, string? sender, bool fromHeader, string[] recipients, Stream input, TextWriter error)
    {
        RelaySettings? settings = SettingsFile.Read(settingsPath, out string mistake);
        if (settings is null)
        {
            error.WriteLine(mistake);
            return Usage;
        }

        if (ReadAll(input, settings.Limits.MessageBytes) is not { } message)
        {
            error.WriteLine($"the message is larger than the relay takes, which is {settings.Limits.MessageBytes} bytes");
            return Unavailable;
        }

        List<string> lines = Lines(message);
        var fields = Header(lines);
        List<string> to = [.. recipients];
        foreach (var (name, value) in fields)
        {
            if (fromHeader && name is "to" or "cc" or "bcc")
            {
                to.AddRange(Addresses(value));
            }
        }

        List<string> writers = sender is null && fields.Find(field => field.Name == "from").Value is { } author ? Addresses(author) : [];
        string from = sender ?? (writers.Count > 0 ? writers[0] : $"{Environment.UserName}@{settings.Hostname}");
        if (to.Append(from).FirstOrDefault(address => address.Any(char.IsControl)) is { } broken)
        {
            error.WriteLine($"no address: {new string([.. broken.Select(c => char.IsControl(c) ? '?' : c)])}");
            return Usage;
        }

        if (to.Count == 0)
        {
            error.WriteLine("no recipient: name one, or use -t with a To field");
            return Usage;
        }

        try
        {
            using var dialogue = new SmtpDialogue(ListenAddress.Of(settings));
            foreach (var (line, expected) in Commands(settings.Hostname, from, to))
            {
                if (dialogue.Say(line) != expected)
                {
                    error.WriteLine($"{line ?? "greeting"}: {dialogue.Reply}");
                    return dialogue.Reply.StartsWith('5') ? Unavailable : TemporaryFailure;
                }
            }

            dialogue.Write(Body(lines, fields, from));
            if (dialogue.Say(".") == 250)
            {
                dialogue.Say("QUIT");
                return 0;
            }

            error.WriteLine(dialogue.Reply);
            return dialogue.Reply.StartsWith('5') ? Unavailable : TemporaryFailure;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            error.WriteLine($"the relay on {ListenAddress.Of(settings)} cannot be reached: {e.Message}");
            return TemporaryFailure;
        }
    }

    /// <returns>Null when there is more than the limit; no more than that is read.</returns>
    private static byte[]? ReadAll(Stream input, long limit)
    {
        using var whole = new MemoryStream();
        byte[] part = new byte[64 * 1024];
        for (int count = input.Read(part); count > 0; count = input.Read(part))
        {
            if (whole.Length + count > limit)
            {
                return null;
            }

            whole.Write(part, 0, count);
        }

        return whole.ToArray();
    }

    private static IEnumerable<(string? Line, int Expected)> Commands(string hostname, string from, List<string> to)
    {
        yield return (null, 220);
        yield return ("EHLO " + hostname, 250);
        yield return ($"MAIL FROM:<{from}> BODY=8BITMIME", 250);
        foreach (string recipient in to)
        {
            yield return ($"RCPT TO:<{recipient}>", 250);
        }

        yield return ("DATA", 354);
    }

    /// <summary>The message with CRLF and stuffed dots; what no message may lack is added, what nobody may see is left out.</summary>
    private static byte[] Body(List<string> lines, List<(string Name, string Value)> fields, string from)
    {
        var text = new StringBuilder();
        if (!fields.Exists(field => field.Name == "date"))
        {
            text.Append("Date: ").Append(DateTimeOffset.Now.ToString("ddd, dd MMM yyyy HH:mm:ss ", System.Globalization.CultureInfo.InvariantCulture)).Append(DateTimeOffset.Now.ToString("zzz", System.Globalization.CultureInfo.InvariantCulture).Remove(3, 1)).Append("\r\n");
        }

        if (!fields.Exists(field => field.Name == "from"))
        {
            text.Append("From: ").Append(from).Append("\r\n");
        }

        if (fields.Count == 0)
        {
            text.Append("\r\n");
        }

        bool isHeader = fields.Count > 0;
        bool isHidden = false;
        foreach (string line in lines)
        {
            if (isHeader)
            {
                isHidden = line.Length > 0 && line[0] is ' ' or '\t' ? isHidden : line.StartsWith("bcc:", StringComparison.OrdinalIgnoreCase);
                isHeader = line.Length > 0;
            }

            if (!isHidden || !isHeader)
            {
                text.Append(line.StartsWith('.') ? "." : "").Append(line).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static List<string> Lines(byte[] message)
    {
        List<string> lines = [.. Encoding.Latin1.GetString(message).Replace("\r\n", "\n").Split('\n')];
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    /// <summary>The fields of the header section, unfolded; none when the message has no header section.</summary>
    private static List<(string Name, string Value)> Header(List<string> lines)
    {
        List<(string Name, string Value)> fields = [];
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':');
            if (line.Length > 0 && line[0] is ' ' or '\t' && fields.Count > 0)
            {
                fields[^1] = (fields[^1].Name, fields[^1].Value + line);
            }
            else if (colon > 0 && !line[..colon].Contains(' '))
            {
                fields.Add((line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim()));
            }
            else
            {
                return line.Length == 0 ? fields : [];
            }
        }

        return fields;
    }

    private static List<string> Addresses(string field)
    {
        List<string> addresses = [];
        var list = new System.Net.Mail.MailAddressCollection();
        try
        {
            list.Add(field);
        }
        catch (FormatException)
        {
            return addresses;
        }

        foreach (System.Net.Mail.MailAddress address in list)
        {
            addresses.Add(address.Address);
        }

        return addresses;
    }
}
