using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>A spool with its surroundings, and short ways to say what tests say often.</summary>
internal sealed class SpoolRig
{
    public SpoolRig(ISegmentStore? store = null, Action<SpoolOptions>? change = null, bool device = false)
    {
        Options = device ? SpoolOptions.ForDevice() : new SpoolOptions { WriterBytes = 512, SegmentBufferBytes = 1024, ReaderBytes = 1024, AllocationUnit = 1 };
        Options.Salt = 7;
        change?.Invoke(Options);
        Store = store ?? new MemorySegmentStore();
        Spool = Start();
    }

    public SpoolOptions Options { get; }

    public ISegmentStore Store { get; }

    public SpoolClock Clock { get; } = new();

    public SpoolLog Log { get; private set; } = new();

    public Spool Spool { get; private set; }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static Envelope Envelope(params string[] recipients)
    {
        var envelope = new Envelope();
        byte[] sender = Text("sender@example.org");
        Assert.True(envelope.SetReversePath(sender, 0, sender.Length));
        foreach (string recipient in recipients.Length == 0 ? ["one@example.net"] : recipients)
        {
            byte[] bytes = Text(recipient);
            Assert.True(envelope.AddRecipient(bytes, 0, bytes.Length));
        }

        return envelope;
    }

    public static byte[] Body(int size, int seed)
    {
        byte[] body = new byte[size];
        new Random(seed).NextBytes(body);
        return body;
    }

    public long Put(byte[] body, bool isAlert = false, bool sync = true, Envelope? envelope = null)
    {
        var writer = Spool.Begin(envelope ?? Envelope(), body.Length, isAlert);
        Assert.True(writer != null, Spool.Error);
        Assert.True(writer.Append(body, 0, body.Length), Spool.Error);
        Assert.True(writer.End(), Spool.Error);
        if (sync)
        {
            Assert.True(Spool.Sync(), Spool.Error);
            Assert.True(writer.IsDurable);
        }

        return writer.Id;
    }

    public QueuedMessage Next()
    {
        var message = Spool.Next(Clock.UptimeMilliseconds);
        Assert.NotNull(message);
        return message;
    }

    public byte[] Read(QueuedMessage message) => Read(message, new MessageReader());

    public byte[] Read(QueuedMessage message, MessageReader reader, int chunk = 333)
    {
        Assert.True(Spool.Open(message, reader), Spool.Error);
        byte[] all = ReadOn(reader, chunk);
        reader.Close();
        return all;
    }

    public static byte[] ReadOn(MessageReader reader, int chunk)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[chunk];
        int count;
        while ((count = reader.Read(buffer, 0, buffer.Length)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        Assert.Equal(0, count);
        return all.ToArray();
    }

    /// <summary>The ids of all that is due, in the order they are handed out; each is finished.</summary>
    public List<long> Drain()
    {
        var ids = new List<long>();
        while (Spool.Next(Clock.UptimeMilliseconds) is { } message)
        {
            ids.Add(message.Id);
            Spool.Finish(message);
        }

        return ids;
    }

    /// <summary>Opens the spool again over what the store holds.</summary>
    public void Restart(bool cleanly = false)
    {
        if (cleanly)
        {
            Spool.Close();
        }

        Clock.Restart();
        Log = new SpoolLog();
        Spool = Start();
    }

    private Spool Start()
    {
        var spool = new Spool(Store, Clock, Log, Options);
        Assert.True(spool.Open(), spool.Error);
        return spool;
    }
}
