namespace SmtpEmbedded.Relay;

/// <summary>A message that recovery has met the envelope of, and not yet the end.</summary>
internal sealed class UnfinishedMessage
{
    public UnfinishedMessage(long id)
    {
        Id = id;
    }

    public long Id { get; }

    public long Offset { get; set; }

    public long StoredBytes { get; set; }

    public long Size { get; set; }

    public int Records { get; set; }

    public bool IsDamaged { get; set; }
}
