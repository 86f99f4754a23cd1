using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace SmtpEmbedded.Gateway.SelfTest;

/// <summary>A client that sends what it likes and takes note of each reply. One connection, one thread.</summary>
internal sealed class Attacker : IDisposable
{
    /// <summary>How long an answer may take that has to come.</summary>
    private const int Patience = 10_000;

    /// <summary>How long to wait for an answer that must not come.</summary>
    private const int Moment = 700;

    private readonly Socket _socket;
    private readonly ReplyStream _replies;
    private Stream _stream;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It cannot.</exception>
    public Attacker(IPEndPoint server, IPAddress? from)
    {
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = Patience, SendTimeout = Patience };
        try
        {
            if (from is not null)
            {
                _socket.Bind(new IPEndPoint(from, 0));
            }

            _socket.Connect(server);
            _stream = new NetworkStream(_socket, ownsSocket: true);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _replies = new ReplyStream(Receive);
    }

    /// <summary>Sends bytes; what the relay no longer takes is none of our business.</summary>
    public void Send(string latin1)
    {
        try
        {
            _stream.Write(Encoding.Latin1.GetBytes(latin1));
        }
        catch (IOException)
        {
            // Closed: the next reply says so.
        }
    }

    /// <summary>Waits for a reply.</summary>
    public Reply Read() => _replies.Read();

    /// <summary>Waits a moment for a reply that must not come.</summary>
    public Reply ReadSoon()
    {
        _socket.ReceiveTimeout = Moment;
        Reply reply = _replies.Read();
        _socket.ReceiveTimeout = Patience;
        return reply;
    }

    /// <summary>Sends a line and waits for the reply.</summary>
    public Reply Say(string line)
    {
        Send(line + "\r\n");
        return Read();
    }

    /// <summary>Takes the greeting and says EHLO.</summary>
    public Reply Greet()
    {
        Reply greeting = Read();
        return greeting.Kind == 2 ? Say("EHLO selftest.example.net") : greeting;
    }

    /// <summary>Begins TLS, whatever certificate is shown: this is no one's mail.</summary>
    public bool StartTls()
    {
        var tls = new SslStream(_stream);
        try
        {
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true });
            _stream = tls;
            return true;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            tls.Dispose();
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private int Receive(byte[] buffer)
    {
        try
        {
            return _stream.Read(buffer, 0, buffer.Length);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
