using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary><c>selftest</c> passes our relay and finds what a bad one does.</summary>
public sealed class SelfTestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task OurRelayStandsEverything()
    {
        await using var fixture = new RelayFixture();
        fixture.Settings.AllowedNetworks = [new Network([127, 0, 0, 1], 32)];
        fixture.Settings.Limits.SessionsPerAddress = 100;
        fixture.Start();
        (int code, List<JsonElement> attempts) = await RunAsync(fixture.Relay.EndPoint, "127.0.0.1/32");
        Assert.True(code == SelfTestCommand.NotAbused, string.Join('\n', attempts));
        Assert.Contains(attempts, attempt => Name(attempt).Contains("80 ways") && Outcome(attempt) == "Refused" && attempt.GetProperty("from").GetString() == "127.0.0.2");
        Assert.Equal(10, attempts.Count(attempt => Name(attempt).StartsWith("end of data as", StringComparison.Ordinal) && Outcome(attempt) == "Refused"));
        Assert.Equal(0, fixture.Relay.QueuedMessages);
    }

    [Fact]
    public async Task ABadRelayIsFoundOut()
    {
        using var bad = new BadRelay();
        (int code, List<JsonElement> attempts) = await RunAsync(bad.EndPoint, "127.0.0.1/32");
        Assert.Equal(SelfTestCommand.Abused, code);
        string[] abused = attempts.Where(attempt => Outcome(attempt) == "Abused").Select(Name).ToArray();
        Assert.Contains("relay from <stranger@example.net> to <victim@example.com>", abused);
        Assert.Contains("end of data as LF . LF", abused);
        Assert.Contains("end of data as LF . CRLF", abused);
        Assert.Contains("bare LF between commands", abused);
        Assert.Contains("login in clear text", abused);
        Assert.Contains("200 lines of nonsense at once", abused);
    }

    [Fact]
    public async Task RulesThatLetAnybodyInAreFoundOut()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        (int code, List<JsonElement> attempts) = await RunAsync(fixture.Relay.EndPoint, "0.0.0.0/0");
        Assert.Equal(SelfTestCommand.Abused, code);
        Assert.Equal("the rules", Name(attempts.Single(attempt => Outcome(attempt) == "Abused")));
        Assert.Contains(attempts, attempt => Outcome(attempt) == "NotTried");
    }

    [Fact]
    public async Task WithoutARelayNothingIsTried()
    {
        var error = new StringWriter();
        string path = Write(new IPEndPoint(IPAddress.Loopback, CheckTests.FreePort()), "127.0.0.1");
        Assert.Equal(SelfTestCommand.NotTried, await SelfTestCommand.RunAsync(path, null, false, TextWriter.Null, error));
        Assert.Contains("start it first", error.ToString());
    }

    [Fact]
    public async Task TheTableHasALineForEachAttempt()
    {
        await using var fixture = new RelayFixture();
        fixture.Start();
        var output = new StringWriter();
        await SelfTestCommand.RunAsync(Write(fixture.Relay.EndPoint, "127.0.0.0/8"), null, false, output, TextWriter.Null);
        Assert.Contains("end of data as CRLF . LF", output.ToString());
        Assert.Contains("the relay could not be abused", output.ToString());
    }

    private async Task<(int Code, List<JsonElement> Attempts)> RunAsync(IPEndPoint server, string allow)
    {
        var output = new StringWriter();
        int code = await SelfTestCommand.RunAsync(Write(server, allow), null, true, output, output);
        return (code, JsonDocument.Parse(output.ToString()).RootElement.EnumerateArray().ToList());
    }

    private string Write(IPEndPoint server, string allow)
    {
        string path = Path.Combine(_folder, "site.conf");
        File.WriteAllText(path, $"[server]\nlisten = {server}\nhostname = relay.example.org\nallow = {allow}\n[spool]\npath = {_folder}/spool\n");
        return path;
    }

    private static string Name(JsonElement attempt) => attempt.GetProperty("name").GetString()!;

    private static string Outcome(JsonElement attempt) => attempt.GetProperty("outcome").GetString()!;

    /// <summary>Says yes to everything, and takes any line end for one.</summary>
    private sealed class BadRelay : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public BadRelay()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
            }
        }

        private static async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    NetworkStream stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.Latin1);
                    await stream.WriteAsync("220 come in\r\n"u8.ToArray());
                    bool isData = false;
                    while (await reader.ReadLineAsync() is { } line)
                    {
                        bool ends = isData && line == ".";
                        bool begins = !isData && line.StartsWith("DATA", StringComparison.Ordinal);
                        string reply = begins ? "354 go on\r\n" : isData && !ends ? "" : "250 ok\r\n";
                        isData = begins || (isData && !ends);
                        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply));
                    }
                }
                catch (IOException)
                {
                }
            }
        }
    }
}
