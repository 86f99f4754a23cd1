using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Page.Tests;

/// <summary>What someone on the LAN who means no good would try: refused, bounded, logged.</summary>
public class AttemptsOnThePage
{
    private static void Status(int expected, string reply) => Assert.StartsWith("HTTP/1.1 " + expected, reply);

    [Fact]
    public async Task Without_a_session_nothing_is_told_and_nothing_done()
    {
        await using PageRig rig = new();
        foreach (string path in new[] { "/state", "/settings", "/log", "/x" })
        {
            Status(401, await rig.AskAsync("GET", path));
            Status(401, await rig.AskAsync("GET", path, "", "Cookie: s=" + new string('A', 32)));
        }

        foreach (string path in new[] { "/settings", "/test", "/logout" })
        {
            Status(401, await rig.AskAsync("POST", path, "x", "X-Token: " + new string('A', 32)));
        }

        Assert.DoesNotContain(PageRig.Secret, await rig.AskAsync("GET", "/"));
        Assert.Contains("127.0.0.1 refused with 401: Log in first", rig.Log);
        Assert.Equal(0, rig.Restarts);
    }

    [Fact]
    public async Task A_change_needs_the_token_of_the_session()
    {
        await using PageRig rig = new();
        var (cookie, token) = await rig.LogInAsync();
        var (_, othersToken) = await rig.LogInAsync();
        string before = File.ReadAllText(rig.SettingsPath);
        Status(403, await rig.AskAsync("POST", "/settings", before, cookie));
        Status(403, await rig.AskAsync("POST", "/settings", before, cookie, othersToken));
        Status(403, await rig.AskAsync("POST", "/settings", before, cookie, token + "0"));
        Status(403, await rig.AskAsync("POST", "/test", "", cookie));
        Assert.Contains("refused with 403", rig.Log);
        Assert.Equal(before, File.ReadAllText(rig.SettingsPath));
        Status(200, await rig.AskAsync("POST", "/settings", before, cookie, token));
        Assert.Equal(before, File.ReadAllText(rig.SettingsPath));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    public async Task A_page_of_another_site_is_refused(string origin)
    {
        await using PageRig rig = new();
        var (cookie, token) = await rig.LogInAsync();
        string file = File.ReadAllText(rig.SettingsPath);
        Status(403, await rig.AskAsync("POST", "/settings", file, cookie, token, "Origin: " + origin));
        Status(403, await rig.AskAsync("POST", "/login", rig.Password, "Origin: " + origin));
        Assert.Contains("A page of another site may not ask for this", rig.Log);
        Assert.Equal(0, rig.Restarts);
    }

    [Fact]
    public async Task The_cookie_is_for_this_site_and_not_for_scripts_and_ends_with_the_session()
    {
        await using PageRig rig = new();
        string reply = await rig.AskAsync("POST", "/login", rig.Password);
        Assert.Contains("; HttpOnly; SameSite=Strict; Path=/\r\n", reply);
        Assert.Contains("\r\nContent-Security-Policy: default-src 'none'", reply);
        var (cookie, token) = await rig.LogInAsync();
        Status(200, await rig.AskAsync("POST", "/logout", "", cookie, token));
        Status(401, await rig.AskAsync("GET", "/state", "", cookie));
    }

    [Fact]
    public async Task Guessing_is_slow()
    {
        await using PageRig rig = new();
        var (cookie, _) = await rig.LogInAsync();
        for (int i = 0; i < 5; i++)
        {
            Status(401, await rig.AskAsync("POST", "/login", "guess" + i));
        }

        string reply = await rig.AskAsync("POST", "/login", rig.Password);
        Status(429, reply);
        Assert.Contains("try again in", reply);
        Assert.Contains("Too many wrong passwords", rig.Log);

        // Whoever is in already stays in.
        Status(200, await rig.AskAsync("GET", "/state", "", cookie));
    }

    private static readonly (string Request, int Status)[] s_malformed =
    [
        ("GET / HTTP/1.1\n\n", 400),
        ("GET  / HTTP/1.1\r\n\r\n", 400),
        ("GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", 400),
        ("GET /%2e%2e/etc/passwd HTTP/1.1\r\n\r\n", 400),
        ("GET /" + new string('a', 100) + " HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nBad Field: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nX: \0\r\n\r\n", 400),
        ("\u0016\u0003\u0001\u0002", 400),
        ("POST /login HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        ("POST /login HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST /login HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        ("POST /login HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("GET / HTTP/1.1\r\nX: " + new string('x', 70000), 431),
        ("GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 12000)), 431),
        ("DELETE / HTTP/1.1\r\n\r\n", 401),
    ];

    [Fact]
    public async Task Malformed_and_oversized_requests_are_refused_and_logged()
    {
        await using PageRig rig = new();
        foreach (var (request, status) in s_malformed)
        {
            int before = Count(rig.Log, "127.0.0.1 refused with " + status);
            string reply = await rig.SayAsync(request);
            if (status != 431)
            {
                Status(status, reply);
            }

            // Bytes we never read may cost the peer our answer; the log has it all the same.
            Assert.Equal(before + 1, Count(rig.Log, "127.0.0.1 refused with " + status));
        }

        Status(200, await rig.AskAsync("GET", "/"));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [Fact]
    public async Task A_hundred_slow_connections_are_bounded_and_the_page_is_back_in_seconds()
    {
        await using PageRig rig = new();
        List<TcpClient> slow = new();
        bool isBack = false;
        for (int i = 0; i < 100; i++)
        {
            TcpClient client = rig.Connect();
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: "));
            slow.Add(client);
        }

        // They go on, a byte at a time, and never end.
        Task trickle = Task.Run(async () =>
        {
            for (int round = 0; round < 100 && !isBack; round++)
            {
                foreach (TcpClient client in slow)
                {
                    try
                    {
                        await client.GetStream().WriteAsync(new byte[] { (byte)'x' });
                    }
                    catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
                    {
                    }
                }

                await Task.Delay(200);
            }
        });

        Stopwatch watch = Stopwatch.StartNew();
        string reply = "";
        while (!reply.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(250);
            reply = await rig.AskAsync("GET", "/");
        }

        TimeSpan back = watch.Elapsed;
        isBack = true;
        await trickle;
        Status(200, reply);
        Assert.True(back < TimeSpan.FromSeconds(20), back.ToString());
        Assert.Contains("requests refused since the start", rig.Log);
        Assert.Contains("refused with 408: The request took too long", rig.Log);
        Assert.Contains(": 8 are being answered", rig.Log);
        slow.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task No_secret_is_ever_sent_back_and_all_are_kept()
    {
        await using PageRig rig = new();
        var (cookie, token) = await rig.LogInAsync();
        string before = File.ReadAllText(rig.SettingsPath);
        string shown = (await rig.AskAsync("GET", "/settings", "", cookie)).Split("\r\n\r\n", 2)[1];
        Assert.DoesNotContain(PageRig.Secret, shown);
        Assert.Equal(before.Replace(PageRig.Secret, "********0"), shown);
        Assert.DoesNotContain(PageRig.Secret, await rig.AskAsync("GET", "/state", "", cookie));
        Status(200, await rig.AskAsync("POST", "/settings", shown.Replace("relay.example.org", "new.example.org"), cookie, token));
        Assert.Equal(before.Replace("relay.example.org", "new.example.org"), File.ReadAllText(rig.SettingsPath));
        Assert.DoesNotContain(PageRig.Secret, rig.Log);
    }

    [Fact]
    public async Task A_file_with_a_mistake_is_refused_with_its_place_and_changes_nothing()
    {
        await using PageRig rig = new();
        var (cookie, token) = await rig.LogInAsync();
        string before = File.ReadAllText(rig.SettingsPath);
        string reply = await rig.AskAsync("POST", "/settings", before.Replace("security = none", "security = some"), cookie, token);
        Status(422, reply);
        Assert.Contains("\r\n\r\n9:13:expected", reply);
        Assert.Equal(before, File.ReadAllText(rig.SettingsPath));
        Assert.Equal(0, rig.Restarts);
    }

    [Fact]
    public void Every_setting_whose_name_sounds_secret_is_hidden()
    {
        string[] words = ["password", "secret", "token", "key"];
        var open = Enum.GetNames<Relay.SettingsParser.Rule>()
            .Where(name => words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) && !new[] { "Entry", "Path", "Url", "Scope", "TlsKey" }.Any(harmless => name.EndsWith(harmless, StringComparison.Ordinal)))
            .Where(name => !Relay.Page.SettingsMask.IsSecret(Enum.Parse<Relay.SettingsParser.Rule>(name)));
        Assert.Empty(open);
    }

    [Fact]
    public void The_page_is_at_most_24_KiB_and_asks_nobody_else()
    {
        using Stream stream = typeof(Relay.Page.PageServer).Assembly.GetManifestResourceStream("page.html")!;
        string html = new StreamReader(stream).ReadToEnd();
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 24 * 1024);
        Assert.DoesNotContain("//", html.Replace("http://www.w3.org/2000/svg", "").Replace("// The file", ""));
        Assert.DoesNotContain("innerHTML", html);
    }
}
