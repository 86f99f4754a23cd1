namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A spool that takes everything, keeps nothing and allocates nothing.</summary>
internal sealed class NullSpool : ISpool, IMessageWriter
{
    public long Id { get; private set; }

    public long Octets { get; private set; }

    public bool IsDurable => true;

    public int PercentUsed => 0;


    public int Count => 0;

    public string Error => "";

    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        Id++;
        return this;
    }

    public bool Append(byte[] buffer, int offset, int count)
    {
        Octets += count;
        return true;
    }

    public bool End() => true;

    public void Abandon()
    {
    }

    public bool Sync() => true;

    public QueuedMessage? Next(long now) => null;

    public long NextDue() => long.MaxValue;

    public bool Tend(MessageReader? reader) => false;

    public bool Open(QueuedMessage message, MessageReader reader) => false;

    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) => false;

    public bool Release(QueuedMessage message, long nextAttempt, string reason) => false;

    public bool Finish(QueuedMessage message) => false;
}
