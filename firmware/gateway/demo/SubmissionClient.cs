using System.Net;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Submits one message over TCP, as a device would: the relay's own <see cref="ClientSession"/> on a socket.</summary>
public sealed class SubmissionClient
{
    private const int Timeout = 10 * 1000;

    private readonly IClock _clock;

    /// <summary>Prepares a client.</summary>
    public SubmissionClient(IClock clock) => _clock = clock;

    /// <summary>Sends a message and takes its leave.</summary>
    /// <returns>Null when the server has acknowledged it; otherwise why not.</returns>
    public string? Submit(IPEndPoint server, string from, string to, byte[] content)
    {
        var settings = new RelaySettings
        {
            Hostname = "camera.example.org",
            Smarthost = { Host = server.Address.ToString(), Port = server.Port, Security = SmarthostSecurity.None },
        };
        var connector = new SocketConnector();
        IConnection? connection = connector.Connect(settings.Smarthost, 0, Timeout);
        if (connection is null)
        {
            return connector.Error;
        }

        var reader = new MessageReader();
        byte[] sender = Encoding.ASCII.GetBytes(from);
        byte[] recipient = Encoding.ASCII.GetBytes(to);
        reader.Envelope.SetReversePath(sender, 0, sender.Length);
        reader.Envelope.AddRecipient(recipient, 0, recipient.Length);
        reader.Envelope.IsEightBit = true;
        reader.Attach(new BytesSource(content));
        try
        {
            return Converse(new ClientSession(settings, _clock), connection, reader, content.Length, settings.Smarthost);
        }
        finally
        {
            connection.Close();
        }
    }

    private string? Converse(ClientSession session, IConnection connection, MessageReader reader, int size, Smarthost server)
    {
        var message = new QueuedMessage(1, false, 1, size, _clock.UtcMilliseconds, _clock.UptimeMilliseconds);
        byte[] buffer = new byte[1024];
        bool begun = false;
        session.Open(server, false);
        while (true)
        {
            while (session.OutputCount > 0)
            {
                int count = session.OutputCount;
                if (!connection.Send(session.Output, session.OutputStart, count, Timeout))
                {
                    return connection.Error;
                }

                session.Sent(count);
            }

            switch (session.Wants)
            {
                case ClientWants.Message when !begun:
                    begun = true;
                    session.Begin(message, reader);
                    continue;
                case ClientWants.Message:
                    if (session.Result(0) != RecipientResult.Delivered)
                    {
                        return "the relay refused the message: " + session.ReplyTo(0);
                    }

                    session.Quit();
                    continue;
                case ClientWants.Input:
                    break;
                default:
                    return session.Failure == ClientFailure.None ? null : session.FailureText;
            }

            int received = connection.Receive(buffer, 0, buffer.Length, Timeout);
            if (received <= 0)
            {
                return connection.Error.Length > 0 ? connection.Error : "the relay closed the connection";
            }

            session.Receive(buffer, 0, received);
        }
    }
}
