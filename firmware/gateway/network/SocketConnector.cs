using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Connects to smarthosts by TCP. A host is resolved by the system, or by the smarthost's own name server; a domain by its MX
/// records. TLS trusts the system's root certificates or the smarthost's own, read anew each time. Used by one thread.
/// </summary>
public sealed class SocketConnector : IConnector
{
    private readonly X509Certificate2Collection? _roots;
    private readonly MailExchangers _exchangers = new();
    private string[] _hosts = [];

    /// <summary>Trusts the roots given where a smarthost names none, or the system's.</summary>
    public SocketConnector(X509Certificate2Collection? roots = null) => _roots = roots;

    /// <summary>Told which host showed a certificate and when it ends, in milliseconds since 1970; may be null.</summary>
    public Action<string, long>? CertificateSeen { private get; init; }

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public bool HasMore { get; private set; }

    /// <inheritdoc/>
    public IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        Error = "";
        HasMore = false;
        long end = Environment.TickCount64 + timeoutMilliseconds;
        if (choice == 0)
        {
            string error = "";
            _hosts = smarthost.IsDomain ? _exchangers.Hosts(smarthost, timeoutMilliseconds / 2, out error) : [smarthost.Host];
            Error = error;
        }

        if (choice >= _hosts.Length)
        {
            return null;
        }

        HasMore = choice + 1 < _hosts.Length;
        string host = _hosts[choice];
        if (!Trust(smarthost, host, out TlsTrust? trust))
        {
            return null;
        }

        int port = smarthost.EffectivePort;
        foreach (IPAddress address in Addresses(smarthost, host, Left(end)))
        {
            Socket? socket = ConnectTo(address, host, port, Left(end));
            if (socket is null)
            {
                continue;
            }

            var connection = new SocketConnection(socket, $"{host}:{port}", trust) { CertificateSeen = CertificateSeen };
            if (smarthost.Security != SmarthostSecurity.Tls || connection.StartTls(host, Left(end)))
            {
                Error = "";
                return connection;
            }

            // Another address of the name would show the same certificate: no sense in trying it.
            Error = connection.Error;
            connection.Close();
            return null;
        }

        return null;
    }

    private static int Left(long end) => (int)Math.Max(1, end - Environment.TickCount64);

    private IPAddress[] Addresses(Smarthost smarthost, string host, int timeoutMilliseconds)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        if (smarthost.NameServer.Length > 0)
        {
            IPAddress[] found = _exchangers.Addresses(smarthost, host, timeoutMilliseconds, out string error);
            Error = error;
            return found;
        }

        using var limit = new CancellationTokenSource(timeoutMilliseconds);
        try
        {
            IPAddress[] found = Dns.GetHostAddressesAsync(host, limit.Token).GetAwaiter().GetResult();
            Error = found.Length > 0 ? "" : $"the name {host} has no address";
            return found;
        }
        catch (OperationCanceledException)
        {
            Error = $"the name {host} could not be looked up within {Seconds(timeoutMilliseconds)}: is the name server reachable?";
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            Error = $"the name {host} cannot be found: {e.Message}; is the smarthost's name spelled right, is the name server reachable?";
        }

        return [];
    }

    /// <summary>What TLS with a host is judged by.</summary>
    private bool Trust(Smarthost smarthost, string host, out TlsTrust? trust)
    {
        trust = null;
        if (smarthost.Security == SmarthostSecurity.None)
        {
            return true;
        }

        X509Certificate2Collection? roots = _roots;
        if (smarthost.Roots.Length > 0)
        {
            try
            {
                roots = [];
                roots.ImportFromPemFile(smarthost.Roots);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                Error = $"the root certificates in {smarthost.Roots} cannot be read: {e.Message}";
                return false;
            }

            if (roots.Count == 0)
            {
                Error = $"{smarthost.Roots} holds no certificate in PEM";
                return false;
            }
        }

        trust = new TlsTrust(roots, smarthost.Pins, NameOf(smarthost, host));
        return true;
    }

    /// <summary>
    /// The name the certificate must be for. MX records come unprotected, so the name they give counts only if it is within the
    /// domain: whoever forges the records can get a certificate for a host of his own, but none for one of the domain's.
    /// </summary>
    private static string NameOf(Smarthost smarthost, string host)
    {
        if (smarthost.CertificateName.Length > 0)
        {
            return smarthost.CertificateName;
        }

        return smarthost.IsDomain && !host.EndsWith("." + smarthost.Host, StringComparison.OrdinalIgnoreCase) ? smarthost.Host : host;
    }

    private Socket? ConnectTo(IPAddress address, string host, int port, int timeoutMilliseconds)
    {
        string where = address.ToString() == host ? $"{host}:{port}" : $"{host}:{port} ({address})";
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Not ConnectAsync: a socket that was used so once is waited for by polling threads ever after, three switches a reply.
            Task connecting = Task.Run(() => socket.Connect(new IPEndPoint(address, port)));
            if (connecting.Wait(timeoutMilliseconds))
            {
                socket.NoDelay = true;
                return socket;
            }

            Error = $"no answer from {where} in time: is the port right, does a firewall drop it?";
        }
        catch (AggregateException e) when (e.InnerException is SocketException reason)
        {
            Error = reason.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"{where} refuses the connection: nothing listens on that port",
                SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"{where} cannot be reached: is the network up?",
                _ => $"no connection to {where}: {reason.Message}",
            };
        }

        // Ends an attempt that still goes on, too.
        socket.Dispose();
        return null;
    }

    private static string Seconds(int milliseconds) => $"{(milliseconds + 999) / 1000} s";
}
