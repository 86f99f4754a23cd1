using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Sending;

/// <summary>Gives one message to the relay: to the one that runs, or, when none does, straight into its spool, where the next start finds it.</summary>
internal sealed class Submission
{
    private readonly MessageReader _message = new();
    private readonly byte[] _content;

    /// <summary>Takes a message.</summary>
    /// <exception cref="ArgumentException">There are more recipients than an envelope holds.</exception>
    public Submission(string sender, IReadOnlyList<string> recipients, byte[] content)
    {
        _content = content;
        bool isWide = Set(sender, _message.Envelope.SetReversePath);
        foreach (string recipient in recipients)
        {
            isWide |= Set(recipient, _message.Envelope.AddRecipient);
        }

        _message.Envelope.IsSmtpUtf8 = isWide;
        _message.Envelope.IsEightBit = content.AsSpan().IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0;
    }

    /// <summary>Why it was not taken, as a sentence; empty when it was.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Whether nobody listens at all.</summary>
    public bool IsNobodyThere { get; private set; }

    /// <summary>Hands it to a running relay.</summary>
    /// <returns>The exit code.</returns>
    public int ToServer(IPEndPoint server, string hostname)
    {
        var clock = new SystemClock();
        var client = new SubmissionClient(clock) { Hostname = hostname };
        _message.Attach(new BytesSource(_content));
        RecipientResult[]? results = client.Send(server, _message, _content.Length, out string[] replies, out string failure);
        if (results is null)
        {
            IsNobodyThere = client.IsNobodyThere;
            Problem = failure;
            return ExitCode.TemporaryFailure;
        }

        bool isAnyTaken = Array.Exists(results, result => result == RecipientResult.Delivered);
        int worst = Array.FindIndex(results, result => result == RecipientResult.Failed);
        int later = Array.FindIndex(results, result => result is RecipientResult.Deferred or RecipientResult.Pending);
        if (worst >= 0)
        {
            Problem = replies[worst];
            return isAnyTaken || Array.Exists(replies, reply => reply != replies[worst]) || Problem.StartsWith("550", StringComparison.Ordinal) ? ExitCode.NoUser : ExitCode.Unavailable;
        }

        if (later >= 0)
        {
            Problem = replies[later].Length > 0 ? replies[later] : failure;
            return ExitCode.TemporaryFailure;
        }

        return ExitCode.Ok;
    }

    /// <summary>Puts it into the spool of a relay that does not run.</summary>
    /// <returns>The exit code.</returns>
    public int ToSpool(RelaySettings settings)
    {
        var clock = new SystemClock();
        using var store = new FileSegmentStore(settings.SpoolPath);
        var spool = new Spool(store, clock, new DemoLog(), RelayHost.Options(settings));
        if (!spool.Open())
        {
            Problem = spool.Error;
            return ExitCode.TemporaryFailure;
        }

        _message.Envelope.AcceptedUtc = clock.UtcMilliseconds;
        IMessageWriter? writer = spool.Begin(_message.Envelope, _content.Length, isAlert: false);
        bool isSafe = writer is not null && writer.Append(_content, 0, _content.Length) && writer.End() && spool.Sync() && writer.IsDurable;
        Problem = isSafe ? "" : spool.Error;
        spool.Close();
        return isSafe ? ExitCode.Ok : ExitCode.TemporaryFailure;
    }

    /// <returns>Whether the address is not ASCII.</returns>
    private static bool Set(string address, Func<byte[], int, int, bool> set)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(address);
        if (!set(bytes, 0, bytes.Length))
        {
            throw new ArgumentException("more or longer recipients than one message may have");
        }

        return bytes.AsSpan().IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0;
    }
}
