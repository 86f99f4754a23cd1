namespace SmtpEmbedded.Relay;

/// <summary>One attempt to send a message, as it is remembered for the operator. Immutable.</summary>
public sealed class Attempt
{
    /// <summary>The message's number in the spool.</summary>
    public readonly long Id;

    /// <summary>When it was, in milliseconds of uptime.</summary>
    public readonly long When;

    /// <summary>The last of the recipients it was about.</summary>
    public readonly string Recipient;

    /// <summary>What the smarthost said, or why it did not come to that.</summary>
    public readonly string Reply;

    /// <summary>What became of it: delivered if one recipient was.</summary>
    public readonly RecipientResult Result;

    internal Attempt(long id, long when, string recipient, string reply, RecipientResult result)
    {
        Id = id;
        When = when;
        Recipient = recipient;
        Reply = reply;
        Result = result;
    }
}
