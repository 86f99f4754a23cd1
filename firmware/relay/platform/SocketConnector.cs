using System;
using System.Net;
using System.Net.Sockets;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>Connects to smarthosts by blocking sockets.</summary>
internal sealed class SocketConnector : IConnector
{
    private readonly IClock _clock;
    private readonly SocketBudget _budget;
    private readonly TlsGate _gate;
    private readonly HostCache _hosts;

    public SocketConnector(IClock clock, SocketBudget budget, TlsGate gate)
    {
        _clock = clock;
        _budget = budget;
        _gate = gate;
        _hosts = new HostCache(clock);
        Error = "";
    }

    public string Error { get; private set; }

    /// <summary>A smarthost is one host here: its name has one address at a time.</summary>
    public bool HasMore => false;

    public IConnection? Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        string host = smarthost.Host;
        int port = smarthost.EffectivePort;
        bool tls = smarthost.Security == SmarthostSecurity.Tls;
        long end = _clock.UptimeMilliseconds + timeoutMilliseconds;
        string objection = tls ? _gate.Objection() : "";
        if (objection.Length > 0)
        {
            Error = "No TLS to " + host + ": " + objection;
            return null;
        }

        IPAddress? address = _hosts.Find(host);
        if (address == null)
        {
            Error = "No address for " + host + ": " + _hosts.Error;
            return null;
        }

        string place = host + " (" + address.ToString() + ") port " + port.ToString();
        if (tls && !Probe(address, port, place, end))
        {
            _hosts.Doubt(host);
            return null;
        }

        SocketConnection? connection = Open(address, port, place, Left(end));
        if (connection == null)
        {
            _hosts.Doubt(host);
            return null;
        }

        if (tls && !connection.StartTls(host, Left(end)))
        {
            Error = "No TLS with " + place + ": " + connection.Error;
            connection.Close();
            return null;
        }

        return connection;
    }

    private bool Probe(IPAddress address, int port, string place, long end)
    {
        SocketConnection? connection = Open(address, port, place, Left(end));
        if (connection == null)
        {
            return false;
        }

        string fault = TlsProbe.Ask(connection, Left(end));
        connection.Close();
        if (fault.Length > 0)
        {
            Error = "No TLS with " + place + ": " + fault;
        }

        return fault.Length == 0;
    }

    private SocketConnection? Open(IPAddress address, int port, string place, int timeoutMilliseconds)
    {
        if (!_budget.Take(0))
        {
            Error = "No connection to " + place + ": all sockets are in use";
            return null;
        }

        Socket? socket = null;
        ConnectGuard? guard = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            guard = new ConnectGuard(socket, timeoutMilliseconds);
            socket.Connect(new IPEndPoint(address, port));
            guard.End();
            if (!guard.HasFired)
            {
                return new SocketConnection(socket, _budget, _gate);
            }

            Error = "No connection to " + place + ": no answer in time";
        }
        catch (Exception failure)
        {
            guard?.End();
            Error = "No connection to " + place + ": " + (guard != null && guard.HasFired ? "no answer in time" : Failures.Describe(failure));
        }

        Drop(socket);
        _budget.Give();
        return null;
    }

    private static void Drop(Socket? socket)
    {
        try
        {
            socket?.Close();
        }
        catch (Exception)
        {
            // Closed already.
        }
    }

    private int Left(long end)
    {
        long left = end - _clock.UptimeMilliseconds;
        return left > 1 ? (int)left : 1;
    }
}
