using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Channels;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// A spool that is an end and no station: what is ended and synced can be read from <see cref="Messages"/>. It lets the
/// relay's own server session play the smarthost.
/// </summary>
public sealed class InboxSpool : ISpool
{
    private readonly object _gate = new();
    private readonly List<Writer> _ended = new();
    private readonly Channel<ReceivedMessage> _messages = Channel.CreateUnbounded<ReceivedMessage>();
    private long _lastId;

    /// <summary>The messages, in the order in which they were acknowledged.</summary>
    public ChannelReader<ReceivedMessage> Messages => _messages.Reader;

    /// <inheritdoc/>
    public int PercentUsed => 0;


    /// <inheritdoc/>
    public int Count => 0;

    /// <inheritdoc/>
    public string Error => "";

    /// <inheritdoc/>
    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        string reversePath = Encoding.UTF8.GetString(envelope.Bytes, envelope.ReversePathOffset, envelope.ReversePathLength);
        var recipients = new List<string>();
        for (int i = 0; i < envelope.RecipientCount; i++)
        {
            recipients.Add(Encoding.UTF8.GetString(envelope.Bytes, envelope.RecipientOffset(i), envelope.RecipientLength(i)));
        }

        lock (_gate)
        {
            return new Writer(this, ++_lastId, reversePath, recipients);
        }
    }

    /// <inheritdoc/>
    public bool Sync()
    {
        lock (_gate)
        {
            foreach (Writer writer in _ended)
            {
                _messages.Writer.TryWrite(writer.ToMessage());
                writer.IsDurable = true;
            }

            _ended.Clear();
            return true;
        }
    }

    /// <inheritdoc/>
    public QueuedMessage? Next(long now) => null;

    /// <inheritdoc/>
    public long NextDue() => long.MaxValue;

    /// <inheritdoc/>
    public bool Tend(MessageReader? reader) => false;

    /// <inheritdoc/>
    public bool Open(QueuedMessage message, MessageReader reader) => false;

    /// <inheritdoc/>
    public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) => false;

    /// <inheritdoc/>
    public bool Release(QueuedMessage message, long nextAttempt, string reason) => false;

    /// <inheritdoc/>
    public bool Finish(QueuedMessage message) => false;

    private sealed class Writer : IMessageWriter
    {
        private readonly InboxSpool _spool;
        private readonly string _reversePath;
        private readonly List<string> _recipients;
        private readonly MemoryStream _content = new();
        private bool _over;

        public Writer(InboxSpool spool, long id, string reversePath, List<string> recipients)
        {
            _spool = spool;
            Id = id;
            _reversePath = reversePath;
            _recipients = recipients;
        }

        public long Id { get; }

        /// <summary>As durable as memory is: handed over.</summary>
        public bool IsDurable { get; set; }

        public bool Append(byte[] buffer, int offset, int count)
        {
            _content.Write(buffer, offset, count);
            return true;
        }

        public bool End()
        {
            if (!_over)
            {
                _over = true;
                lock (_spool._gate)
                {
                    _spool._ended.Add(this);
                }
            }

            return true;
        }

        public void Abandon() => _over = true;

        public ReceivedMessage ToMessage() => new(_reversePath, _recipients, _content.ToArray());
    }
}
