using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// The main job, end to end on loopback: an alert and a message go into a relay, two mails come out of the smarthost behind
/// it. One line a step with the time since the start.
/// </summary>
public sealed class Demonstration
{
    private const string Operator = "operator@example.org";
    private const string Camera = "camera@example.org";
    private const int MessageCount = 2;

    private readonly TextWriter _output;
    private readonly DemoLog _log = new();
    private readonly SystemClock _clock = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();

    /// <summary>Prepares the demonstration.</summary>
    public Demonstration(TextWriter output) => _output = output;

    /// <summary>What the relay warned of on the way.</summary>
    public IReadOnlyCollection<string> Warnings => _log.Lines;

    /// <summary>Runs it.</summary>
    /// <returns>Null when both mails arrived; otherwise what went wrong, as a sentence.</returns>
    public async Task<string?> RunAsync(CancellationToken limit)
    {
        string spool = Directory.CreateTempSubdirectory("smtpembedded-demo-").FullName;
        try
        {
            var smarthost = new EmbeddedSmarthost(_clock, _log);
            string? error = smarthost.Start();
            if (error is not null)
            {
                return "the embedded smarthost does not start: " + error;
            }

            Say($"smarthost listens on {smarthost.EndPoint}");
            try
            {
                return await RelayAsync(smarthost, spool, limit).ConfigureAwait(false);
            }
            finally
            {
                await smarthost.StopAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Directory.Delete(spool, recursive: true);
        }
    }

    private async Task<string?> RelayAsync(EmbeddedSmarthost smarthost, string spool, CancellationToken limit)
    {
        var settings = new RelaySettings
        {
            ListenPort = 0,
            Hostname = "relay.example.org",
            Smarthost = { Host = smarthost.EndPoint.Address.ToString(), Port = smarthost.EndPoint.Port, Security = SmarthostSecurity.None },
            SpoolPath = spool,
            AlertFrom = "alerts@relay.example.org",
            AlertTo = Operator,
        };
        var relay = new RelayHost(settings, _clock, _log);
        string? error = relay.Start();
        if (error is not null)
        {
            return "the relay does not start: " + error;
        }

        Say($"relay listens on {relay.EndPoint}, its spool is {spool}");
        try
        {
            return await SendAsync(relay, smarthost, limit).ConfigureAwait(false);
        }
        finally
        {
            await relay.StopAsync().ConfigureAwait(false);
        }
    }

    private async Task<string?> SendAsync(RelayHost relay, EmbeddedSmarthost smarthost, CancellationToken limit)
    {
        if (!relay.Alerts.Raise(Severity.Warning, "ups-1", "On battery", "Mains failed. The battery lasts about 40 minutes."))
        {
            return "the alert was not taken";
        }

        Say("alert raised through the API; it is safe in the spool");

        var client = new SubmissionClient(_clock);
        string? error = await Task.Run(() => client.Submit(relay.EndPoint, Camera, Operator, Message()), limit).ConfigureAwait(false);
        if (error is not null)
        {
            return "the message was not taken: " + error;
        }

        Say("message submitted over TCP and acknowledged; it is safe in the spool");

        var messages = new List<ReceivedMessage>();
        try
        {
            while (messages.Count < MessageCount)
            {
                ReceivedMessage message = await smarthost.Messages.ReadAsync(limit).ConfigureAwait(false);
                messages.Add(message);
                Say($"smarthost received message {messages.Count} of {MessageCount}, from <{message.ReversePath}>");
            }
        }
        catch (OperationCanceledException)
        {
            return $"only {messages.Count} of {MessageCount} messages arrived in time";
        }

        for (int i = 0; i < messages.Count; i++)
        {
            Show(i + 1, messages[i]);
        }

        return null;
    }

    private void Say(string text) =>
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_time.Elapsed.TotalSeconds,7:0.000} s  {text}"));

    private void Show(int number, ReceivedMessage message)
    {
        _output.WriteLine();
        _output.WriteLine($"---- message {number}: MAIL FROM:<{message.ReversePath}> RCPT TO:<{string.Join(">, <", message.Recipients)}> ----");
        _output.Write(Encoding.UTF8.GetString(message.Content).ReplaceLineEndings());
        _output.WriteLine($"---- end of message {number} ----");
    }

    /// <summary>What a camera might send: a line that begins with a dot and a letter that is not ASCII are on purpose.</summary>
    private static byte[] Message()
    {
        string[] lines =
        [
            $"Date: {DateTimeOffset.UtcNow.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000",
            $"From: Camera at the gate <{Camera}>",
            $"To: {Operator}",
            "Subject: Motion at the gate",
            $"Message-ID: <{Guid.NewGuid():N}@camera.example.org>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            "Motion at the gate, zone 3 (entrée).",
            ".this line begins with a dot",
            "",
        ];
        return Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
    }
}
