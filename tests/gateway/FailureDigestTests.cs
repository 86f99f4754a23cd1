using System;
using System.IO;
using System.Linq;
using System.Text;
using MimeKit;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Failures too many for a report each become one mail a sender, and no message goes before that mail is durable.</summary>
public sealed class FailureDigestTests : IDisposable
{
    private readonly RelaySettings _settings = new() { Hostname = "relay.example.org" };
    private readonly SystemClock _clock = new();
    private readonly DemoLog _log = new();
    private readonly Spool _spool;
    private readonly FailureDigest _digest;
    private readonly MessageReader _reader = new();

    public FailureDigestTests()
    {
        _spool = new Spool(new MemorySegmentStore(), _clock, _log, new SpoolOptions { Salt = 3, Quota = 400_000, Reserve = 0, SegmentBytes = 50_000 });
        Assert.True(_spool.Open(), _spool.Error);
        _digest = new FailureDigest(_settings, _spool, _clock, _log);
    }

    [Fact]
    public void EachSenderHearsOnceOfAllThatFailed()
    {
        for (int i = 0; i < 45; i++)
        {
            Assert.True(Fail("ann@example.org", "no" + i + "@example.net", "550 5.1.1 no such user \u00e4 " + i));
        }

        Assert.True(Fail("bob@example.org", "full@example.net", "552 5.2.2 full"));
        Assert.Equal(46, _spool.Count);
        _digest.Tell();
        Assert.Equal(2, _spool.Count);

        MimeMessage toAnn = Next("ann@example.org");
        Assert.Equal("45 of your mails could not be delivered", toAnn.Subject);
        Assert.Equal("auto-replied", toAnn.Headers[HeaderId.AutoSubmitted]);
        MultipartReport parts = Assert.IsType<MultipartReport>(toAnn.Body);
        Assert.Equal("delivery-status", parts.ReportType);
        Assert.Contains("550 5.1.1 no such user ? 44", ((TextPart)parts[0]).Text);
        HeaderListCollection groups = Assert.IsType<MessageDeliveryStatus>(parts[1]).StatusGroups;
        Assert.Equal(Enumerable.Range(0, 45).Select(i => "rfc822; no" + i + "@example.net"), groups.Skip(1).Select(group => group["Final-Recipient"]));
        Assert.All(groups.Skip(1), group => Assert.Equal("failed", group["Action"]));

        MimeMessage toBob = Next("bob@example.org");
        Assert.Equal("1 of your mails could not be delivered", toBob.Subject);
        _digest.Tell();
        Assert.Equal(0, _spool.Count);
    }

    [Fact]
    public void WhatCannotBeToldStays()
    {
        Assert.True(Fail("ann@example.org", "no@example.net", "550 no"));
        int waiting = _spool.Count;
        int fillers = 0;
        foreach (int size in new[] { 20_000, 1000, 10 })
        {
            while (TryPut("x@example.org", "y@example.org", new string('x', size)))
            {
                fillers++;
            }
        }

        _digest.Tell();
        Assert.Equal(waiting + fillers, _spool.Count);
        Assert.Contains(_log.Lines, line => line.Contains("cannot be put into the spool", StringComparison.Ordinal));

        for (int i = 0; i < fillers; i++)
        {
            Assert.True(_spool.Finish(_spool.Next(_clock.UptimeMilliseconds)!));
        }

        _spool.Tend();
        _digest.Tell();
        Assert.Equal("1 of your mails could not be delivered", Next("ann@example.org").Subject);
    }

    [Fact]
    public void TheNullSenderIsNotTaken() => Assert.False(Fail("", "no@example.net", "550 no"));

    public void Dispose()
    {
        _digest.Dispose();
        _spool.Close();
    }

    private bool Fail(string from, string to, string reply)
    {
        Put(from, to, "x\r\n");
        QueuedMessage message = _spool.Next(_clock.UptimeMilliseconds)!;
        Assert.True(_spool.Open(message, _reader));
        bool taken = _digest.Add(message, _reader.Envelope, [RecipientResult.Failed], [reply]);
        _reader.Close();
        return taken;
    }

    private void Put(string from, string to, string content) => Assert.True(TryPut(from, to, content), _spool.Error);

    private bool TryPut(string from, string to, string content)
    {
        var envelope = new Envelope();
        byte[] sender = Encoding.ASCII.GetBytes(from);
        byte[] recipient = Encoding.ASCII.GetBytes(to);
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        Assert.True(envelope.SetReversePath(sender, 0, sender.Length) && envelope.AddRecipient(recipient, 0, recipient.Length));
        IMessageWriter? writer = _spool.Begin(envelope, bytes.Length, false);
        return writer is not null && writer.Append(bytes, 0, bytes.Length) && writer.End() && _spool.Sync();
    }

    private MimeMessage Next(string to)
    {
        QueuedMessage message = _spool.Next(_clock.UptimeMilliseconds)!;
        Assert.True(_spool.Open(message, _reader));
        Envelope envelope = _reader.Envelope;
        Assert.Equal(0, envelope.ReversePathLength);
        Assert.Equal(to, Encoding.ASCII.GetString(envelope.Bytes, envelope.RecipientOffset(0), envelope.RecipientLength(0)));
        var content = new MemoryStream();
        byte[] buffer = new byte[1000];
        for (int count; (count = _reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            content.Write(buffer, 0, count);
        }

        _reader.Close();
        Assert.True(_spool.Finish(message));
        content.Position = 0;
        return MimeMessage.Load(content);
    }
}
