using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Queue;

/// <summary>Does what operators ask of the queue, on an open spool; beside a forwarder at work. From any thread.</summary>
/// <param name="spool">The queue.</param>
/// <param name="clock">The clock the spool uses.</param>
/// <param name="reasonOf">Why a message still waits, as far as it is known.</param>
/// <param name="wake">Called when something became due.</param>
public sealed class QueueOperations(Spool spool, IClock clock, Func<long, string> reasonOf, Action wake)
{
    private const int MostHeader = 16 * 1024;

    /// <summary>Does one thing.</summary>
    public QueueResponse Run(QueueRequest request)
    {
        HashSet<long>? ids = request.Ids is null ? null : [.. request.Ids];
        bool Chosen(QueuedMessage message) => ids is null || ids.Contains(message.Id);
        switch (request.Command)
        {
            case "list":
            case "show":
                List<QueueMessage> messages = spool.Snapshot().Where(Chosen).Select(message => View(message, request.Command == "show")).OfType<QueueMessage>().ToList();
                return new QueueResponse("", messages, [], Missing(ids, messages.Select(message => message.Id)));
            case "retry":
            case "release":
                // Retrying what is held would undo what another operator wanted; releasing what is not held changes nothing.
                bool release = request.Command == "release";
                QueueResponse response = Changed(ids, spool.Reschedule(message => Chosen(message) && (message.NextAttempt == long.MaxValue) == release, clock.UptimeMilliseconds, "5.0.0 an operator wants it tried now"));
                wake();
                return response;
            case "hold":
                return Changed(ids, spool.Reschedule(Chosen, long.MaxValue, "held by an operator"));
            case "remove":
                return Changed(ids, spool.Remove(Chosen));
            default:
                return new QueueResponse($"unknown command \"{request.Command}\"", [], [], []);
        }
    }

    private QueueResponse Changed(HashSet<long>? asked, IReadOnlyList<QueuedMessage>? changed)
    {
        if (changed is null)
        {
            return new QueueResponse("the spool cannot record it: " + spool.Error, [], [], []);
        }

        long[] ids = changed.Select(message => message.Id).ToArray();
        return new QueueResponse("", [], ids, Missing(asked, ids));
    }

    private static long[] Missing(HashSet<long>? asked, IEnumerable<long> found) => asked is null ? [] : asked.Except(found).Order().ToArray();

    /// <returns>Null when it went while we looked.</returns>
    private QueueMessage? View(QueuedMessage message, bool withHeader)
    {
        var reader = new MessageReader();
        if (!spool.Open(message, reader))
        {
            return null;
        }

        try
        {
            Envelope envelope = reader.Envelope;
            var recipients = new List<QueueRecipient>();
            for (int i = 0; i < envelope.RecipientCount; i++)
            {
                recipients.Add(new QueueRecipient(Text(envelope.Bytes, envelope.RecipientOffset(i), envelope.RecipientLength(i)), message.RecipientState(i).ToString().ToLowerInvariant()));
            }

            long next = message.NextAttempt;
            long now = clock.UptimeMilliseconds;
            string state = next == long.MaxValue ? "held" : spool.IsBusy(message) ? "sending" : next <= now ? "due" : "waiting";
            return new QueueMessage(
                message.Id,
                state,
                message.IsAlert,
                Text(envelope.Bytes, envelope.ReversePathOffset, envelope.ReversePathLength),
                recipients,
                message.Size,
                message.AcceptedUtc == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(message.AcceptedUtc),
                message.Attempts,
                next == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(clock.UtcMilliseconds + Math.Max(0, next - now)),
                reasonOf(message.Id),
                withHeader ? Header(reader) : null);
        }
        finally
        {
            reader.Close();
        }
    }

    private static string Header(MessageReader reader)
    {
        byte[] buffer = new byte[MostHeader];
        int count = 0;
        int read;
        while (count < buffer.Length && (read = reader.Read(buffer, count, buffer.Length - count)) > 0)
        {
            count += read;
        }

        string text = Text(buffer, 0, count);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 2)];
    }

    /// <summary>Text for a terminal: no control character of a message gets there.</summary>
    private static string Text(byte[] bytes, int offset, int count)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(bytes, offset, count));
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not '\r' and not '\n' and not '\t')
            {
                text[i] = '?';
            }
        }

        return text.ToString();
    }
}
