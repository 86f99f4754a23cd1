using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Maildir;

/// <summary>
/// The end of the way: what is ended and synced lies in a Maildir, for any mail program to read. A message is written to tmp,
/// synced, and moved to new; the folder is synced before the message counts as delivered. Lines end in LF there, as readers of
/// Maildirs want them. One thread at a time.
/// </summary>
public sealed class MaildirSpool : ISpool
{
    private static int _lastDelivery;

    private readonly string _folder;
    private readonly string _hostname;
    private readonly List<Writer> _ended = new();

    /// <summary>Names the Maildir; it is made when the first message comes.</summary>
    public MaildirSpool(string folder, string hostname)
    {
        _folder = Path.GetFullPath(folder);
        _hostname = hostname.Replace('/', '-').Replace(':', '-');
    }

    /// <inheritdoc/>
    public int PercentUsed => 0;

    /// <inheritdoc/>
    public int Count => 0;

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert)
    {
        try
        {
            foreach (string part in new[] { "", "tmp", "new", "cur" })
            {
                string path = Path.Combine(_folder, part);
                if (!Directory.Exists(path))
                {
                    PrivateFolder.Create(path);
                    DirectorySync.Sync(Path.GetDirectoryName(path)!);
                }
            }

            int number = Interlocked.Increment(ref _lastDelivery);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            string name = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.M{now.ToUnixTimeMilliseconds() % 1000}P{Environment.ProcessId}Q{number}.{_hostname}");
            var writer = new Writer(this, number, name);
            writer.Header("Return-Path: <" + Text(envelope, envelope.ReversePathOffset, envelope.ReversePathLength) + ">");
            for (int i = 0; i < envelope.RecipientCount; i++)
            {
                writer.Header("Delivered-To: " + Text(envelope, envelope.RecipientOffset(i), envelope.RecipientLength(i)));
            }

            return writer;
        }
        catch (Exception e) when (FileSegmentStore.IsDiskFailure(e))
        {
            Error = $"the Maildir {_folder} cannot be written: {e.Message}";
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Sync()
    {
        try
        {
            if (_ended.Count > 0)
            {
                foreach (Writer writer in _ended)
                {
                    writer.Move();
                }

                DirectorySync.Sync(Path.Combine(_folder, "new"));
                _ended.ForEach(writer => writer.IsDurable = true);
            }

            return true;
        }
        catch (Exception e) when (FileSegmentStore.IsDiskFailure(e))
        {
            Error = $"the Maildir {_folder} cannot be written: {e.Message}";
            return false;
        }
        finally
        {
            _ended.Clear();
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

    private static string Text(Envelope envelope, int offset, int count) => Encoding.UTF8.GetString(envelope.Bytes, offset, count);

    private sealed class Writer : IMessageWriter
    {
        private readonly MaildirSpool _spool;
        private readonly string _path;
        private readonly string _name;
        private readonly FileStream _file;
        private bool _isAfterCr;
        private bool _isOver;

        public Writer(MaildirSpool spool, long id, string name)
        {
            _spool = spool;
            Id = id;
            _name = name;
            _path = Path.Combine(spool._folder, "tmp", name);
            _file = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
        }

        public long Id { get; }

        public bool IsDurable { get; set; }

        public void Header(string line)
        {
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.WriteByte((byte)'\n');
        }

        public bool Append(byte[] buffer, int offset, int count)
        {
            try
            {
                for (int i = offset; i < offset + count; i++)
                {
                    byte octet = buffer[i];
                    if (_isAfterCr && octet != '\n')
                    {
                        _file.WriteByte((byte)'\r');
                    }

                    _isAfterCr = octet == '\r';
                    if (!_isAfterCr)
                    {
                        _file.WriteByte(octet);
                    }
                }

                return true;
            }
            catch (Exception e) when (FileSegmentStore.IsDiskFailure(e))
            {
                _spool.Error = e.Message;
                Abandon();
                return false;
            }
        }

        public bool End()
        {
            try
            {
                _file.Flush(flushToDisk: true);
                _file.Dispose();
                _isOver = true;
                _spool._ended.Add(this);
                return true;
            }
            catch (Exception e) when (FileSegmentStore.IsDiskFailure(e))
            {
                _spool.Error = e.Message;
                Abandon();
                return false;
            }
        }

        public void Abandon()
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            try
            {
                _file.Dispose();
                File.Delete(_path);
            }
            catch (Exception e) when (FileSegmentStore.IsDiskFailure(e))
            {
                // A file in tmp is no message; readers of Maildirs remove old ones.
            }
        }

        public void Move() => File.Move(_path, Path.Combine(_spool._folder, "new", _name), overwrite: false);
    }
}
