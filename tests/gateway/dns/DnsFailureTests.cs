using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>
/// Nothing permanent ever comes of a name server: whatever it says or does not say, the whole relay keeps the mail, tells no
/// sender of a failure, and delivers it once when the name server is well again.
/// </summary>
public sealed class DnsFailureTests
{
    [Theory]
    [InlineData("no such name")]
    [InlineData("server failure")]
    [InlineData("refused")]
    [InlineData("silence")]
    [InlineData("junk")]
    [InlineData("null MX")]
    [InlineData("truncated, and TCP says nothing either")]
    [InlineData("the only host does not exist")]
    public async Task MailIsKeptAndDeliveredOnceWhenTheNameServerIsWell(string trouble)
    {
        using var bad = new TestDnsServer();
        switch (trouble)
        {
            case "no such name":
                bad.CodeForUnknown = 3;
                break;
            case "server failure":
                bad.CodeForUnknown = 2;
                break;
            case "refused":
                bad.CodeForUnknown = 5;
                break;
            case "silence":
                bad.IsSilent = true;
                break;
            case "junk":
                bad.Junk = _ => [0xDE, 0xAD];
                break;
            case "null MX":
                bad.AddMx("site.test", 0, "");
                break;
            case "truncated, and TCP says nothing either":
                bad.Junk = query => [query[0], query[1], 0x86, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                break;
            default:
                bad.AddMx("site.test", 10, "nowhere.site.test");
                bad.CodeForUnknown = 3;
                break;
        }

        using var good = new TestDnsServer();
        good.AddMx("site.test", 10, "mx.site.test");
        good.AddA("mx.site.test", "127.0.0.1");
        using var recorder = new RecordingSmarthost();
        await using var fixture = new RelayFixture();
        Smarthost smarthost = fixture.Settings.Smarthost;
        smarthost.Host = "site.test";
        smarthost.IsDomain = true;
        smarthost.Port = recorder.Port;
        smarthost.NameServer = "127.0.0.1";
        smarthost.NameServerPort = bad.Port;
        fixture.Settings.Limits.ConnectTimeout = 1000;
        bool Said(string words) => fixture.Log.Lines.Any(line => line.Contains(words, StringComparison.Ordinal));
        fixture.Start();
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            await client.SubmitAsync("Subject: kept\r\n\r\nx");
        }

        await Eventually.HoldsAsync(() => Said("Next connection in"), 15);
        Assert.True(Said("Cannot connect to site.test"), string.Join('\n', fixture.Log.Lines));
        Assert.False(Said("failed for good"));
        Assert.Equal(1, fixture.Relay.QueuedMessages);

        // As after a restart: the smarthost is not put off any more.
        await fixture.StopAsync();
        smarthost.NameServerPort = good.Port;
        fixture.Start();
        (string[] commands, byte[] content) = await recorder.NextAsync();
        Assert.StartsWith("MAIL FROM:<a@example.org>", commands[0]);
        Assert.Contains("Subject: kept", Encoding.Latin1.GetString(content));
        Assert.True(await recorder.IsQuietAsync(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(0, fixture.Relay.QueuedMessages);
    }
}
