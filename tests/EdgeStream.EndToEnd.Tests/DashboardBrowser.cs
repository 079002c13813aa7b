using System.Collections.Concurrent;
using EdgeStream.Testing;
using Microsoft.Playwright;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Chromium on the dashboard, watching for errors and for requests to anywhere else.</summary>
internal sealed class DashboardBrowser : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ConcurrentQueue<string> _complaints = new();

    private DashboardBrowser(IPlaywright playwright, IBrowser browser, IPage page, Uri address)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"console {message.Type}: {message.Text} {message.Location}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"page error: {error}");
        page.RequestFailed += (_, request) => _complaints.Enqueue($"failed: {request.Url} {request.Failure}");
        page.Request += (_, request) =>
        {
            if (!IsOwn(request.Url, address))
            {
                _complaints.Enqueue($"external request: {request.Url}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _complaints.Enqueue($"{response.Status}: {response.Url}");
            }
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Opens a page of the dashboard and waits until it is loaded.</summary>
    public static async Task<DashboardBrowser> OpenAsync(Uri address, string path = "", int widthPx = 1440)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = widthPx, Height = 900 },
            ColorScheme = ColorScheme.Light,
        });
        var dashboard = new DashboardBrowser(playwright, browser, page, address);
        await page.GotoAsync(
            new Uri(address, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return dashboard;
    }

    /// <summary>Waits until an element's visible text contains a text.</summary>
    public async Task ShowsAsync(string selector, string text)
    {
        var shown = "";
        await Poll.UntilAsync(
            async () =>
            {
                shown = await Page.InnerTextAsync(selector);
                return shown.Contains(text, StringComparison.OrdinalIgnoreCase);
            },
            TimeSpan.FromSeconds(30),
            () => $"'{text}' does not show in {selector}:\n{shown}\n{string.Join('\n', _complaints)}");
    }

    /// <summary>Fails when the page logged an error, made a request that failed, or asked anybody but its gateway;
    /// what has one of the <paramref name="expected"/> texts in it is what the test was about.</summary>
    public void AssertQuiet(params string[] expected)
    {
        var complaints = _complaints
            .Where(complaint => !expected.Any(text => complaint.Contains(text, StringComparison.Ordinal)))
            .ToList();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static bool IsOwn(string url, Uri address) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme is "data" or "blob" || (uri.Host == address.Host && uri.Port == address.Port));
}
