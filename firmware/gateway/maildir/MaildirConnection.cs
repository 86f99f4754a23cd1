using System;
using System.IO;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Maildir;

/// <summary>
/// A smarthost without a network: the relay's own server session at the other end of a connection in memory, with a Maildir
/// behind it. So the forwarder knows one way of delivery only. Used by the forwarder's thread.
/// </summary>
public sealed class MaildirConnection : IConnection
{
    private static readonly byte[] LoopbackAddress = [127, 0, 0, 1];

    private readonly ServerSession _session;
    private readonly MaildirSpool _spool;
    private readonly MemoryStream _replies = new();
    private bool _isClosed;

    /// <summary>Opens a session.</summary>
    public MaildirConnection(RelaySettings settings, string folder, IClock clock, ILog log)
    {
        _spool = new MaildirSpool(folder, settings.Hostname);
        var inner = new RelaySettings { Hostname = settings.Hostname };
        inner.Limits.MessageBytes = settings.Limits.MessageBytes * 2;
        inner.Limits.Recipients = settings.Limits.Recipients;
        // There is nobody who might speak first.
        inner.Limits.GreetingDelay = -1;
        _session = new ServerSession(inner, _spool, clock, log);
        _session.Open(LoopbackAddress, secured: false);
        Pump();
    }

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        int read = _replies.Read(buffer, offset, count);
        if (read == 0)
        {
            // Nobody but us writes: what is not there now will not come.
            return _session.Wants == SessionWants.Close || _isClosed ? Connection.Closed : Connection.TimedOut;
        }

        if (_replies.Position == _replies.Length)
        {
            _replies.SetLength(0);
        }

        return read;
    }

    /// <inheritdoc/>
    public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        while (count > 0 && _session.Wants == SessionWants.Input && !_isClosed)
        {
            int taken = _session.Receive(buffer, offset, count);
            offset += taken;
            count -= taken;
            Pump();
        }

        Error = count > 0 ? "the session is over" : "";
        return count == 0;
    }

    /// <inheritdoc/>
    public bool StartTls(string host, int timeoutMilliseconds)
    {
        Error = "a Maildir has no TLS";
        return false;
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _session.PeerClosed();
        }
    }

    private void Pump()
    {
        do
        {
            if (_session.Wants == SessionWants.Commit)
            {
                _spool.Sync();
                _session.Committed();
            }

            long position = _replies.Position;
            _replies.Position = _replies.Length;
            int count = _session.OutputCount;
            _replies.Write(_session.Output, _session.OutputStart, count);
            _replies.Position = position;
            _session.Sent(count);
        }
        while (_session.Wants == SessionWants.Commit || _session.OutputCount > 0);
    }
}
