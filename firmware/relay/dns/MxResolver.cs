using System;
using System.Net;
using System.Net.Sockets;

namespace SmtpEmbedded.Relay.MailExchange;

/// <summary>
/// Finds the hosts of a domain by MX records over UDP, for a device, whose runtime cannot ask for them (a gateway has a better
/// one). A board that wants it turns the hosts into smarthosts: the first, and the others behind it. Every failure is a sentence
/// and temporary. An answer too large for UDP is such a failure. Blocks; one thread.
/// </summary>
public sealed class MxResolver
{
    private const int Tries = 3;

    private readonly MxMessage _message = new MxMessage();
    private readonly byte[] _buffer = new byte[MxMessage.LargestAnswer];
    private readonly Random _random = new Random();

    /// <summary>Why the last <see cref="Find"/> found nothing, as a sentence.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Asks for the hosts of a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="nameServer">Who is asked.</param>
    /// <param name="timeoutMilliseconds">How long each of three tries may take.</param>
    /// <returns>The hosts, lowest preference first; the domain itself where it has no MX record (RFC 5321 section 5.1); null on failure.</returns>
    public string[]? Find(string domain, IPEndPoint nameServer, int timeoutMilliseconds)
    {
        Error = "No name server answered about " + domain + " in time";
        for (int i = 0; i < Tries; i++)
        {
            Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Connect(nameServer);
                if (Ask(socket, domain, timeoutMilliseconds))
                {
                    return Judge(domain);
                }
            }
            catch (Exception failure)
            {
                Error = domain + " cannot be looked up: " + failure.Message;
            }

            socket.Close();
        }

        return null;
    }

    private bool Ask(Socket socket, string domain, int timeoutMilliseconds)
    {
        int id = _random.Next(65536);
        int length = MxMessage.WriteQuestion(domain, id, _buffer);
        if (length == 0)
        {
            return false;
        }

        socket.Send(_buffer, 0, length, SocketFlags.None);

        // What is no answer to our question may be in front of it: a few are read away.
        for (int i = 0; i < 4 && socket.Poll(timeoutMilliseconds * 1000, SelectMode.SelectRead); i++)
        {
            int count = socket.Receive(_buffer, 0, _buffer.Length, SocketFlags.None);
            if (_message.Read(_buffer, count, domain, id))
            {
                socket.Close();
                return true;
            }
        }

        return false;
    }

    private string[]? Judge(string domain)
    {
        if (_message.Code != 0 || _message.IsTruncated || _message.IsNullMx)
        {
            Error = _message.IsNullMx ? domain + " takes no mail (null MX)"
                : _message.Code == 3 ? domain + " does not exist"
                : _message.IsTruncated ? domain + " has more MX records than an answer by UDP holds"
                : "The name server cannot say anything about " + domain;
            return null;
        }

        if (_message.Count == 0)
        {
            return new string[] { domain };
        }

        string[] hosts = new string[_message.Count];
        for (int i = 0; i < hosts.Length; i++)
        {
            hosts[i] = _message.Host(i);
        }

        return hosts;
    }
}
