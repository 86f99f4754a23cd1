using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>A blocking TCP connection with time limits, plain or TLS. Whatever goes wrong becomes a value and a sentence.</summary>
public sealed class SocketConnection : IConnection
{
    private const int LongestTurn = 20 * 1000;

    // RFC 5321 section 4.5.3.2.5: three minutes for a send. Whoever asks for about as much gets that, so that it need not be told anew.
    private const int LongestSend = 3 * 60 * 1000;
    private const int LongSend = 100 * 1000;

    private readonly Socket _socket;
    private readonly string _peer;
    private readonly TlsTrust _trust;
    private int _readLimit;
    private int _writeLimit;
    private Stream _stream;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">Closed with this object.</param>
    /// <param name="peer">How the peer is called in error sentences: host:port.</param>
    /// <param name="trust">What a certificate is judged by; null for the system's roots and the host's name.</param>
    public SocketConnection(Socket socket, string peer, TlsTrust? trust)
    {
        _socket = socket;
        _peer = peer;
        _trust = trust ?? new TlsTrust(null, [], "");
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Told who showed a certificate and when it ends, in milliseconds since 1970; may be null.</summary>
    public Action<string, long>? CertificateSeen { private get; init; }

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        int left = timeoutMilliseconds;
        while (true)
        {
            // Long waits are made of equal turns, so that the system is told once and not before every wait.
            int turn = _stream is NetworkStream && left > LongestTurn ? LongestTurn : left;
            try
            {
                Limit(turn, ref _readLimit, forReading: true);
                int read = _stream.Read(buffer, offset, count);
                return read > 0 ? read : Connection.Closed;
            }
            catch (IOException e) when (IsTimeout(e))
            {
                left -= turn;
                if (left > 0)
                {
                    continue;
                }

                Error = $"{_peer} did not answer within {(timeoutMilliseconds + 999) / 1000} s";
                return Connection.TimedOut;
            }
            catch (Exception e) when (IsLoss(e))
            {
                Error = $"the connection to {_peer} is lost: {Reason(e)}";
                return Connection.Broken;
            }
        }
    }

    /// <inheritdoc/>
    public bool Send(byte[] buffer, int offset, int count, int timeoutMilliseconds)
    {
        try
        {
            Limit(timeoutMilliseconds >= LongSend ? LongestSend : timeoutMilliseconds, ref _writeLimit, forReading: false);
            _stream.Write(buffer, offset, count);
            return true;
        }
        catch (IOException e) when (IsTimeout(e))
        {
            Error = $"{_peer} took nothing for {(_writeLimit + 999) / 1000} s";
            return false;
        }
        catch (Exception e) when (IsLoss(e))
        {
            Error = $"the connection to {_peer} is lost: {Reason(e)}";
            return false;
        }
    }

    /// <inheritdoc/>
    public bool StartTls(string host, int timeoutMilliseconds)
    {
        string? verdict = null;
        host = _trust.Name.Length > 0 ? _trust.Name : host;
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        bool expired = false;
        timeoutMilliseconds = Math.Max(1, timeoutMilliseconds);
        using var limit = new Timer(
            _ =>
            {
                expired = true;
                _socket.Dispose();
            },
            null,
            timeoutMilliseconds,
            Timeout.Infinite);
        try
        {
            _stream.ReadTimeout = _stream.WriteTimeout = timeoutMilliseconds;
            tls.AuthenticateAsClient(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    CertificateChainPolicy = _trust.ChainPolicy(),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        if (certificate is X509Certificate2 shown)
                        {
                            CertificateSeen?.Invoke(host, new DateTimeOffset(shown.NotAfter).ToUnixTimeMilliseconds());
                        }

                        verdict = Judge(host, certificate, chain, errors);
                        return verdict is null;
                    },
                });
            _stream = tls;
            _readLimit = _writeLimit = 0;
            return true;
        }
        catch (Exception e) when (IsLoss(e) && (expired || IsTimeout(e)))
        {
            Error = $"the TLS handshake with {_peer} did not finish within {(timeoutMilliseconds + 999) / 1000} s: is the port right? Implicit TLS is usually on 465, STARTTLS on 587";
        }
        catch (AuthenticationException e)
        {
            Error = verdict ?? $"the TLS handshake with {_peer} failed: {Reason(e)}; is the port right? Implicit TLS is usually on 465, STARTTLS on 587";
        }
        catch (Exception e) when (IsLoss(e))
        {
            Error = verdict ?? $"{_peer} broke off the TLS handshake: {Reason(e)}; is the port right? Implicit TLS is usually on 465, STARTTLS on 587";
        }

        tls.Dispose();
        return false;
    }

    /// <inheritdoc/>
    public void Close()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception e) when (IsLoss(e))
        {
            // Saying good-bye failed: the peer is gone already.
        }

        _socket.Dispose();
    }

    /// <returns>Null when the certificate is good; otherwise what is wrong with it.</returns>
    private string? Judge(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return _trust.HasPin(chain)
                ? null
                : $"the certificate of {host} is valid, but no key in its chain is one of the pins: was it replaced, or is someone in between? Its own pin is {TlsTrust.Pin((X509Certificate2)certificate!)}";
        }

        if (certificate is not X509Certificate2 shown)
        {
            return $"{host} showed no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate {host} showed is for {Names(shown)}, not for {host}: is the smarthost's name the one its operator gives?";
        }

        if (DateTime.UtcNow > shown.NotAfter.ToUniversalTime())
        {
            return $"the certificate of {host} expired on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        }

        if (DateTime.UtcNow < shown.NotBefore.ToUniversalTime())
        {
            return $"the certificate of {host} is not valid before {shown.NotBefore.ToUniversalTime():yyyy-MM-dd}: is this machine's clock right?";
        }

        var reasons = new List<string>();
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            reasons.Add(status.Status.ToString());
        }

        return $"the certificate of {host} is not trusted ({string.Join(", ", reasons)}): is its authority among {(_trust.Roots is null ? "this system's root certificates" : "the roots set for it")}?";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternative)
            {
                names.AddRange(alternative.EnumerateDnsNames());
                foreach (IPAddress address in alternative.EnumerateIPAddresses())
                {
                    names.Add(address.ToString());
                }
            }
        }

        return names.Count > 0 ? string.Join(", ", names) : certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
    }

    private static bool IsTimeout(Exception e) => e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock };

    private void Limit(int milliseconds, ref int current, bool forReading)
    {
        int rounded = Rounded(milliseconds);
        if (rounded == current)
        {
            return;
        }

        if (forReading)
        {
            _stream.ReadTimeout = rounded;
        }
        else
        {
            _stream.WriteTimeout = rounded;
        }

        current = rounded;
    }

    // Long times are told to the system in whole seconds: mostly it knows them already.
    private static int Rounded(int milliseconds) => milliseconds > 10000 && milliseconds < int.MaxValue - 1000 ? (milliseconds + 999) / 1000 * 1000 : Math.Max(1, milliseconds);

    private static bool IsLoss(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or AuthenticationException or InvalidOperationException;

    /// <summary>The innermost reason, on one line.</summary>
    private static string Reason(Exception e)
    {
        Exception inner = e;
        while (inner.InnerException is not null)
        {
            inner = inner.InnerException;
        }

        return inner.Message.ReplaceLineEndings(" ");
    }
}
