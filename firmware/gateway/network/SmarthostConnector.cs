using System;
using SmtpEmbedded.Gateway.Maildir;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>The way to any smarthost the settings can name: over the network, or into a Maildir. Used by one thread.</summary>
public sealed class SmarthostConnector(RelaySettings settings, IClock clock, ILog log, Action<string, long>? certificateSeen = null) : IConnector
{
    private readonly SocketConnector _sockets = new() { CertificateSeen = certificateSeen };
    private bool _isLocal;

    /// <inheritdoc/>
    public string Error => _isLocal ? "" : _sockets.Error;

    /// <inheritdoc/>
    public bool HasMore => !_isLocal && _sockets.HasMore;

    /// <inheritdoc/>
    public IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        _isLocal = smarthost.Maildir.Length > 0;
        return _isLocal
            ? new MaildirConnection(settings, smarthost.Maildir, clock, log)
            : _sockets.Connect(smarthost, choice, timeoutMilliseconds);
    }
}
