using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary><c>send</c> as a script uses it that knows sendmail.</summary>
public sealed class SendCommandTests : IAsyncDisposable
{
    private readonly RelayFixture _relay = new();
    private readonly StringWriter _error = new();

    public SendCommandTests() => _relay.Start();

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    private int Send(string message, string? sender, bool fromHeader, params string[] recipients) =>
        Send(new MemoryStream(Encoding.Latin1.GetBytes(message)), sender, fromHeader, recipients);

    private int Send(Stream message, string? sender, bool fromHeader, params string[] recipients)
    {
        string file = Path.Combine(_relay.Folder, "send.conf");
        File.WriteAllText(file, $"[server]\nhostname = relay.example.org\nlisten = 127.0.0.1:{_relay.Relay.EndPoint.Port}\n[smarthost]\nhost = 127.0.0.1\n[limits]\nmessage-size = 128k\n");
        return SendCommand.Run(file, sender, fromHeader, recipients, message, _error);
    }

    private int Waiting => _relay.Relay.QueuedMessages;

    [Fact]
    public void AMessageGoesToWhomTheCommandNames()
    {
        Assert.True(Send("Subject: x\n\n.dot\n", "a@example.org", false, "b@example.org", "c@example.org") == 0, _error.ToString());
        Assert.Equal(1, Waiting);
    }

    [Fact]
    public void ItsFieldsNameWhomItGoesTo()
    {
        Assert.True(Send("From: a@example.org\nTo: B <b@example.org>,\n c@example.org\nBcc: d@example.org\n\nx\n", null, true) == 0, _error.ToString());
        Assert.Equal(1, Waiting);
    }

    [Fact]
    public void WithoutARecipientNothingIsSent()
    {
        Assert.Equal(64, Send("Subject: x\n\nx\n", "a@example.org", true));
        Assert.Contains("no recipient", _error.ToString());
    }

    [Theory]
    [InlineData("a@example.org", "b@example.org>\r\nRCPT TO:<c@example.org")]
    [InlineData("a@example.org>\r\nRCPT TO:<c@example.org", "b@example.org")]
    public void AnAddressIsNoWayToSayMore(string sender, string recipient)
    {
        Assert.Equal(64, Send("Subject: x\n\nx\n", sender, false, recipient));
        Assert.Contains("no address", _error.ToString());
        Assert.Equal(0, Waiting);
    }

    [Fact]
    public void AnEndlessMessageIsNotReadToItsEnd()
    {
        using var endless = new Endless();
        Assert.Equal(69, Send(endless, "a@example.org", false, "b@example.org"));
        Assert.InRange(endless.Given, 128 * 1024, 512 * 1024);
        Assert.Contains("larger than the relay takes", _error.ToString());
        Assert.Equal(0, Waiting);
    }

    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
