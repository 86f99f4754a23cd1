using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Relay.Tests.Security;
using SmtpEmbedded.Relay.Tests.Server;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>
/// tests/relay/security/corpora/end-of-data.txt on the whole way: in by DATA and by BDAT, through the spool, and out to a smarthost
/// with every weakness that the research found.
/// </summary>
public sealed class SmugglingTests
{
    [Fact]
    public async Task NothingIsSmuggledThroughTheRelay()
    {
        string[] sequences = Corpus.Named("end-of-data.txt").Select(row => Escapes.Decode((string)row[1])).ToArray();
        Assert.True(sequences.Length >= 60);
        using var smarthost = new WeakSmarthost();
        await using var fixture = new RelayFixture();
        fixture.Settings.FixesLineEnds = true;
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();
        using Client client = await Client.GreetedAsync(fixture.Relay.EndPoint);
        int sent = 0;
        foreach (string sequence in sequences.Append("\r\n.\r\n"))
        {
            string text = "Subject: x\r\n\r\nfirst" + sequence + Corpus.Smuggled;
            if (sequence != "\r\n.\r\n")
            {
                await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n" + text + ".\r\n");
                Assert.StartsWith("250 2.1.0", await client.ReplyAsync());
                Assert.StartsWith("250 2.1.5", await client.ReplyAsync());
                Assert.StartsWith("354", await client.ReplyAsync());
                Assert.StartsWith("250 2.0.0 queued", await client.ReplyAsync());
                sent++;
            }

            await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nBDAT " + text.Length + " LAST\r\n" + text);
            Assert.StartsWith("250 2.1.0", await client.ReplyAsync());
            Assert.StartsWith("250 2.1.5", await client.ReplyAsync());
            Assert.StartsWith("250 2.0.0 queued", await client.ReplyAsync());
            sent++;
        }

        Assert.StartsWith("221", await client.SayAsync("QUIT"));
        await Eventually.HoldsAsync(() => fixture.Relay.QueuedMessages == 0, 20);
        Assert.Equal(Enumerable.Repeat("a@b.example", sent), smarthost.Senders);
    }

    /// <summary>The weakness itself: the same smarthost does take a smuggled message from whoever hands it on.</summary>
    [Fact]
    public async Task TheSmarthostIsWeak()
    {
        using var smarthost = new WeakSmarthost();
        using Client client = await Client.GreetedAsync(new IPEndPoint(IPAddress.Loopback, smarthost.Port));
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nfirst\n.\r\n" + Corpus.Smuggled + ".\r\nQUIT\r\n");
        while (await client.ReplyAsync() is not null)
        {
        }

        Assert.Equal(["a@b.example", "smuggled@evil.example"], smarthost.Senders);
    }

    /// <summary>Every LF and every CR ends a line, NUL and blanks at its end are passed over, and a dot alone ends the data.</summary>
    private sealed class WeakSmarthost : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentQueue<string> _senders = new();

        public WeakSmarthost()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public IEnumerable<string> Senders => _senders;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    client.NoDelay = true;
                    await Task.Run(() => Converse(new BufferedStream(client.GetStream()), client.GetStream()));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // The test is over, or the relay has gone.
            }
        }

        private void Converse(Stream input, Stream output)
        {
            string sender = "";
            bool inData = false;
            Say(output, "220 weak ESMTP");
            while (ReadLine(input) is { } line)
            {
                if (inData)
                {
                    if (line == ".")
                    {
                        inData = false;
                        _senders.Enqueue(sender);
                        Say(output, "250 taken");
                    }

                    continue;
                }

                string verb = line.Length < 4 ? line : line.Substring(0, 4).ToUpperInvariant();
                sender = verb == "MAIL" ? line.Substring("MAIL FROM:<".Length, line.IndexOf('>') - "MAIL FROM:<".Length) : sender;
                inData = verb == "DATA";
                if (verb.Length > 0)
                {
                    Say(output, verb switch { "EHLO" => "250-weak\r\n250-PIPELINING\r\n250 8BITMIME", "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
                }

                if (verb == "QUIT")
                {
                    return;
                }
            }
        }

        private static string? ReadLine(Stream input)
        {
            var line = new StringBuilder();
            while (true)
            {
                int next = input.ReadByte();
                if (next is '\n' or '\r' || next < 0)
                {
                    return next < 0 ? null : line.ToString().TrimEnd(' ', '\t');
                }

                line.Append(next == 0 ? "" : ((char)next).ToString());
            }
        }

        private static void Say(Stream output, string text) => output.Write(Encoding.ASCII.GetBytes(text + "\r\n"));
    }
}
