using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Xunit;

namespace SmtpEmbedded.Page.Tests;

/// <summary>The Chromium of the machine; <c>SMTPEMBEDDED_CHROMIUM</c> names another.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;

    /// <summary>Where Chromium is; null: there is none.</summary>
    public static string? Path { get; } = new[] { Environment.GetEnvironmentVariable("SMTPEMBEDDED_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
        .FirstOrDefault(File.Exists);

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Path is not null)
        {
            _playwright = await Playwright.CreateAsync();
            Browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu"] });
        }
    }

    public async Task DisposeAsync()
    {
        if (_playwright is not null)
        {
            await Browser.DisposeAsync();
            _playwright.Dispose();
        }
    }
}

/// <summary>A test that needs Chromium, and says so where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (ChromiumFixture.Path is null)
        {
            Skip = "SKIPPED: no Chromium on this machine (apt-get install chromium, or set SMTPEMBEDDED_CHROMIUM): the page was not looked at in a browser";
        }
    }
}
