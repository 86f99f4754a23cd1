using System;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Connects to smarthosts by TCP, with the system's resolver and, for TLS, the system's root certificates or given ones.</summary>
public sealed class SocketConnector : IConnector
{
    private readonly X509Certificate2Collection? _roots;

    /// <summary>Trusts the roots given, or the system's.</summary>
    public SocketConnector(X509Certificate2Collection? roots = null) => _roots = roots;

    /// <inheritdoc/>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public bool HasMore => false;

    /// <inheritdoc/>
    public IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        string host = smarthost.Host;
        int port = smarthost.EffectivePort;
        bool tls = smarthost.Security == SmarthostSecurity.Tls;
        Error = "";
        long end = Environment.TickCount64 + timeoutMilliseconds;
        using var limit = new CancellationTokenSource(timeoutMilliseconds);
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out IPAddress? literal)
                ? [literal]
                : Dns.GetHostAddressesAsync(host, limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            Error = $"the name {host} could not be looked up within {Seconds(timeoutMilliseconds)}: is the name server reachable?";
            return null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            Error = $"the name {host} cannot be found: {e.Message}; is the smarthost's name spelled right, is the name server reachable?";
            return null;
        }

        if (addresses.Length == 0)
        {
            Error = $"the name {host} has no address";
            return null;
        }

        foreach (IPAddress address in addresses)
        {
            Socket? socket = ConnectTo(address, host, port, limit.Token);
            if (socket is null)
            {
                continue;
            }

            var connection = new SocketConnection(socket, $"{host}:{port}", _roots);
            if (!tls || connection.StartTls(host, (int)Math.Max(1, end - Environment.TickCount64)))
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

    private Socket? ConnectTo(IPAddress address, string host, int port, CancellationToken limit)
    {
        string where = address.ToString() == host ? $"{host}:{port}" : $"{host}:{port} ({address})";
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.ConnectAsync(new IPEndPoint(address, port), limit).AsTask().GetAwaiter().GetResult();
            socket.NoDelay = true;
            return socket;
        }
        catch (OperationCanceledException)
        {
            Error = $"no answer from {where} in time: is the port right, does a firewall drop it?";
        }
        catch (SocketException e)
        {
            Error = e.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"{where} refuses the connection: nothing listens on that port",
                SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"{where} cannot be reached: is the network up?",
                _ => $"no connection to {where}: {e.Message}",
            };
        }

        socket.Dispose();
        return null;
    }

    private static string Seconds(int milliseconds) => $"{(milliseconds + 999) / 1000} s";
}
