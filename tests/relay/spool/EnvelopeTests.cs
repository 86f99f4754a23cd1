using System;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

public sealed class EnvelopeTests
{
    [Fact]
    public void EverythingSurvivesTheEncoding()
    {
        var envelope = new Envelope();
        Put(envelope.SetClientAddress, [192, 0, 2, 1]);
        Put(envelope.SetHelo, "camera.example");
        Put(envelope.SetReversePath, "a@b");
        Put(envelope.SetEnvelopeId, "QQ314159");
        envelope.Ret = DsnRet.Headers;
        envelope.IsEightBit = true;
        envelope.AcceptedUtc = 1234567890123;
        Put(envelope.AddRecipient, "first@x");
        Assert.True(envelope.SetNotify(DsnNotify.Success | DsnNotify.Failure));
        Assert.False(envelope.SetNotify(DsnNotify.Never));
        Put(envelope.SetOriginalRecipient, "rfc822;f+40x");
        Put(envelope.AddRecipient, "second@y");
        Assert.False(envelope.SetReversePath([1], 0, 1));

        var copy = new Envelope();
        Assert.True(copy.Load(envelope.Bytes, 0, envelope.Count));

        Assert.Equal("a@b", Text(copy, copy.ReversePathOffset, copy.ReversePathLength));
        Assert.Equal("camera.example", Text(copy, copy.HeloOffset, copy.HeloLength));
        Assert.Equal("QQ314159", Text(copy, copy.EnvelopeIdOffset, copy.EnvelopeIdLength));
        Assert.Equal(4, copy.ClientAddressLength);
        Assert.Equal(192, copy.Bytes[copy.ClientAddressOffset]);
        Assert.Equal(DsnRet.Headers, copy.Ret);
        Assert.True(copy.IsEightBit);
        Assert.False(copy.IsSmtpUtf8);
        Assert.Equal(1234567890123, copy.AcceptedUtc);
        Assert.Equal(2, copy.RecipientCount);
        Assert.Equal("first@x", Text(copy, copy.RecipientOffset(0), copy.RecipientLength(0)));
        Assert.Equal("second@y", Text(copy, copy.RecipientOffset(1), copy.RecipientLength(1)));
        Assert.Equal(DsnNotify.Success | DsnNotify.Failure, copy.Notify(0));
        Assert.Equal(DsnNotify.NotGiven, copy.Notify(1));
        Assert.Equal("rfc822;f+40x", Text(copy, copy.OriginalRecipientOffset(0), copy.OriginalRecipientLength(0)));
        Assert.Equal(0, copy.OriginalRecipientLength(1));
    }

    [Fact]
    public void TheNullReversePathIsAReversePath()
    {
        var envelope = new Envelope();
        Assert.False(envelope.HasReversePath);
        Assert.True(envelope.SetReversePath([], 0, 0));
        Assert.True(envelope.HasReversePath);
        Assert.Equal(0, envelope.ReversePathLength);
        envelope.Clear();
        Assert.False(envelope.HasReversePath);
    }

    [Fact]
    public void LimitsHoldAndLeaveItAsItWas()
    {
        var envelope = new Envelope(100, 3);
        byte[] bytes = new byte[20];
        Assert.True(envelope.AddRecipient(bytes, 0, 20));
        Assert.True(envelope.AddRecipient(bytes, 0, 20));
        int count = envelope.Count;
        Assert.False(envelope.AddRecipient(new byte[40], 0, 40));
        Assert.Equal(count, envelope.Count);
        Assert.True(envelope.AddRecipient(bytes, 0, 5));
        Assert.False(envelope.AddRecipient(bytes, 0, 1));
        Assert.Equal(3, envelope.RecipientCount);
    }

    [Fact]
    public void WhatIsNoEnvelopeIsRefused()
    {
        var envelope = new Envelope();
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && i % 2 == 0)
            {
                bytes[0] = 1;
            }

            if (envelope.Load(bytes, 0, bytes.Length))
            {
                for (int r = 0; r < envelope.RecipientCount; r++)
                {
                    _ = envelope.Notify(r) + envelope.OriginalRecipientLength(r);
                }
            }
            else
            {
                Assert.Equal(0, envelope.RecipientCount);
            }
        }
    }

    private static void Put(Func<byte[], int, int, bool> set, string text) => Put(set, Encoding.UTF8.GetBytes(text));

    private static void Put(Func<byte[], int, int, bool> set, byte[] bytes) => Assert.True(set(bytes, 0, bytes.Length));

    private static string Text(Envelope envelope, int offset, int count) => Encoding.UTF8.GetString(envelope.Bytes, offset, count);
}
