using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MPCache.Service.Tests;

/// <summary>The page in a real browser: Debian's chromium. Skipped, and said so, where it is not installed; .ci/run installs it.</summary>
public sealed class PageTests : IDisposable
{
    private const string Chromium = "/usr/bin/chromium";

    private readonly Served _served = new();

    [SkippableFact]
    public async Task TwoTurnsAStopAndAServerThatIsKilled()
    {
        Skip.IfNot(File.Exists(Chromium), "no /usr/bin/chromium: apt-get install chromium");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox"],
        });
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ColorScheme = ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
        });
        page.SetDefaultTimeout(60_000);
        var patience = new LocatorAssertionsToHaveTextOptions { Timeout = 60_000 };
        var errors = new List<string>();
        page.Console += (_, m) => errors.AddRange(m.Type == "error" ? [m.Text] : (string[])[]);
        page.PageError += (_, e) => errors.Add(e);
        await page.GotoAsync(_served.Address.ToString());
        await page.EvaluateAsync("document.getElementById('keyline').hidden = false");
        await page.FillAsync("#key", Served.Key);

        // A question that the embedded model answers from its context, sent with the keyboard.
        await page.FillAsync("#most", "16");
        await page.FillAsync("#text", "The seal of Tamar is 48213.\nQuestion: What is the seal of Tamar?\nAnswer:");
        await page.PressAsync("#text", "Enter");
        await Done();
        Assert.Contains("48213", await page.InnerTextAsync("#turns li.assistant .body"));
        Assert.Matches("^([0-9a-f]{2} )+[0-9a-f]{2}$", await page.InnerTextAsync("#server-sees"));
        Assert.Contains("tokens of prompt", await page.InnerTextAsync("#dealer-told"));
        Assert.True(await page.Locator(".stage").CountAsync() > 3);
        await page.FillAsync("#text", "And it came to pass");
        await page.ClickAsync("#send");
        await Done();
        Assert.Equal(2, await page.Locator("#turns li.assistant").CountAsync());
        await Picture("light");
        await page.ClickAsync("#theme");
        await Picture("dark");
        await page.SetViewportSizeAsync(400, 860);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "wider than a narrow screen");
        await Picture("narrow");

        // Stop, then ask anew; then the server dies.
        await page.FillAsync("#most", "400");
        await page.ClickAsync("#again");
        await Begun();
        await page.PressAsync("body", "Escape");
        await Assertions.Expect(page.Locator("#status")).ToContainTextAsync("stopped", new() { Timeout = 60_000 });
        await page.ClickAsync("#again");
        await Begun();
        Assert.Empty(errors);
        _served.KillServer();
        await Assertions.Expect(page.Locator("#status")).ToHaveClassAsync("bad", new() { Timeout = 60_000 });
        Assert.Contains("server was killed", await page.InnerTextAsync("#status"));
        Assert.Empty(errors);

        Task Done() => Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("done", patience);

        // The text of the answer under way is a sentence long. (The page's policy lets no test evaluate code as it waits.)
        Task Begun() => Assertions.Expect(page.Locator("#turns li").Last.Locator(".body")).ToHaveTextAsync(new Regex(".{10}"), patience);

        // Where MPCACHE_PICTURES names a folder; docs/ has those of a run.
        async Task Picture(string name)
        {
            if (Environment.GetEnvironmentVariable("MPCACHE_PICTURES") is { Length: > 0 } folder)
            {
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"page-{name}.png") });
            }
        }
    }

    public void Dispose() => _served.Dispose();
}
