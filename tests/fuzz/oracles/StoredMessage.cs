using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>What must hold for every message that gets into the spool, whatever the client sent.</summary>
internal static class StoredMessage
{
    /// <summary>Lines that end in CRLF and nothing else, our trace field first, and an envelope that can be said again on a command line.</summary>
    public static void Check(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> message)
    {
        Finding.When(!message.StartsWith("Received: from "u8), "a message without our trace field");
        Finding.When(!message.EndsWith("\r\n"u8), "a message that does not end in CRLF");
        for (int i = message.IndexOfAny((byte)'\r', (byte)'\n', (byte)0); i >= 0;)
        {
            Finding.When(message[i] != '\r' || message[i + 1] != '\n', "a bare CR, a bare LF or a NUL in a message");
            i += 2;
            int next = message[i..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            i = next < 0 ? -1 : i + next;
        }

        var read = new Envelope();
        Finding.When(!read.Load(envelope.ToArray(), 0, envelope.Length), "an envelope that cannot be read");
        Finding.When(read.RecipientCount == 0, "a message for nobody");
        CheckText(read.Bytes.AsSpan(read.ReversePathOffset, read.ReversePathLength));
        CheckText(read.Bytes.AsSpan(read.HeloOffset, read.HeloLength));
        for (int i = 0; i < read.RecipientCount; i++)
        {
            Finding.When(read.RecipientLength(i) == 0, "an empty recipient");
            CheckText(read.Bytes.AsSpan(read.RecipientOffset(i), read.RecipientLength(i)));
            if (read.OriginalRecipientLength(i) > 0)
            {
                CheckText(read.Bytes.AsSpan(read.OriginalRecipientOffset(i), read.OriginalRecipientLength(i)));
            }
        }
    }

    /// <summary>Where our own Message-ID of a message has its random part, so that messages can be compared without it; empty where it has none.</summary>
    public static Range RandomPart(ReadOnlySpan<byte> message, long id)
    {
        Span<byte> start = stackalloc byte[40];
        System.Text.Unicode.Utf8.TryWrite(start, $"Message-ID: <{id}.", out int length);
        int at = message.IndexOf(start[..length]);
        int end = at < 0 ? -1 : message[at..].IndexOf((byte)'@');
        return at < 0 || end < 0 ? 0..0 : (at + length)..(at + end);
    }

    private static void CheckText(ReadOnlySpan<byte> text)
    {
        foreach (byte octet in text)
        {
            Finding.When(octet < ' ' || octet == 0x7F, "a control character in an envelope");
        }
    }
}
