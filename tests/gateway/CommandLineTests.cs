using System;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>The program as its operator meets it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtpembedded-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(GatewayProcess.Terminate)]
    [InlineData(GatewayProcess.Interrupt)]
    public async Task ASignalStopsTheServiceCleanly(int signal)
    {
        using var process = new GatewayProcess("run", "--settings", SettingsFile("listen = 127.0.0.1:" + FreePort()));
        string? ready = await process.ReadLineAsync();
        Assert.StartsWith("listening on 127.0.0.1:", ready);
        using Client client = await Client.GreetedAsync(IPEndPoint.Parse(ready!["listening on ".Length..]));
        await client.SubmitAsync("Subject: kept\r\n\r\ntext");

        process.Signal(signal);
        Assert.StartsWith("421 ", await client.ReplyAsync());
        client.Dispose();
        var (exitCode, output, error) = await process.EndAsync();
        Assert.True(exitCode == 0, error);
        Assert.Equal("", output);
    }

    [Fact]
    public async Task AMistakeInTheSettingsIsToldAndNothingStarts()
    {
        string file = SettingsFile("listen = 127.0.0.1:" + FreePort() + "\nhostnam = relay");
        using var process = new GatewayProcess("run", "--settings", file);
        var (exitCode, output, error) = await process.EndAsync();
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.StartsWith(file + ":3:8: ", error);
        Assert.Contains("expected", error);
        Assert.False(Directory.Exists(Path.Combine(_folder, "spool")));
    }

    [Fact]
    public async Task TheDemoShowsBothMessages()
    {
        using var process = new GatewayProcess("demo");
        var (exitCode, output, error) = await process.EndAsync();
        Assert.True(exitCode == 0, error);
        Assert.Equal("", error);
        Assert.Contains("alert raised", output);
        Assert.Contains("On battery", output);
        Assert.Contains("message submitted", output);
        Assert.Contains("\n.this line begins with a dot", output);
        Assert.Contains("entrée", output);
    }

    [Fact]
    public async Task HelpNamesTheCommands()
    {
        using var process = new GatewayProcess("--help");
        var (exitCode, output, _) = await process.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains("run", output);
        Assert.Contains("demo", output);
        Assert.Contains("queue", output);
    }

    [Fact]
    public async Task RunWithoutSettingsSaysWhatIsMissing()
    {
        using var process = new GatewayProcess("run");
        var (exitCode, _, error) = await process.EndAsync();
        Assert.NotEqual(0, exitCode);
        Assert.Contains("--settings", error);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string SettingsFile(string server)
    {
        string path = Path.Combine(_folder, "settings");
        File.WriteAllText(path, $"[server]\n{server}\n[spool]\npath = {_folder}/spool\n");
        return path;
    }
}
