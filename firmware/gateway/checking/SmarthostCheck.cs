using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Checking;

/// <summary>
/// Goes the whole way to a smarthost that mail would go, step by step, and turns back before any mail is sent: name, TCP, TLS
/// with its certificate, EHLO, login, and whether our sender and the recipient of alerts would be taken.
/// </summary>
internal sealed class SmarthostCheck
{
    private const int CertificateDays = 21;

    private readonly RelaySettings _settings;
    private readonly Smarthost _smarthost;
    private readonly IConnector _connector;
    private readonly IClock _clock;
    private readonly int _timeout;
    private readonly string _subject;
    private readonly List<Finding> _findings = [];

    /// <summary>Prepares the way.</summary>
    public SmarthostCheck(RelaySettings settings, Smarthost smarthost, IConnector connector, IClock clock, int timeoutMilliseconds)
    {
        _settings = settings;
        _smarthost = smarthost;
        _connector = connector;
        _clock = clock;
        _timeout = timeoutMilliseconds;
        _subject = $"smarthost {smarthost.Host}:{smarthost.EffectivePort}";
    }

    /// <summary>Goes it.</summary>
    public IReadOnlyList<Finding> Run()
    {
        if (!LookUp())
        {
            return _findings;
        }

        long start = Stopwatch.GetTimestamp();
        IConnection? connection = _connector.Connect(_smarthost, 0, _timeout);
        if (connection is null)
        {
            Wrong(_connector.Error, _smarthost.Security == SmarthostSecurity.Tls
                ? "see host, port and security of [smarthost]; with security = tls the port is usually 465"
                : "see host and port of [smarthost], and whether a firewall lets this machine out on that port (many providers block 25)");
            return _findings;
        }

        try
        {
            Good($"connected in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
            Converse(connection);
        }
        finally
        {
            connection.Close();
        }

        return _findings;
    }

    private bool LookUp()
    {
        // The hosts of a domain are the connector's to find.
        if (_smarthost.IsDomain || IPAddress.TryParse(_smarthost.Host, out _))
        {
            return true;
        }

        using var limit = new CancellationTokenSource(_timeout);
        try
        {
            IPAddress[] addresses = Dns.GetHostAddressesAsync(_smarthost.Host, limit.Token).GetAwaiter().GetResult();
            Good($"the name leads to {string.Join<IPAddress>(", ", addresses)}");
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            Wrong($"the name {_smarthost.Host} cannot be found: {(e is OperationCanceledException ? "the name server did not answer" : e.Message)}", "see whether [smarthost] host is spelled right and the name server in /etc/resolv.conf answers");
            return false;
        }
    }

    private void Converse(IConnection connection)
    {
        var session = new ClientSession(_settings, _clock);
        session.Open(_smarthost, _smarthost.Security == SmarthostSecurity.Tls);
        if (!Drive(session, connection))
        {
            Wrong(session.FailureText, Advice(session.Failure));
            return;
        }

        SayTls(connection);
        Good(_smarthost.User.Length > 0 ? $"greets, takes our EHLO {_settings.Hostname}, and the login of {_smarthost.User}" : $"greets and takes our EHLO {_settings.Hostname}; no login is set");
        TryEnvelope(connection);
        if (Drive(session, connection))
        {
            session.Quit();
            Drive(session, connection);
        }
    }

    /// <summary>MAIL and RCPT as an alert would have them, and then RSET: nothing is sent.</summary>
    private void TryEnvelope(IConnection connection)
    {
        string from = _settings.AlertFrom.Length > 0 ? _settings.AlertFrom : "alerts@" + _settings.Hostname;
        string to = _settings.AlertTo.Length > 0 ? _settings.AlertTo : "postmaster@" + _settings.Hostname;
        var replies = new ReplyStream(buffer => connection.Receive(buffer, 0, buffer.Length, _timeout));
        if (Say(connection, replies, $"MAIL FROM:<{from}>") is { Kind: not 2 } mail)
        {
            Wrong($"does not take mail from {from}: {mail.Text}", "set [alerts] from to an address the smarthost lets this login use; clients' own senders meet the same rule");
        }
        else if (Say(connection, replies, $"RCPT TO:<{to}>") is { Kind: not 2 } recipient)
        {
            Wrong($"does not take mail for {to}: {recipient.Text}", _smarthost.User.Length > 0 ? "see [alerts] to, and whether this login may send to addresses outside" : "see [alerts] to; a smarthost that does not relay for strangers wants a login: set user and password");
        }
        else
        {
            Good($"takes mail from {from} for {to}; none was sent");
        }

        Say(connection, replies, "RSET");
    }

    private Reply Say(IConnection connection, ReplyStream replies, string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\r\n");
        return connection.Send(bytes, 0, bytes.Length, _timeout) ? replies.Read() : new Reply(0, connection.Error);
    }

    private void SayTls(IConnection connection)
    {
        if (_smarthost.Security == SmarthostSecurity.None)
        {
            if (IPAddress.TryParse(_smarthost.Host, out IPAddress? address) ? !IPAddress.IsLoopback(address) : _smarthost.Host != "localhost")
            {
                _findings.Add(new Finding(Verdict.Warning, _subject, "mail goes there in clear text: who is on the way can read and change it", "set security = starttls or tls if the smarthost offers it"));
            }

            return;
        }

        if (connection is SocketConnection { Certificate: { } certificate } secured)
        {
            double days = (certificate.NotAfter.ToUniversalTime() - DateTime.UtcNow).TotalDays;
            string until = $"{certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
            if (days < CertificateDays)
            {
                _findings.Add(new Finding(Verdict.Warning, _subject, $"its certificate ends on {until}, in {days:0} days", "tell the smarthost's operator; when it has ended, mail stays here"));
            }

            Good($"{secured.Protocol} with a certificate for {certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)}, good until {until}");
        }
    }

    /// <summary>Carries bytes until the session is ready for a message.</summary>
    /// <returns>False when it ended first.</returns>
    private bool Drive(ClientSession session, IConnection connection)
    {
        byte[] buffer = new byte[1024];
        while (true)
        {
            while (session.OutputCount > 0)
            {
                int count = session.OutputCount;
                if (!connection.Send(session.Output, session.OutputStart, count, _timeout))
                {
                    session.PeerClosed(connection.Error);
                    return false;
                }

                session.Sent(count);
            }

            switch (session.Wants)
            {
                case ClientWants.Message:
                    return true;
                case ClientWants.StartTls:
                    session.TlsStarted(connection.StartTls(_smarthost.Host, _timeout), connection.Error);
                    break;
                case ClientWants.Input:
                    int received = connection.Receive(buffer, 0, buffer.Length, _timeout);
                    if (received > 0)
                    {
                        session.Receive(buffer, 0, received);
                    }
                    else if (received == Connection.TimedOut)
                    {
                        session.Expired();
                    }
                    else
                    {
                        session.PeerClosed(connection.Error);
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    private string Advice(ClientFailure failure) => failure switch
    {
        ClientFailure.Tls => "see security and port of [smarthost] (starttls is usually on 587, tls on 465); for a certificate problem the sentence above says which: a name that differs, one that has expired, or an authority this machine does not know (update-ca-certificates)",
        ClientFailure.Login => "see user and password of [smarthost]; providers with two-step login want an app password made on their page, and some want SMTP login switched on there",
        ClientFailure.Refused => "the smarthost does not want this machine: see whether [server] hostname is a full name, and ask its operator whether this address is on a block list",
        ClientFailure.ShuttingDown => "try again later; if it stays so, ask the smarthost's operator",
        ClientFailure.Timeout => "see whether the port is right: a port for TLS (465) says nothing to a client that waits for a greeting",
        ClientFailure.Disconnected => "see whether security fits the port, and whether the smarthost lets this machine in",
        ClientFailure.Protocol => "that port does not speak SMTP: see port and security of [smarthost]",
        _ => "see [smarthost]",
    };

    private void Good(string text) => _findings.Add(new Finding(Verdict.Good, _subject, text));

    private void Wrong(string text, string advice) => _findings.Add(new Finding(Verdict.Wrong, _subject, text, advice));
}
