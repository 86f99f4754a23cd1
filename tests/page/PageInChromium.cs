using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Page.Tests;

/// <summary>Each thing people do with the page, in a real browser: no console error, nothing axe complains of. With SMTPEMBEDDED_SCREENSHOTS=FOLDER pictures are kept.</summary>
public class PageInChromium(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private readonly List<string> _errors = new();

    private async Task<IPage> OpenAsync(PageRig rig, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        IPage page = await chromium.Browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        page.SetDefaultTimeout(15000);
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            // A refusal is a status, and Chromium writes each into the console: those are asked for here.
            if (message.Type is "error" or "warning" && !message.Text.Contains("the server responded with a status of 4"))
            {
                _errors.Add(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(rig.Url, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                _errors.Add("asked elsewhere: " + request.Url);
            }
        };
        await page.GotoAsync(rig.Url);
        return page;
    }

    private async Task<IPage> LoggedInAsync(PageRig rig, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        IPage page = await OpenAsync(rig, width, height, scheme);
        await page.GetByLabel("Password").FillAsync(rig.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Recent deliveries" }).WaitForAsync();
        await Assertions.Expect(page.Locator("#host")).ToHaveTextAsync("relay.example.org");
        return page;
    }

    private static async Task AxeAsync(IPage page)
    {
        AxeResult result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join("\n", result.Violations.Select(v => v.Id + ": " + v.Help + " " + string.Join(" | ", v.Nodes.Select(n => n.Html)))));
    }

    private static async Task PictureAsync(IPage page, string name, bool isWhole = true)
    {
        if (Environment.GetEnvironmentVariable("SMTPEMBEDDED_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = isWhole });
        }
    }

    private void NoErrors() => Assert.Empty(_errors);

    [ChromiumFact]
    public async Task Logging_in_with_the_keyboard_alone_and_out_again()
    {
        await using PageRig rig = new();
        IPage page = await OpenAsync(rig);
        await Assertions.Expect(page.GetByLabel("Password")).ToBeFocusedAsync();
        await AxeAsync(page);
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#loginError")).ToHaveTextAsync("This is not the password");
        await page.Keyboard.TypeAsync(rig.Password);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#verdict")).ToHaveTextAsync("Ready, nothing sent yet");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Password").WaitForAsync();
        Assert.Equal("", await page.GetByLabel("Password").InputValueAsync());
        NoErrors();
    }

    [ChromiumFact]
    public async Task The_state_at_a_glance_on_a_desktop_and_in_the_dark()
    {
        await using PageRig rig = new();
        rig.Relay.Alerts.Raise(Severity.Error, "boiler", "Pressure is low <b>", "1.1 bar; 1.5 to 2.0 is normal.");
        rig.Relay.Alerts.Raise(Severity.Warning, "camera 3", "Lens is dirty", "");
        IPage page = await LoggedInAsync(rig);
        await Assertions.Expect(page.Locator("#verdict")).ToHaveTextAsync("Mail is getting out");
        await Assertions.Expect(page.Locator("#alerts li")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#alerts")).ToContainTextAsync("Error - boiler: Pressure is low <b>");
        await Assertions.Expect(page.Locator("#recent")).ToContainTextAsync("Delivered - postmaster@relay.example.org");
        await Assertions.Expect(page.Locator("#queue")).ToHaveTextAsync("Nothing waits");
        await Assertions.Expect(page.Locator("#log")).ToContainTextAsync("Logged in from 127.0.0.1");
        await page.WaitForTimeoutAsync(6500);
        Assert.Equal(3, await page.Locator("#charts svg").CountAsync());
        Assert.StartsWith("Memory over the last", await page.Locator("#charts svg").First.GetAttributeAsync("aria-label"));
        await AxeAsync(page);
        await PictureAsync(page, "page-desktop");
        IPage dark = await LoggedInAsync(rig, scheme: ColorScheme.Dark);
        await AxeAsync(dark);
        await PictureAsync(dark, "page-dark");
        NoErrors();
    }

    [ChromiumFact]
    public async Task A_queue_with_reasons_and_a_test_that_fails_on_a_phone()
    {
        await using PageRig rig = new(hasSmarthost: false);
        rig.Relay.Alerts.Raise(Severity.Critical, "freezer", "-4 C", "Somebody must go there.");
        IPage page = await LoggedInAsync(rig, 390, 844);
        await Assertions.Expect(page.Locator("#verdict")).ToContainTextAsync("Mail is not getting out, since");
        await Assertions.Expect(page.Locator("#queue")).ToContainTextAsync("Message 1, alert");
        await Assertions.Expect(page.Locator("#queue")).ToContainTextAsync("refuses the connection");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send test mail" }).ClickAsync();
        await Assertions.Expect(page.Locator("#testResult")).ToContainTextAsync("Wrong: port");
        await Assertions.Expect(page.Locator("#testResult")).ToContainTextAsync("What to do: Check port in [smarthost]");
        await Assertions.Expect(page.Locator("#steps")).ToContainTextAsync("Connecting to 127.0.0.1 port 1");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth<=innerWidth"), "it scrolls sideways");
        await AxeAsync(page);
        await PictureAsync(page, "page-phone");
        NoErrors();
    }

    [ChromiumFact]
    public async Task A_test_mail_shows_each_step()
    {
        await using PageRig rig = new();
        IPage page = await LoggedInAsync(rig);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send test mail" }).ClickAsync();
        await Assertions.Expect(page.Locator("#testResult")).ToHaveTextAsync("The smarthost has taken the test mail.");
        string steps = await page.Locator("#steps").InnerTextAsync();
        foreach (string step in new[] { "Connecting to 127.0.0.1", "< 220 smarthost.example.org", "> EHLO relay.example.org", "> MAIL FROM:<alerts@relay.example.org>", "> (the message)", "< 250 2.0.0" })
        {
            Assert.Contains(step, steps);
        }

        Assert.DoesNotContain("Auto-Submitted", steps);
        await PictureAsync(page, "page-test");
        await AxeAsync(page);
        NoErrors();
    }

    [ChromiumFact]
    public async Task Settings_are_refused_at_their_field_and_stored_when_right()
    {
        await using PageRig rig = new();
        IPage page = await LoggedInAsync(rig, 390, 844);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change settings" }).ClickAsync();
        ILocator hostname = page.Locator("input[name='server.hostname']");
        await Assertions.Expect(hostname).ToHaveValueAsync("relay.example.org");
        Assert.Equal("", await page.Locator("input[name='smarthost.password']").InputValueAsync());
        await AxeAsync(page);

        ILocator quiet = page.Locator("input[name='alerts.quiet']");
        await quiet.FillAsync("22:00-25:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and start again" }).ClickAsync();
        await Assertions.Expect(quiet).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(quiet).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("p.error", new() { HasTextString = "expected a time of the day" })).ToBeVisibleAsync();
        await AxeAsync(page);
        await PictureAsync(page, "page-settings", isWhole: false);
        Assert.Equal(0, rig.Restarts);

        await quiet.FillAsync("22:00-06:30");
        await hostname.FillAsync("new.example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and start again" }).ClickAsync();
        await Assertions.Expect(page.Locator("#saved")).ToContainTextAsync("Saved.");
        string file = File.ReadAllText(rig.SettingsPath);
        Assert.Contains("# Ours\n", file);
        Assert.Contains("hostname = new.example.org\n", file);
        Assert.Contains("password = " + PageRig.Secret + "\n", file);
        Assert.Contains("[alerts]\nquiet = 22:00-06:30\n", file);
        Assert.Equal(1, rig.Restarts);
        NoErrors();
    }
}
