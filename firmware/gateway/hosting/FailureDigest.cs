using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Folds failure reports that are too many into one mail a sender, every <see cref="Period"/> (RFC 3464 in the form of RFC 3462;
/// one group of fields a recipient). The messages stay in the spool until the mail that tells of them is durable. From any
/// thread.
/// </summary>
public sealed class FailureDigest : IFailureDigest, IDisposable
{
    private const int MostMessages = 2000;
    private const int MostLine = 300;

    private readonly RelaySettings _settings;
    private readonly ISpool _spool;
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Folded> _senders = new(StringComparer.Ordinal);
    private readonly Timer _timer;
    private int _messages;

    /// <summary>How long failures are gathered.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(15);

    /// <summary>Starts gathering.</summary>
    public FailureDigest(RelaySettings settings, ISpool spool, IClock clock, ILog log)
    {
        _settings = settings;
        _spool = spool;
        _clock = clock;
        _log = log;
        _timer = new Timer(_ => Tell(), null, Period, Period);
    }

    /// <inheritdoc/>
    public bool Add(QueuedMessage message, Envelope envelope, RecipientResult[] results, string[] replies)
    {
        string sender = Clean(Encoding.UTF8.GetString(envelope.Bytes, envelope.ReversePathOffset, envelope.ReversePathLength));
        lock (_gate)
        {
            if (_messages >= MostMessages || sender.Length == 0)
            {
                return false;
            }

            if (!_senders.TryGetValue(sender, out Folded? folded))
            {
                _senders.Add(sender, folded = new Folded(envelope.Bytes.AsSpan(envelope.ReversePathOffset, envelope.ReversePathLength).ToArray()));
            }

            _messages++;
            folded.Messages.Add(message);
            for (int i = 0; i < envelope.RecipientCount; i++)
            {
                if (results[i] == RecipientResult.Failed)
                {
                    folded.Recipients.Add((Clean(Encoding.UTF8.GetString(envelope.Bytes, envelope.RecipientOffset(i), envelope.RecipientLength(i))), Clean(replies[i])));
                }
            }

            return true;
        }
    }

    /// <summary>Tells every sender what has gathered. What cannot be told stays for the next time.</summary>
    public void Tell()
    {
        lock (_gate)
        {
            foreach (string sender in new List<string>(_senders.Keys))
            {
                Folded folded = _senders[sender];
                if (!Write(sender, folded))
                {
                    _log.Write(Relay.LogLevel.Error, "forwarder", "the folded failure report cannot be put into the spool: " + _spool.Error);
                    continue;
                }

                _senders.Remove(sender);
                _messages -= folded.Messages.Count;
                folded.Messages.ForEach(message => _spool.Finish(message));
            }
        }
    }

    /// <summary>Tells what has gathered and ends.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Tell();
    }

    private bool Write(string sender, Folded folded)
    {
        var envelope = new Envelope { AcceptedUptime = _clock.UptimeMilliseconds, AcceptedUtc = _clock.UtcMilliseconds };
        envelope.IsSmtpUtf8 = Array.Exists(folded.Sender, octet => octet >= 0x80);
        if (!envelope.SetReversePath(folded.Sender, 0, 0) || !envelope.AddRecipient(folded.Sender, 0, folded.Sender.Length))
        {
            return false;
        }

        byte[] content = Encoding.UTF8.GetBytes(Compose(envelope.IsSmtpUtf8 ? Encoding.UTF8.GetString(folded.Sender) : sender, folded));
        IMessageWriter? writer = _spool.Begin(envelope, content.Length, false);
        return writer is not null && writer.Append(content, 0, content.Length) && writer.End() && _spool.Sync() && writer.IsDurable;
    }

    private string Compose(string sender, Folded folded)
    {
        string host = Clean(_settings.Hostname);
        string boundary = "=_" + Guid.NewGuid().ToString("N");
        string date = DateTimeOffset.FromUnixTimeMilliseconds(_clock.UtcMilliseconds).ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append("\r\n");
        Line($"From: Mail relay <MAILER-DAEMON@{host}>");
        Line($"To: <{sender}>");
        Line($"Subject: {folded.Messages.Count} of your mails could not be delivered");
        Line("Date: " + date);
        Line($"Message-ID: <{Guid.NewGuid():N}@{host}>");
        Line("Auto-Submitted: auto-replied");
        Line("MIME-Version: 1.0");
        Line("Content-Type: multipart/report; report-type=delivery-status;");
        Line($"\tboundary=\"{boundary}\"");
        Line("");
        Line("--" + boundary);
        Line("Content-Type: text/plain; charset=us-ascii");
        Line("");
        Line($"This is the mail relay at {host}.");
        Line("");
        Line($"{folded.Messages.Count} of your messages did not reach these recipients, and will not be tried again.");
        Line("There were too many to tell of each by itself:");
        foreach ((string recipient, string reply) in folded.Recipients)
        {
            Line("");
            Line("  " + recipient);
            Line("    " + reply);
        }

        Line("");
        Line("--" + boundary);
        Line("Content-Type: message/delivery-status");
        Line("");
        Line("Reporting-MTA: dns; " + host);
        foreach ((string recipient, string reply) in folded.Recipients)
        {
            Line("");
            Line("Final-Recipient: rfc822; " + recipient);
            Line("Action: failed");
            Line("Status: 5.0.0");
            Line("Diagnostic-Code: x-relay; " + reply);
        }

        Line("");
        Line("--" + boundary + "--");
        return text.ToString();
    }

    /// <summary>Printable ASCII on one line of bounded length.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder();
        foreach (char letter in text.Length > MostLine ? text[..MostLine] : text)
        {
            clean.Append(letter is >= ' ' and <= '~' ? letter : '?');
        }

        return clean.ToString();
    }

    private sealed class Folded(byte[] sender)
    {
        public byte[] Sender { get; } = sender;

        public List<QueuedMessage> Messages { get; } = new();

        public List<(string Recipient, string Reply)> Recipients { get; } = new();
    }
}
