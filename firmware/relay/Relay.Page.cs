namespace SmtpEmbedded.Relay;

// What the operator's page shows beyond the rest: an image without the page leaves this file out.
public sealed partial class Relay
{
    /// <summary>How much of the spool's quota is used, in percent.</summary>
    public int PercentUsed => _spool.PercentUsed;

    /// <summary>Puts the messages that wait into an array, as many as fit, in no order.</summary>
    /// <returns>How many it put there.</returns>
    public int Queue(QueuedMessage[] into) => _spool.Peek(into);
}
