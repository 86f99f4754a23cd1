using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A message goes through the whole relay over real sockets and comes out as it went in.</summary>
public sealed class EndToEndTests
{
    [Fact]
    public async Task AMessageArrivesByteForByteBehindOurReceivedField()
    {
        using var smarthost = new RecordingSmarthost();
        await using var fixture = new RelayFixture();
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();

        byte[] sent = Message();
        using (var client = new SmtpClient { LocalDomain = "client.example.org" })
        {
            await client.ConnectAsync("127.0.0.1", fixture.Relay.EndPoint.Port, SecureSocketOptions.None);
            using MimeMessage message = MimeMessage.Load(new MemoryStream(sent));
            await client.SendAsync(message, new MailboxAddress("", "a@example.org"), [new MailboxAddress("", "b@example.org"), new MailboxAddress("", "c@example.org")]);
            await client.DisconnectAsync(quit: true);
        }

        var (commands, content) = await smarthost.NextAsync();
        Assert.StartsWith("MAIL FROM:<a@example.org>", commands[0]);
        Assert.StartsWith("RCPT TO:<b@example.org>", commands[1]);
        Assert.StartsWith("RCPT TO:<c@example.org>", commands[2]);
        Assert.Equal(3, commands.Length);
        Assert.Equal(Encoding.Latin1.GetString(sent), WithoutReceived(content));
    }

    [Fact]
    public async Task AnAlertArrivesAsAMailThatMimeKitReads()
    {
        using var smarthost = new RecordingSmarthost();
        await using var fixture = new RelayFixture();
        fixture.ForwardTo(smarthost.Port);
        fixture.Settings.AlertFrom = "alerts@example.org";
        fixture.Settings.AlertTo = "operator@example.org";
        fixture.Start();

        Assert.True(fixture.Relay.Alerts.Raise(Severity.Warning, "pump-1", "Wärme", "Zu heiß: 90 °C"));

        var (commands, content) = await smarthost.NextAsync();
        Assert.StartsWith("MAIL FROM:<alerts@example.org>", commands[0]);
        Assert.StartsWith("RCPT TO:<operator@example.org>", commands[1]);
        using MimeMessage message = MimeMessage.Load(new MemoryStream(content));
        Assert.Contains("Wärme", message.Subject);
        Assert.Contains("90 °C", message.TextBody);
    }

    [Fact]
    public async Task ManyMessagesShareAConnectionToTheSmarthost()
    {
        using var smarthost = new RecordingSmarthost();
        await using var fixture = new RelayFixture();
        fixture.ForwardTo(smarthost.Port);
        fixture.Settings.Smarthost.Port = 1;
        fixture.Start();
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            for (int i = 0; i < 20; i++)
            {
                await client.SubmitAsync($"Subject: {i}\r\n\r\ntext");
            }
        }

        Assert.Equal(20, fixture.Relay.QueuedMessages);
        await fixture.StopAsync();
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();
        for (int i = 0; i < 20; i++)
        {
            var (_, content) = await smarthost.NextAsync();
            Assert.Contains($"Subject: {i}\r\n", Encoding.Latin1.GetString(content));
        }

        Assert.Equal(1, smarthost.Connections);
    }

    [Fact]
    public async Task SeveralConnectionsShareABacklogAndEachMessageGoesOverOneOfThem()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.Smarthost.Connections = 3;
        fixture.Start();
        const int Messages = 200;
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            for (int i = 0; i < Messages; i++)
            {
                await client.SubmitAsync("Subject: number " + i + "\r\n\r\nx");
            }
        }

        // A restart with somebody there: the whole backlog is due at once.
        await fixture.StopAsync();
        using var smarthost = new RecordingSmarthost();
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();
        var numbers = new HashSet<string>();
        for (int i = 0; i < Messages; i++)
        {
            (_, byte[] content) = await smarthost.NextAsync();
            string text = Encoding.Latin1.GetString(content);
            Assert.True(numbers.Add(text[text.IndexOf("Subject: ", StringComparison.Ordinal)..]), "twice: " + text);
        }

        Assert.InRange(smarthost.Connections, 2, 3);
        Assert.True(await smarthost.IsQuietAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Equal(0, fixture.Relay.QueuedMessages);
    }

    [Fact]
    public async Task WhatWasQueuedIsSentAfterARestart()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            await client.SubmitAsync("Date: Mon, 24 Nov 2025 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nFrom: a@example.org\r\n\r\n..kept");
        }

        await fixture.StopAsync();
        using var smarthost = new RecordingSmarthost();
        fixture.ForwardTo(smarthost.Port);
        fixture.Start();
        var (commands, content) = await smarthost.NextAsync();
        Assert.StartsWith("RCPT TO:<b@example.org>", commands[1]);
        Assert.Equal("Date: Mon, 24 Nov 2025 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nFrom: a@example.org\r\n\r\n.kept\r\n", WithoutReceived(content));

        // It is done with: another start does not send it again. The smarthost has it a moment before the relay has its 250.
        await Eventually.HoldsAsync(() => fixture.Relay.QueuedMessages == 0, 5);
        await fixture.StopAsync();
        fixture.Start();
        Assert.True(await smarthost.IsQuietAsync(TimeSpan.FromMilliseconds(500)));
        Assert.Equal(0, fixture.Relay.QueuedMessages);
    }

    private static byte[] Message()
    {
        var content = new MemoryStream();
        content.Write("Date: Mon, 24 Nov 2025 10:00:00 +0000\r\nFrom: a@example.org\r\nTo: b@example.org\r\nMessage-ID: <1@example.org>\r\n"u8);
        content.Write("Subject: dots\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"u8);
        content.Write(".\r\n..\r\n.x\r\n"u8);
        content.Write(Enumerable.Range(0x80, 0x80).Select(octet => (byte)octet).ToArray());
        content.Write("\r\n.\r\n\r\n"u8);
        for (int i = 0; i < 3000; i++)
        {
            content.Write("..............................................................\r\n"u8);
        }

        return content.ToArray();
    }

    private static string WithoutReceived(byte[] content)
    {
        string text = Encoding.Latin1.GetString(content);
        Assert.StartsWith("Received: ", text);
        int end = text.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        while (text[end] is ' ' or '\t')
        {
            end = text.IndexOf("\r\n", end, StringComparison.Ordinal) + 2;
        }

        return text[end..];
    }
}
