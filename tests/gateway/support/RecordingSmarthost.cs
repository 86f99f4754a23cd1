using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A smarthost that shares no code with the relay and keeps every message byte for byte.</summary>
public sealed class RecordingSmarthost : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Channel<(string[] Commands, byte[] Content)> _messages = Channel.CreateUnbounded<(string[], byte[])>();

    public RecordingSmarthost(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections { get; private set; }

    public async Task<(string[] Commands, byte[] Content)> NextAsync()
    {
        return await _messages.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));
    }

    public async Task<bool> IsQuietAsync(TimeSpan time)
    {
        await Task.Delay(time);
        return !_messages.Reader.TryPeek(out _);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                Connections++;

                // It reads by blocking, and others want to be accepted meanwhile.
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ConverseAsync(client.GetStream());
            }
            catch (IOException)
            {
            }
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        using var input = new BufferedStream(stream, 4096);
        var commands = new List<string>();
        await ReplyAsync(stream, "220 recorder ESMTP");
        while (ReadLine(input) is byte[] bytes)
        {
            string line = Encoding.Latin1.GetString(bytes).TrimEnd('\r', '\n');
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await ReplyAsync(stream, "250-recorder\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE");
                    break;
                case "MAIL":
                    commands.Clear();
                    commands.Add(line);
                    await ReplyAsync(stream, "250 ok");
                    break;
                case "RCPT":
                    commands.Add(line);
                    await ReplyAsync(stream, "250 ok");
                    break;
                case "DATA":
                    await ReplyAsync(stream, "354 go on");
                    byte[]? content = ReadMessage(input);
                    if (content is null)
                    {
                        return;
                    }

                    _messages.Writer.TryWrite((commands.ToArray(), content));
                    await ReplyAsync(stream, "250 recorded");
                    break;
                case "QUIT":
                    await ReplyAsync(stream, "221 bye");
                    return;
                default:
                    await ReplyAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private static byte[]? ReadMessage(Stream input)
    {
        var content = new MemoryStream();
        while (ReadLine(input) is byte[] line)
        {
            if (line.AsSpan().SequenceEqual(".\r\n"u8))
            {
                return content.ToArray();
            }

            content.Write(line, line[0] == '.' ? 1 : 0, line.Length - (line[0] == '.' ? 1 : 0));
        }

        return null;
    }

    /// <summary>A line with its CRLF, which alone ends it; null at the end of the stream.</summary>
    private static byte[]? ReadLine(Stream input)
    {
        var line = new List<byte>();
        while (true)
        {
            int next = input.ReadByte();
            if (next < 0)
            {
                return null;
            }

            line.Add((byte)next);
            if (next == '\n' && line.Count > 1 && line[^2] == '\r')
            {
                return line.ToArray();
            }
        }
    }

    private static async Task ReplyAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));
}
