using System.Text;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>A message without a spool: an envelope, its bytes, and the entry that stands for it in the queue.</summary>
internal sealed class FakeMessage : IMessageSource
{
    private int _position;

    public FakeMessage(string from, string[] recipients, string content)
        : this(from, recipients, Encoding.Latin1.GetBytes(content))
    {
    }

    public FakeMessage(string from, string[] recipients, byte[] content)
    {
        Envelope = new Envelope();
        Assert(Envelope.SetReversePath(Encoding.UTF8.GetBytes(from), 0, Encoding.UTF8.GetByteCount(from)));
        foreach (string recipient in recipients)
        {
            Assert(Envelope.AddRecipient(Encoding.UTF8.GetBytes(recipient), 0, Encoding.UTF8.GetByteCount(recipient)));
        }

        // Not 0: that is for messages that came in before the clock was set.
        Envelope.AcceptedUtc = 1;
        Content = content;
        Entry = new QueuedMessage(1, false, recipients.Length, content.Length, 0, 0);
    }

    public Envelope Envelope { get; }

    public byte[] Content { get; }

    public QueuedMessage Entry { get; }

    /// <summary>From this byte on the message cannot be read.</summary>
    public int DamagedAt { get; set; } = int.MaxValue;

    /// <summary>How many bytes one read gives at most.</summary>
    public int LongestRead { get; set; } = int.MaxValue;

    public MessageReader Reader()
    {
        MessageReader reader = new();
        reader.Envelope.CopyFrom(Envelope);
        Rewind();
        reader.Attach(this);
        return reader;
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        if (_position >= DamagedAt)
        {
            return -1;
        }

        int length = System.Math.Min(System.Math.Min(count, LongestRead), System.Math.Min(Content.Length, DamagedAt) - _position);
        System.Array.Copy(Content, _position, buffer, offset, length);
        _position += length;
        return length;
    }

    public void Rewind() => _position = 0;

    public void Close()
    {
    }

    private static void Assert(bool taken) => Xunit.Assert.True(taken);
}
