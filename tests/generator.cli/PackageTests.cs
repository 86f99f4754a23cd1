using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Abnf.Cli.Tests;

/// <summary>The packages as their users meet them: packed, and used in a folder that knows nothing of this solution.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="SmtpEmbedded.Abnf" Version="0.1.0" />
            <AbnfGrammar Include="greeting.abnf" />
          </ItemGroup>
        </Project>

        """;

    private const string Program = """
        using System;
        using System.Text;
        using SmtpEmbedded.Abnf;

        var parser = new GreetingParser();
        byte[] bytes = Encoding.ASCII.GetBytes("HELLO Ann-Mary\r\n");
        parser.Feed(bytes, 0, bytes.Length);
        Console.WriteLine(parser.State + " " + Encoding.ASCII.GetString(bytes, parser.CaptureStart(0), parser.CaptureEnd(0) - parser.CaptureStart(0)));

        [AbnfParser("greeting", Captures = "name")]
        public partial class GreetingParser { }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("abnf-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFreshProjectUsesThePackageAndIsToldOfItsMistakes()
    {
        string package = Pack("generator/roslyn", "SmtpEmbedded.Abnf.0.1.0.nupkg");
        using (ZipArchive archive = ZipFile.OpenRead(package))
        {
            string[] entries = [.. archive.Entries.Select(e => e.FullName)];
            Assert.Contains("analyzers/dotnet/cs/SmtpEmbedded.Abnf.Roslyn.dll", entries);
            Assert.Contains("analyzers/dotnet/cs/SmtpEmbedded.Abnf.Core.dll", entries);
            Assert.Contains("build/SmtpEmbedded.Abnf.props", entries);
            Assert.Contains("build/SmtpEmbedded.Abnf.targets", entries);
            Assert.Contains("diagnostics/ABNF002.md", entries);
            Assert.DoesNotContain(entries, e => e.StartsWith("lib/", StringComparison.Ordinal));
        }

        Write("app.csproj", Project);
        Write("Program.cs", Program);
        Write("greeting.abnf", "; the first line\ngreeting = \"HELLO\" SP nme CRLF\nname = 1*( ALPHA / \"-\" )\n");
        ToolResult mistaken = Shell.Run(_folder, "dotnet", "build", "app.csproj", "-nodeReuse:false");
        Assert.NotEqual(0, mistaken.ExitCode);
        Assert.Contains("greeting.abnf(2,23): error ABNF002: No rule is named 'nme'; did you mean 'name'?", mistaken.Output, StringComparison.Ordinal);
        Assert.Contains("diagnostics/ABNF002.md", mistaken.Output, StringComparison.Ordinal);

        // And nothing else: the members of the parser that could not be made are not missed.
        Assert.DoesNotContain("error CS", mistaken.Output, StringComparison.Ordinal);

        Write("greeting.abnf", "greeting = \"HELLO\" SP name CRLF\nname = 1*( ALPHA / \"-\" )\n");
        ToolResult built = Shell.Run(_folder, "dotnet", "build", "app.csproj", "-nodeReuse:false", "-o", "out");
        Assert.True(built.ExitCode == 0, built.Output);
        ToolResult run = Shell.Run(_folder, "dotnet", Path.Combine("out", "app.dll"));
        Assert.Equal("Matched Ann-Mary\n", run.Output);

        // The program stands alone.
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_folder, "out")), f => Path.GetFileName(f).Contains("Abnf", StringComparison.Ordinal));
    }

    [Fact]
    public void TheToolIsInstalledAndRuns()
    {
        Pack("generator/cli", "SmtpEmbedded.Abnf.Tool.0.1.0.nupkg");
        ToolResult installed = Shell.Run(
            _folder, "dotnet", "tool", "install", "SmtpEmbedded.Abnf.Tool", "--version", "0.1.0", "--tool-path", "tools", "--configfile", "nuget.config");
        Assert.True(installed.ExitCode == 0, installed.Output + installed.Error);
        Write("g.abnf", "a = 1*DIGIT\n");
        ToolResult checkedGrammar = Shell.Run(_folder, Path.Combine(_folder, "tools", "abnf"), "check", "g.abnf");
        Assert.Equal("1 rule in g.abnf: nothing to complain about.\n", checkedGrammar.Output);
        Assert.Equal(0, checkedGrammar.ExitCode);
    }

    /// <summary>Packs what the build has made, into a feed that is the only one there is.</summary>
    private string Pack(string project, string file)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "SmtpEmbedded.sln")))
        {
            root = root.Parent;
        }

#if DEBUG
        const string Configuration = "Debug";
#else
        const string Configuration = "Release";
#endif
        string feed = Path.Combine(_folder, "feed");
        ToolResult packed = Shell.Run(root.FullName, "dotnet", "pack", project, "-c", Configuration, "--no-build", "-o", feed, "-nodeReuse:false");
        Assert.True(packed.ExitCode == 0, packed.Output + packed.Error);
        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder, "packages")}" /></config>
              <packageSources><clear /><add key="feed" value="{feed}" /></packageSources>
            </configuration>

            """);
        return Path.Combine(feed, file);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
