using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A client that says line by line what a test wants it to say.</summary>
public sealed class Client : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly StreamReader _reader;

    public Client(IPEndPoint server)
    {
        _client.Connect(server);
        _client.NoDelay = true;
        _reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
    }

    /// <summary>The last line of the next reply; null when the server has closed.</summary>
    public async Task<string?> ReplyAsync()
    {
        while (true)
        {
            string? line = await _reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(15));
            if (line is null || line.Length < 4 || line[3] != '-')
            {
                return line;
            }
        }
    }

    public async Task<string?> SayAsync(string text)
    {
        await SendAsync(text + "\r\n");
        return await ReplyAsync();
    }

    public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task SubmitAsync(string content)
    {
        Assert.StartsWith("250", await SayAsync("MAIL FROM:<a@example.org>"));
        Assert.StartsWith("250", await SayAsync("RCPT TO:<b@example.org>"));
        Assert.StartsWith("354", await SayAsync("DATA"));
        Assert.StartsWith("250", await SayAsync(content + "\r\n."));
    }

    public static async Task<Client> GreetedAsync(IPEndPoint server)
    {
        var client = new Client(server);
        Assert.StartsWith("220 ", await client.ReplyAsync());
        Assert.StartsWith("250 ", await client.SayAsync("EHLO client.example.org"));
        return client;
    }

    public void Dispose() => _client.Dispose();
}
