using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Facade;

/// <summary>A client that says a line and waits for its answer.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly StreamReader _reader;

    public TestClient(int port)
    {
        _tcp = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 30_000, NoDelay = true };
        _reader = new StreamReader(_tcp.GetStream(), Encoding.Latin1);
    }

    /// <summary>The next line; null at the end.</summary>
    public string? ReadLine() => _reader.ReadLine();

    public TestClient Expect(string code)
    {
        string? line;
        do
        {
            line = ReadLine();
            Assert.True(line is not null && line.StartsWith(code, StringComparison.Ordinal), $"expected {code}, got {line}");
        }
        while (line.Length > 3 && line[3] == '-');
        return this;
    }

    public TestClient Say(string line, string code)
    {
        Write(line + "\r\n");
        return Expect(code);
    }

    public void Write(string text) => _tcp.GetStream().Write(Encoding.Latin1.GetBytes(text));

    public TestClient Submit(string subject)
    {
        Say("MAIL FROM:<camera@example.org>", "250");
        Say("RCPT TO:<guard@example.net>", "250");
        Say("DATA", "354");
        return Say("Subject: " + subject + "\r\n\r\nbody\r\n.", "250");
    }

    public void Dispose() => _tcp.Dispose();
}
