namespace SmtpEmbedded.Relay;

/// <summary>What a record of the spool says. The numbers are on disk: they never change their meaning.</summary>
internal static class RecordType
{
    /// <summary>A message begins; the payload is its envelope.</summary>
    public const byte Envelope = 1;

    /// <summary>The next bytes of a message.</summary>
    public const byte Body = 2;

    /// <summary>A message is whole: with this record it exists.</summary>
    public const byte End = 3;

    /// <summary>A message that was begun will never be whole.</summary>
    public const byte Abandoned = 4;

    /// <summary>An attempt is over; the message waits for the next.</summary>
    public const byte Attempt = 5;

    /// <summary>What became of one recipient.</summary>
    public const byte Result = 6;

    /// <summary>Every recipient is decided: the message exists no longer.</summary>
    public const byte Done = 7;

    /// <summary>All that was recorded about a message so far, in one; earlier records about it no longer matter.</summary>
    public const byte State = 8;

    public const byte First = Envelope;
    public const byte Last = State;
}
