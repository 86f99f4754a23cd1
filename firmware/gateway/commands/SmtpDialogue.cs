using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpEmbedded.Gateway;

/// <summary>The plainest SMTP client: a line out, a reply in. For commands that talk to the relay on this machine.</summary>
internal sealed class SmtpDialogue : IDisposable
{
    private const int Timeout = 20 * 1000;

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It cannot.</exception>
    public SmtpDialogue(IPEndPoint server, IPAddress? from = null)
    {
        _client = from is null ? new TcpClient(server.AddressFamily) : new TcpClient(new IPEndPoint(from, 0));
        _client.Connect(server);
        _client.ReceiveTimeout = Timeout;
        _client.SendTimeout = Timeout;
        _stream = _client.GetStream();
        _reader = new StreamReader(_stream, Encoding.Latin1);
    }

    /// <summary>The last line of the last reply.</summary>
    public string Reply { get; private set; } = "";

    /// <summary>Sends a line, unless it is null, and reads the reply.</summary>
    /// <returns>The reply's code; 0 when the connection has ended.</returns>
    public int Say(string? line)
    {
        try
        {
            if (line is not null)
            {
                _stream.Write(Encoding.UTF8.GetBytes(line + "\r\n"));
            }

            do
            {
                Reply = _reader.ReadLine() ?? "";
            }
            while (Reply.Length > 3 && Reply[3] == '-');
        }
        catch (IOException e)
        {
            Reply = e.Message;
            return 0;
        }

        return Reply.Length >= 3 && int.TryParse(Reply.AsSpan(0, 3), out int code) ? code : 0;
    }

    /// <summary>Sends a message's bytes as they are.</summary>
    public void Write(byte[] bytes) => _stream.Write(bytes);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
