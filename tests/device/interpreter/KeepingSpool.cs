using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>Keeps the message accepted last; forwards nothing.</summary>
internal sealed class KeepingSpool : ISpool, IMessageWriter
{
    private readonly Octets _open = new Octets();

    public Octets Message { get; } = new Octets();

    public int PercentUsed => 0;

    public int Count
    {
        get { return 0; }
    }

    public string Error
    {
        get { return ""; }
    }

    public long Id
    {
        get { return 1; }
    }

    public bool IsDurable
    {
        get { return true; }
    }

    public IMessageWriter Begin(Envelope envelope, long size, bool isAlert)
    {
        _open.Clear();
        return this;
    }

    public bool Append(byte[] buffer, int offset, int count)
    {
        _open.Add(buffer, offset, count);
        return true;
    }

    public bool End()
    {
        Message.Clear();
        Message.Add(_open.Bytes, 0, _open.Count);
        return true;
    }

    public void Abandon()
    {
    }

    public bool Sync()
    {
        return true;
    }

    public QueuedMessage? Next(long now)
    {
        return null;
    }

    public bool Tend(MessageReader? reader)
    {
        return false;
    }

    public long NextDue()
    {
        return long.MaxValue;
    }

    public bool Open(QueuedMessage message, MessageReader reader)
    {
        return false;
    }

    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply)
    {
        return false;
    }

    public bool Release(QueuedMessage message, long nextAttempt, string reason)
    {
        return false;
    }

    public bool Finish(QueuedMessage message)
    {
        return false;
    }
}
