namespace SmtpEmbedded.Relay;

/// <summary>
/// The queue of accepted messages as sessions, alerts and the forwarder see it: narrow on purpose, so that a site with several
/// gateways can put it on a replicated log instead. All members may be called from any thread.
/// </summary>
public interface ISpool
{
    /// <summary>Begins a message: its envelope goes in first, its bytes follow through the writer. Nothing of it exists until <see cref="IMessageWriter.End"/> has returned true and a later <see cref="Sync"/> too.</summary>
    /// <param name="envelope">Copied before the call returns.</param>
    /// <param name="size">How many body bytes are announced (RFC 1870), or 0 when unknown.</param>
    /// <param name="isAlert">Alerts go out first and may use the reserve of the quota.</param>
    /// <returns>The writer, or null when the quota is used up or the disk fails: answer 452 4.3.1; <see cref="Error"/> says which.</returns>
    IMessageWriter? Begin(Envelope envelope, long size, bool isAlert);

    /// <summary>Makes every message ended before the call durable. Many sessions may wait for one call.</summary>
    /// <returns>Whether the disk took everything there was to take. For one message <see cref="IMessageWriter.IsDurable"/> is what counts: the disk may have refused it already before this call.</returns>
    bool Sync();

    /// <summary>How many messages wait to be forwarded.</summary>
    int Count { get; }

    /// <summary>How much of the quota is used up, in percent.</summary>
    int PercentUsed { get; }

    /// <summary>The message to send now: alerts first, then by age, only those whose next attempt is due and that no one holds.</summary>
    /// <param name="now">The uptime in milliseconds.</param>
    /// <returns>The message, held for the caller until <see cref="Release"/> or <see cref="Finish"/>; null when none is due.</returns>
    QueuedMessage? Next(long now);

    /// <summary>The uptime in milliseconds at which <see cref="Next"/> will have a message; <see cref="long.MaxValue"/> when nothing waits.</summary>
    long NextDue();

    /// <summary>
    /// Does what the spool has put off, such as giving back the room of mail that has left. For the forwarder, after each message and whenever
    /// it has nothing to send for now; where nobody calls it, a spool that is full may stay so.
    /// </summary>
    /// <param name="reader">A reader to move messages with, closed; without one it may have to make one, which on a board is memory.</param>
    /// <returns>Whether some of it is left, for another call in a few seconds.</returns>
    bool Tend(MessageReader? reader = null);

    /// <summary>Opens a message for reading: its envelope and its bytes.</summary>
    /// <returns>False when it cannot be read; <see cref="Error"/> says why.</returns>
    bool Open(QueuedMessage message, MessageReader reader);

    /// <summary>Records what became of one recipient in an attempt, so that no later attempt sends to it again once it is delivered or refused for good.</summary>
    /// <param name="message">A message held by the caller.</param>
    /// <param name="recipient">Its place in the envelope, from 0.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="reply">The smarthost's answer or the failure in words, with its enhanced status code.</param>
    bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply);

    /// <summary>Gives a held message back, to be tried again at <paramref name="nextAttempt"/> (uptime in milliseconds).</summary>
    bool Release(QueuedMessage message, long nextAttempt, string reason);

    /// <summary>Ends a held message: every recipient is delivered or given up. <see cref="Tend"/> frees its space once its segment has nothing else to keep.</summary>
    bool Finish(QueuedMessage message);

    /// <summary>Why the last call failed, as a sentence an operator can act on; otherwise empty.</summary>
    string Error { get; }
}

/// <summary>Takes one message's bytes into the spool. One thread at a time.</summary>
public interface IMessageWriter
{
    /// <summary>The message's number in the spool; never used again.</summary>
    long Id { get; }

    /// <summary>Appends bytes of the message as it will be sent: CRLF line ends, dots not stuffed.</summary>
    /// <returns>False when the quota or the disk is full or fails: the message is abandoned, answer 452 4.3.1.</returns>
    bool Append(byte[] buffer, int offset, int count);

    /// <summary>Ends the message: it counts from now on, and is durable after the next <see cref="ISpool.Sync"/>.</summary>
    bool End();

    /// <summary>Whether the message is safe: it was ended and a <see cref="ISpool.Sync"/> since has made it durable. This, asked after the Sync, decides between 250 and 452.</summary>
    bool IsDurable { get; }

    /// <summary>Forgets the message; after <see cref="End"/> it does nothing.</summary>
    void Abandon();
}

/// <summary>What became of one recipient.</summary>
public enum RecipientResult
{
    /// <summary>Not yet decided.</summary>
    Pending,

    /// <summary>The smarthost has taken responsibility for it.</summary>
    Delivered,

    /// <summary>Refused for good (5yz), or given up.</summary>
    Failed,

    /// <summary>Refused for now (4yz).</summary>
    Deferred,
}
