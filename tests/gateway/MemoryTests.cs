using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>What a connection costs while it waits. Alone, for it is told from what the whole process holds.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AWaitingSessionHoldsAtMost16KiB(bool insideMessage)
    {
        const int Count = 200;
        await using var fixture = new RelayFixture();
        fixture.Settings.Limits.SessionsPerAddress = 2 * Count;
        fixture.Start();
        var clients = new List<Socket>();
        try
        {
            // The first ones pay for what is made once.
            for (int i = 0; i < 20; i++)
            {
                clients.Add(Greeted(fixture, insideMessage));
            }

            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int i = 0; i < Count; i++)
            {
                clients.Add(Greeted(fixture, insideMessage));
            }

            // The clients' own sockets are counted too; they are small.
            long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
            Assert.InRange(each, 0, 16 * 1024);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Blocking calls: asynchronous ones would make the client's socket keep more than the server's.</summary>
    private static Socket Greeted(RelayFixture fixture, bool insideMessage)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
        client.Connect(fixture.Relay.EndPoint);
        byte[] buffer = new byte[1024];
        string seen = "";
        while (!seen.Contains("220 "))
        {
            int greeting = client.Receive(buffer);
            Assert.True(greeting > 0, seen);
            seen += Encoding.ASCII.GetString(buffer, 0, greeting);
        }

        client.Send(Encoding.ASCII.GetBytes("EHLO client.example.org\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n"));
        while (!seen.Contains("2.1.5"))
        {
            int count = client.Receive(buffer);
            Assert.True(count > 0, seen);
            seen += Encoding.ASCII.GetString(buffer, 0, count);
        }

        if (insideMessage)
        {
            client.Send("DATA\r\n"u8.ToArray());
            while (!seen.Contains("354 "))
            {
                int count = client.Receive(buffer);
                Assert.True(count > 0, seen);
                seen += Encoding.ASCII.GetString(buffer, 0, count);
            }

            client.Send("Subject: waiting\r\n\r\nhello\r\n"u8.ToArray());
        }

        return client;
    }
}
