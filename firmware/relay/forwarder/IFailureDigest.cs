namespace SmtpEmbedded.Relay;

/// <summary>
/// Where failure reports go that are past <see cref="Limits.ReportsPerHour"/>: told together instead of one by one. The
/// gateway's folds them into one mail a sender; a device has none, and tells its operator instead. From any thread.
/// </summary>
public interface IFailureDigest
{
    /// <summary>
    /// Takes a message over whose recipients are all decided, which the spool has recorded. It stays held, and is finished once
    /// its sender has been told for good; after a crash the spool gives it out again.
    /// </summary>
    /// <param name="message">Held by the caller, from now on by the digest.</param>
    /// <param name="envelope">The message's; not to be kept.</param>
    /// <param name="results">What became of each recipient in this attempt: only Failed is to be told.</param>
    /// <param name="replies">Why, for each; not to be kept.</param>
    /// <returns>False when it can take no more: the caller keeps the message.</returns>
    bool Add(QueuedMessage message, Envelope envelope, RecipientResult[] results, string[] replies);
}
