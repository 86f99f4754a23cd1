namespace SmtpEmbedded.Relay;

/// <summary>The spool's limits and manners; the defaults suit a gateway, <see cref="ForDevice"/> a small board.</summary>
public sealed class SpoolOptions
{
    /// <summary>The most bytes all segments together may take.</summary>
    public long Quota { get; set; } = 1024L * 1024 * 1024;

    /// <summary>How much of <see cref="Quota"/> only alerts may use, in bytes.</summary>
    public long Reserve { get; set; } = 64L * 1024 * 1024;

    /// <summary>The most messages that may wait; it bounds the memory of the index (about 200 bytes a message).</summary>
    public int MaximumMessages { get; set; } = 200000;

    /// <summary>How many messages above <see cref="MaximumMessages"/> may be alerts.</summary>
    public int ReservedMessages { get; set; } = 5000;

    /// <summary>A segment with this many bytes takes no further message.</summary>
    public int SegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>What the disk allocates at a time, in bytes: every segment counts as a multiple of it.</summary>
    public int AllocationUnit { get; set; } = 4096;

    /// <summary>Whether every message gets a segment of its own, closed when it is durable, for disks where only closing a file is durable.</summary>
    public bool SegmentPerMessage { get; set; }

    /// <summary>How many bytes a message gathers before they go to the segment; held only while a message is being received.</summary>
    public int WriterBytes { get; set; } = 16 * 1024;

    /// <summary>How many bytes of the open segment gather before they go to the disk.</summary>
    public int SegmentBufferBytes { get; set; } = 64 * 1024;

    /// <summary>How many bytes are read at a time; at least 256.</summary>
    public int ReaderBytes { get; set; } = 32 * 1024;

    /// <summary>How many ends of messages the forwarder may record before the spool syncs of its own accord. What is not synced at a crash is sent once more.</summary>
    public int FinishesPerSync { get; set; } = 64;

    /// <summary>Whether every byte of every message is checked at start; otherwise when it is read to be sent.</summary>
    public bool VerifyBodies { get; set; } = true;

    /// <summary>The most bytes an envelope takes when a message is carried to another segment.</summary>
    public int MaximumEnvelopeBytes { get; set; } = Envelope.DefaultMaximumBytes;

    /// <summary>The most recipients an envelope names.</summary>
    public int MaximumRecipients { get; set; } = Envelope.DefaultMaximumRecipients;

    /// <summary>How many bytes must be free for a message whose size is not known beforehand.</summary>
    public int UnknownSize { get; set; }

    /// <summary>How long the spool leaves the disk alone after it refused to write, in milliseconds.</summary>
    public int RetryMilliseconds { get; set; } = 1000;

    /// <summary>A random number that senders of mail cannot know; 0 takes one from the clock.</summary>
    public int Salt { get; set; }

    /// <summary>Whether an empty spool gives the memory of its buffers back instead of keeping it for the next message.</summary>
    public bool GivesMemoryBack { get; set; }

    /// <summary>What suits a board with 256 KiB of flash and about 100 KiB of memory.</summary>
    public static SpoolOptions ForDevice()
    {
        SpoolOptions options = new SpoolOptions();
        options.Quota = 160 * 1024;
        options.Reserve = 32 * 1024;
        options.MaximumMessages = 32;
        options.ReservedMessages = 16;
        options.SegmentBytes = 16 * 1024;
        options.WriterBytes = 512;
        options.UnknownSize = 8 * 1024;
        options.SegmentBufferBytes = 256;
        options.ReaderBytes = 256;
        options.FinishesPerSync = 1;
        options.GivesMemoryBack = true;
        options.MaximumEnvelopeBytes = 8 * 1024;
        options.MaximumRecipients = 100;
        return options;
    }
}
