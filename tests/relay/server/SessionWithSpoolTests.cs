using System.IO;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A session on the real spool: what was acknowledged is there after a restart, byte for byte, and nothing else.</summary>
public class SessionWithSpoolTests
{
    private readonly MemorySegmentStore _store = new();
    private readonly TestClock _clock = new();
    private readonly TestLog _log = new();
    private readonly RelaySettings _settings = new() { Hostname = "relay.example" };

    [Fact]
    public void WhatWasAcknowledgedIsThereAfterARestart()
    {
        Spool spool = OpenSpool();
        string body = "Subject: dots\r\nDate: x\r\nMessage-ID: y\r\n\r\n.\r\n..\r\n\xFF\x01\r\n" + new string('x', 15_000) + "\r\n";
        string stuffed = body.Replace("\r\n.", "\r\n..");
        string output = Play(
            spool,
            "EHLO client.example\r\nMAIL FROM:<a@b.example> BODY=8BITMIME\r\nRCPT TO:<c@d.example>\r\nDATA\r\n" + stuffed + ".\r\n"
            + "MAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nDATA\r\nbare\nline\r\n.\r\n"
            + "MAIL FROM:<x@y.example>\r\nRCPT TO:<z@y.example>\r\nDATA\r\nhalf a message");
        Assert.Contains("250 2.0.0 queued as ", output);
        Assert.Contains("554 5.6.0 ", output);

        spool = OpenSpool();
        Assert.Equal(1, spool.Count);
        QueuedMessage? message = spool.Next(_clock.UptimeMilliseconds);
        Assert.NotNull(message);
        var reader = new MessageReader();
        Assert.True(spool.Open(message, reader), spool.Error);
        string stored = Read(reader);
        string trace = "Received: from client.example ([127.0.0.1])\r\n\tby relay.example with ESMTP id " + message.Id
            + ";\r\n\tSun, 01 Mar 2026 12:34:56 +0000\r\n";
        Assert.Equal(trace + body, stored);
        Assert.Equal(1, reader.Envelope.RecipientCount);
        Assert.True(reader.Envelope.IsEightBit);
    }

    private Spool OpenSpool()
    {
        var spool = new Spool(_store, _clock, _log, new SpoolOptions { Salt = 7 });
        Assert.True(spool.Open(), spool.Error);
        return spool;
    }

    private string Play(Spool spool, string stream)
    {
        var session = new ServerSession(_settings, spool, _clock, _log);
        session.Open(new byte[] { 127, 0, 0, 1 }, false);
        session.Expired();
        byte[] bytes = Encoding.Latin1.GetBytes(stream);
        var output = new MemoryStream();
        int taken = 0;
        while (taken < bytes.Length)
        {
            taken += session.Receive(bytes, taken, System.Math.Min(700, bytes.Length - taken));
            output.Write(session.Output, session.OutputStart, session.OutputCount);
            session.Sent(session.OutputCount);
            if (session.Wants == SessionWants.Commit)
            {
                spool.Sync();
                session.Committed();
            }
        }

        // The process dies here: the last message is not complete, and nothing is closed in order.
        return Encoding.Latin1.GetString(output.ToArray());
    }

    private static string Read(MessageReader reader)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[333];
        for (int count = reader.Read(buffer, 0, buffer.Length); count > 0; count = reader.Read(buffer, 0, buffer.Length))
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
