using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Login;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>Tokens come from a file, a command or a token server; when none comes, a sentence says why.</summary>
public sealed class TokenSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFileIsReadAnewEachTime()
    {
        string path = Path.Combine(_folder, "token");
        var source = new FileTokenSource(path);
        Assert.Null(source.Get(out string error));
        Assert.Contains(path, error);
        File.WriteAllText(path, "one \nsecond line\n");
        Assert.Equal("one", source.Get(out _));
        File.WriteAllText(path, "two");
        Assert.Equal("two", source.Get(out _));
        File.WriteAllText(path, "");
        Assert.Null(source.Get(out error));
        Assert.Contains("is empty", error);
    }

    [Fact]
    public void ACommandPrintsIt()
    {
        Assert.Equal("abc", new CommandTokenSource("echo abc; echo rest").Get(out _));
        Assert.Null(new CommandTokenSource("echo abc; exit 3").Get(out string error));
        Assert.Contains("exit code 3", error);
        Assert.Null(new CommandTokenSource("true").Get(out error));
        Assert.Contains("printed no token", error);
    }

    [Fact]
    public async Task ClientCredentialsAreExchangedAndTheTokenKept()
    {
        using var server = new TokenServer();
        server.Answers.Enqueue((200, "{\"access_token\":\"t1\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"));
        server.Answers.Enqueue((200, "{\"access_token\":\"t2\",\"expires_in\":3600}"));
        var source = new HttpTokenSource(new Smarthost { TokenUrl = server.Url, ClientId = "id", ClientSecret = "s&cret", Scope = "mail.send" }, new SystemClock());
        Assert.Equal("t1", await Task.Run(() => source.Get(out _)));
        Assert.Equal("t1", await Task.Run(() => source.Get(out _)));
        string form = Assert.Single(server.Forms);
        Assert.Contains("grant_type=client_credentials", form);
        Assert.Contains("client_secret=s%26cret", form);
        Assert.Contains("scope=mail.send", form);

        // A token that the smarthost refused is not used again.
        source.Forget();
        Assert.Equal("t2", await Task.Run(() => source.Get(out _)));
    }

    [Fact]
    public async Task ARefreshTokenThatIsReplacedIsUsedFromThenOn()
    {
        using var server = new TokenServer();
        server.Answers.Enqueue((200, "{\"access_token\":\"t1\",\"expires_in\":1,\"refresh_token\":\"r2\"}"));
        server.Answers.Enqueue((200, "{\"access_token\":\"t2\",\"expires_in\":1}"));
        var source = new HttpTokenSource(new Smarthost { TokenUrl = server.Url, ClientId = "id", RefreshToken = "r1" }, new SystemClock());
        Assert.Equal("t1", await Task.Run(() => source.Get(out _)));
        Assert.Equal("t2", await Task.Run(() => source.Get(out _)));
        Assert.Contains("grant_type=refresh_token", server.Forms[0]);
        Assert.Contains("refresh_token=r1", server.Forms[0]);
        Assert.Contains("refresh_token=r2", server.Forms[1]);
    }

    [Theory]
    [InlineData(401, "{\"error\":\"invalid_client\",\"error_description\":\"secret expired\"}", "status 401: invalid_client secret expired")]
    [InlineData(200, "<html>", "no JSON")]
    [InlineData(200, "[]", "no JSON")]
    [InlineData(500, "", "status 500")]
    public async Task ARefusalIsToldWithoutTheSecret(int status, string body, string told)
    {
        using var server = new TokenServer();
        server.Answers.Enqueue((status, body));
        var source = new HttpTokenSource(new Smarthost { TokenUrl = server.Url, ClientId = "id", ClientSecret = "hidden" }, new SystemClock());
        string error = "";
        Assert.Null(await Task.Run(() => source.Get(out error)));
        Assert.Contains(told, error);
        Assert.DoesNotContain("hidden", error);
    }

    [Fact]
    public void NobodyThereIsTold()
    {
        var source = new HttpTokenSource(new Smarthost { TokenUrl = "http://127.0.0.1:1/token", ClientId = "id" }, new SystemClock());
        Assert.Null(source.Get(out string error));
        Assert.Contains("cannot be asked", error);
    }

    private sealed class TokenServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public TokenServer()
        {
            using (var port = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                port.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/token/";
            }

            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url { get; }

        public Queue<(int Status, string Body)> Answers { get; } = new();

        public List<string> Forms { get; } = new();

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    HttpListenerContext context = await _listener.GetContextAsync();
                    using (var reader = new StreamReader(context.Request.InputStream))
                    {
                        Forms.Add(await reader.ReadToEndAsync());
                    }

                    (int status, string body) = Answers.Dequeue();
                    context.Response.StatusCode = status;
                    using (var writer = new StreamWriter(context.Response.OutputStream))
                    {
                        await writer.WriteAsync(body);
                    }
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
            }
        }
    }
}
