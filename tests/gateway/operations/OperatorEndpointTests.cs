using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Http;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>/metrics and /healthz as monitoring meets them.</summary>
public sealed class OperatorEndpointTests : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TheFiguresAreThoseOfWhatHappened()
    {
        using var smarthost = new RecordingSmarthost();
        int port = FreePort();
        int page = FreePort();
        string settings = Path.Combine(_folder, "site.conf");
        File.WriteAllText(settings, $"""
            [server]
            listen = 127.0.0.1:{port}
            hostname = relay.example.org
            [smarthost]
            host = 127.0.0.1
            port = {smarthost.Port}
            security = none
            [spool]
            path = {_folder}/spool
            quota = 10M
            [page]
            listen = 127.0.0.1:{page}
            """);
        using var process = new GatewayProcess("run", "--settings", settings, "--log-format", "json");
        Assert.StartsWith("listening on ", await process.ReadLineAsync());
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync($"http://127.0.0.1:{page}/healthz"));
        using (Client client = await Client.GreetedAsync(new IPEndPoint(IPAddress.Loopback, port)))
        {
            await client.SubmitAsync("Subject: one\r\n\r\ntext");
            await client.SubmitAsync("Subject: two\r\n\r\ntext");
            await smarthost.NextAsync();
            await smarthost.NextAsync();
            PrometheusText figures = await ScrapeAsync(page, figures => figures["smtpembedded_messages_finished_total"] == 2);
            Assert.Equal(2, figures["smtpembedded_messages_accepted_total{origin=\"client\"}"]);
            Assert.Equal(0, figures["smtpembedded_messages_accepted_total{origin=\"alert\"}"]);
            Assert.True(figures["smtpembedded_accepted_bytes_total"] > 40);
            Assert.Equal(figures["smtpembedded_accepted_bytes_total"], figures["smtpembedded_finished_bytes_total"]);
            Assert.Equal(0, figures["smtpembedded_queue_messages"]);
            Assert.Equal(0, figures["smtpembedded_queue_oldest_age_seconds"]);
            Assert.Equal(1, figures["smtpembedded_sessions_active"]);
            Assert.Equal(1, figures["smtpembedded_sessions_started_total"]);
            Assert.Equal(10 * 1024 * 1024, figures["smtpembedded_spool_quota_bytes"]);
            Assert.True(figures["smtpembedded_spool_used_bytes"] > 0);
            Assert.True(figures["smtpembedded_spool_sync_duration_seconds_count"] >= 2);
            Assert.Equal(2, figures["smtpembedded_message_delay_seconds_count"]);
            Assert.Equal(1, figures.Samples.Single(sample => sample.Key.StartsWith("smtpembedded_smarthost_up{", StringComparison.Ordinal) && sample.Key.Contains($"127.0.0.1:{smarthost.Port}")).Value);
            Assert.Equal(1, figures.Samples.Single(sample => sample.Key.StartsWith("smtpembedded_build_info{", StringComparison.Ordinal) && sample.Key.Contains("version=")).Value);
            Assert.Equal(0, figures["smtpembedded_alerts_dropped_total"]);
            Assert.All(figures.Samples.Keys, name => Assert.StartsWith("smtpembedded_", name));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"http://127.0.0.1:{page}/nothing")).Status);
        using HttpResponseMessage post = await _http.PostAsync($"http://127.0.0.1:{page}/healthz", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.False((await ForeignNameAsync(page)).Contains(" 200 "));
        process.Signal(GatewayProcess.Terminate);
        (int exitCode, _, string log) = await process.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.All(log.TrimEnd('\n').Split('\n'), line => Assert.Equal("time level source message", string.Join(' ', System.Text.Json.JsonDocument.Parse(line).RootElement.EnumerateObject().Select(member => member.Name))));
        Assert.Contains("delivered to 1 of 1", log);
    }

    [Fact]
    public async Task HealthSaysWhatIsWrong()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.SpoolQuota = 256 * 1024;
        fixture.Start();
        var endpoint = new HttpEndpoint("127.0.0.1", FreePort(), fixture.Log);
        endpoint.Map("/healthz", new HealthHandler(new RelayHealth(fixture.Relay, new SystemClock())).HandleAsync);
        Assert.Null(endpoint.Start());
        string url = endpoint.Prefixes[0] + "healthz";
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync(url));

        // Full: clients are refused from here on.
        using (Client client = await Client.GreetedAsync(fixture.Relay.EndPoint))
        {
            for (int i = 0; i < 2; i++)
            {
                await client.SubmitAsync("Subject: long\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 900) + "\r\n", 120)));
            }
        }

        Directory.Move(fixture.Settings.SpoolPath, fixture.Settings.SpoolPath + "-gone");
        await Task.Delay(2100);
        (HttpStatusCode status, string body) = await GetAsync(url);
        Directory.Move(fixture.Settings.SpoolPath + "-gone", fixture.Settings.SpoolPath);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("cannot be written", body);
        await fixture.Relay.StopAsync();
        Assert.Contains("does not run", (await GetAsync(url)).Body);
        await endpoint.DisposeAsync();
        Assert.Null(fixture.TryStart());
    }

    [Fact]
    public async Task AHandlerThatFailsIsOneAnswerAndOneLine()
    {
        var log = new DemoLog();
        await using var endpoint = new HttpEndpoint("127.0.0.1", FreePort(), log);
        endpoint.Map("/fault", _ => throw new InvalidOperationException("a fault"));
        endpoint.Map("/", context => HttpEndpoint.WriteTextAsync(context, 200, context.Request.Url!.AbsolutePath));
        Assert.Null(endpoint.Start());
        Assert.Equal(HttpStatusCode.InternalServerError, (await GetAsync(endpoint.Prefixes[0] + "fault")).Status);
        Assert.Equal("/page\n", (await GetAsync(endpoint.Prefixes[0] + "page")).Body);
        Assert.Contains("a fault", Assert.Single(log.Lines));
        Assert.DoesNotContain('\n', log.Lines.First());
    }

    [Fact]
    public async Task APortThatIsTakenIsToldInWords()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var endpoint = new HttpEndpoint("127.0.0.1", ((IPEndPoint)other.LocalEndpoint).Port, new DemoLog());
        Assert.Contains("[page] listen", endpoint.Start());
    }

    private async Task<PrometheusText> ScrapeAsync(int port, Func<PrometheusText, bool> isReady)
    {
        for (int i = 0; ; i++)
        {
            using HttpResponseMessage response = await _http.GetAsync($"http://127.0.0.1:{port}/metrics");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
            PrometheusText figures = PrometheusText.Read(await response.Content.ReadAsStringAsync());
            if (isReady(figures) || i == 20)
            {
                return figures;
            }

            await Task.Delay(350);
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string url)
    {
        using HttpResponseMessage response = await _http.GetAsync(url);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What a page in a browser would send whose name was turned to this address (DNS rebinding).</summary>
    private static async Task<string> ForeignNameAsync(int port)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await client.GetStream().WriteAsync("GET /healthz HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
