using System.Net;
using System.Net.Sockets;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Submits one message over TCP, as a device would: the relay's own <see cref="ClientSession"/> on a socket.</summary>
public sealed class SubmissionClient
{
    private const int Timeout = 30 * 1000;

    private readonly IClock _clock;

    /// <summary>Prepares a client.</summary>
    public SubmissionClient(IClock clock) => _clock = clock;

    /// <summary>What it calls itself.</summary>
    public string Hostname { get; init; } = "camera.example.org";

    /// <summary>Whether the last message was not taken because nothing listens there.</summary>
    public bool IsNobodyThere { get; private set; }

    /// <summary>Sends a message and takes its leave.</summary>
    /// <returns>Null when the server has acknowledged it; otherwise why not.</returns>
    public string? Submit(IPEndPoint server, string from, string to, byte[] content)
    {
        var reader = new MessageReader();
        byte[] sender = Encoding.ASCII.GetBytes(from);
        byte[] recipient = Encoding.ASCII.GetBytes(to);
        reader.Envelope.SetReversePath(sender, 0, sender.Length);
        reader.Envelope.AddRecipient(recipient, 0, recipient.Length);
        reader.Envelope.IsEightBit = true;
        reader.Attach(new BytesSource(content));
        RecipientResult[]? results = Send(server, reader, content.Length, out string[] replies, out string failure);
        return results is null ? failure : results[0] == RecipientResult.Delivered ? null : "the relay refused the message: " + replies[0];
    }

    /// <summary>Sends a message and takes its leave.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="message">Open, at its start.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="replies">What the server said to each recipient.</param>
    /// <param name="failure">What ended the connection before its time; otherwise empty.</param>
    /// <returns>What became of each recipient; null when the server decided none.</returns>
    public RecipientResult[]? Send(IPEndPoint server, MessageReader message, long size, out string[] replies, out string failure)
    {
        replies = [];
        IsNobodyThere = false;
        Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(server);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            IsNobodyThere = e.SocketErrorCode == SocketError.ConnectionRefused;
            failure = $"no connection to {server}: {e.Message}; does the relay run?";
            return null;
        }

        var settings = new RelaySettings
        {
            Hostname = Hostname,
            Smarthost = { Host = server.Address.ToString(), Port = server.Port, Security = SmarthostSecurity.None },
        };
        var connection = new SocketConnection(socket, server.ToString(), null);
        try
        {
            var session = new ClientSession(settings, _clock);
            bool isBegun = Converse(session, connection, message, size, settings.Smarthost);
            failure = session.Failure == ClientFailure.None ? "" : session.FailureText;
            return isBegun ? Results(session, message.Envelope.RecipientCount, out replies) : null;
        }
        finally
        {
            connection.Close();
        }
    }

    /// <returns>Null when nothing was decided.</returns>
    private static RecipientResult[]? Results(ClientSession session, int count, out string[] replies)
    {
        var results = new RecipientResult[count];
        replies = new string[count];
        bool isAny = false;
        for (int i = 0; i < count; i++)
        {
            results[i] = session.Result(i);
            replies[i] = session.ReplyTo(i);
            isAny |= results[i] != RecipientResult.Pending;
        }

        return isAny ? results : null;
    }

    /// <returns>Whether the server came as far as to hear of the message.</returns>
    private bool Converse(ClientSession session, IConnection connection, MessageReader reader, long size, Smarthost server)
    {
        var message = new QueuedMessage(1, false, reader.Envelope.RecipientCount, size, _clock.UtcMilliseconds, _clock.UptimeMilliseconds);
        byte[] buffer = new byte[1024];
        bool isBegun = false;
        bool isOver = false;
        session.Open(server, false);
        while (true)
        {
            while (session.OutputCount > 0)
            {
                int count = session.OutputCount;
                if (!connection.Send(session.Output, session.OutputStart, count, Timeout))
                {
                    session.PeerClosed(connection.Error);
                    return isBegun;
                }

                session.Sent(count);
            }

            switch (session.Wants)
            {
                case ClientWants.Message when !isBegun:
                    isBegun = true;
                    session.Begin(message, reader);
                    continue;
                case ClientWants.Message when !isOver:
                    isOver = true;
                    session.Quit();
                    continue;
                case ClientWants.Input:
                    break;
                default:
                    return isBegun;
            }

            int received = connection.Receive(buffer, 0, buffer.Length, Timeout);
            if (received > 0)
            {
                session.Receive(buffer, 0, received);
            }
            else
            {
                session.PeerClosed(connection.Error.Length > 0 ? connection.Error : "the relay closed the connection");
            }
        }
    }
}
