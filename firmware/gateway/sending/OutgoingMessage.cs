using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using MimeKit;

namespace SmtpEmbedded.Gateway.Sending;

/// <summary>
/// A message as a program wrote it, made fit to send: the fields a message must have (RFC 5322 section 3.6) are added where they
/// are missing, Bcc is taken out, everything else stays byte for byte.
/// </summary>
internal sealed class OutgoingMessage
{
    private readonly List<Field> _fields = [];
    private readonly byte[] _message;
    private readonly int _body;

    /// <summary>Takes a message with CRLF line ends.</summary>
    public OutgoingMessage(byte[] message)
    {
        _message = message;
        _body = ReadHeader();
    }

    /// <summary>The addresses in To, Cc and Bcc.</summary>
    /// <returns>False when a field cannot be read; <paramref name="mistake"/> says which.</returns>
    public bool ReadRecipients(List<string> into, out string mistake)
    {
        foreach (Field field in _fields)
        {
            if (field.Name is not ("to" or "cc" or "bcc"))
            {
                continue;
            }

            byte[] value = _message[field.ValueStart..field.End];
            if (!IsBlank(value))
            {
                if (!InternetAddressList.TryParse(value, out InternetAddressList? list))
                {
                    mistake = $"the {field.Name} field holds no list of addresses";
                    return false;
                }

                foreach (MailboxAddress mailbox in list.Mailboxes)
                {
                    into.Add(mailbox.Address);
                }
            }
        }

        mistake = "";
        return true;
    }

    /// <summary>The message to send.</summary>
    /// <param name="sender">For the From field, where there is none.</param>
    /// <param name="name">The sender's name there; may be empty.</param>
    /// <param name="hostname">For the Message-ID.</param>
    public byte[] ToBytes(string sender, string name, string hostname)
    {
        var result = new MemoryStream(_message.Length + 512);
        if (!Has("date"))
        {
            DateTimeOffset now = DateTimeOffset.Now;
            Write(result, $"Date: {now.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)}{now.ToString("zzz", CultureInfo.InvariantCulture).Remove(3, 1)}");
        }

        if (!Has("from") && sender.Length > 0)
        {
            // MimeKit quotes and encodes the name.
            Write(result, "From: " + new MailboxAddress(name, sender).ToString(FormatOptions.Default, encode: true));
        }

        if (!Has("message-id"))
        {
            Write(result, $"Message-ID: <{Guid.NewGuid():N}@{hostname}>");
        }

        foreach (Field field in _fields)
        {
            if (field.Name is not ("bcc" or "resent-bcc"))
            {
                result.Write(_message, field.Start, field.End - field.Start);
            }
        }

        Write(result, "");
        result.Write(_message, _body, _message.Length - _body);
        return result.ToArray();
    }

    /// <returns>Where the body begins: behind the empty line; at the first line that belongs to no header section.</returns>
    private int ReadHeader()
    {
        int start = 0;
        while (start < _message.Length)
        {
            int end = LineEnd(start);
            if (end - start == 2)
            {
                return end;
            }

            if (_message[start] is (byte)' ' or (byte)'\t' && _fields.Count > 0)
            {
                _fields[^1] = _fields[^1] with { End = end };
            }
            else
            {
                int colon = Array.IndexOf(_message, (byte)':', start, end - start);
                if (colon <= start || !IsName(start, colon))
                {
                    // Text from its first line on: a message without a header section, or one its writer did not end.
                    return start;
                }

                _fields.Add(new Field(Encoding.ASCII.GetString(_message, start, colon - start).TrimEnd().ToLowerInvariant(), start, colon + 1, end));
            }

            start = end;
        }

        return start;
    }

    private int LineEnd(int start)
    {
        int lf = Array.IndexOf(_message, (byte)'\n', start);
        return lf < 0 ? _message.Length : lf + 1;
    }

    /// <summary>A field's name: printing characters (RFC 5322 section 3.6.8), with blanks behind it in the obsolete form.</summary>
    private bool IsName(int start, int end)
    {
        while (end > start && _message[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        return end > start && _message.AsSpan(start, end - start).IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;
    }

    private bool Has(string name) => _fields.Exists(field => field.Name == name);

    private static bool IsBlank(byte[] value) => value.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static void Write(MemoryStream result, string line) => result.Write(Encoding.UTF8.GetBytes(line + "\r\n"));

    private readonly record struct Field(string Name, int Start, int ValueStart, int End);
}
