using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SmtpEmbedded.Gateway.Logging;

/// <summary>
/// Writes each event as one line, whatever is in it: control characters, line ends and what would turn a terminal's text
/// around are replaced by "?", for part of a log line may come from whoever connects.
/// </summary>
public sealed class LineFormatter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LogFormat _format;

    /// <param name="format">The form of a line.</param>
    public LineFormatter(LogFormat format) => _format = format;

    /// <summary>Writes an event, its line end included. From any thread.</summary>
    public void Write<TState>(in LogEntry<TState> logEntry, TextWriter textWriter)
    {
        string text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is not null)
        {
            text += " | " + logEntry.Exception.ToString().ReplaceLineEndings(" | ");
        }

        string clean = Clean(text);
        switch (_format)
        {
            case LogFormat.Json:
                WriteJson(logEntry.LogLevel, logEntry.Category, clean, textWriter);
                break;
            case LogFormat.Journal:
                // The journal reads the priority (syslog's, RFC 5424 section 6.2.1) and keeps the time itself.
                textWriter.Write($"<{Priority(logEntry.LogLevel)}>{Clean(logEntry.Category)}: {clean}\n");
                break;
            default:
                textWriter.Write($"{Now()} {NameOf(logEntry.LogLevel)} {Clean(logEntry.Category)}: {clean}\n");
                break;
        }
    }

    /// <summary>The text with everything replaced that is no plain character of one line.</summary>
    internal static string Clean(string text)
    {
        int first = 0;
        while (first < text.Length && !IsUnsafe(text, first))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var clean = new StringBuilder(text, text.Length);
        for (int i = first; i < clean.Length; i++)
        {
            if (IsUnsafe(text, i))
            {
                clean[i] = '?';
            }
        }

        return clean.ToString();
    }

    private static bool IsUnsafe(string text, int index)
    {
        char letter = text[index];
        if (letter < 0x7F)
        {
            return letter < ' ';
        }

        if (char.IsSurrogate(letter))
        {
            // One without its other half is no character.
            return !(char.IsHighSurrogate(letter)
                ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
                : index > 0 && char.IsHighSurrogate(text[index - 1]));
        }

        return char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
    }

    private static void WriteJson(LogLevel level, string category, string text, TextWriter output)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("time", Now());
            json.WriteString("level", NameOf(level));
            json.WriteString("source", Clean(category));
            json.WriteString("message", text);
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => 7,
        LogLevel.Information => 6,
        LogLevel.Warning => 4,
        LogLevel.Error => 3,
        _ => 2,
    };
}
