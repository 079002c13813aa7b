using EdgeStream.Testing;
using Microsoft.Playwright;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The queries page in a real browser, on the real gateway.</summary>
public sealed class QueryPageTests
{
    private const string Page = "queries.html";
    private const string Check = "/api/queries/check";
    private const string Run = "/api/queries/run";

    /// <summary>
    /// What Chromium may say of a run that is done: the page has read its last line, and the browser has not come to
    /// its own end of the answer.
    /// </summary>
    private const string GivenUp = $"{Run} net::ERR_ABORTED";

    private const string Config = $"""
        {QuietConfig.Text}
        streams:
          - name: warm
        queries:
          - name: configured
            sql: SELECT STREAM COUNT(*) AS "records" FROM "readings" GROUP BY FLOOR("readings".ROWTIME TO MINUTE)
        """;

    private const string Device = """SELECT STREAM PARTITION_KEY AS "device", "t" FROM "readings" """;
    private const string Warm = Device + """WHERE "t" > 30""";

    /// <summary>Every piece of text on the page with a contrast below 4.5 to 1.</summary>
    private const string PaleWords = """
        (() => {
          const channels = (color) => color.match(/[\d.]+/g).map(Number);
          const light = (color) => channels(color).slice(0, 3).map((value) => value / 255)
            .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
            .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
          const behind = (node) => {
            for (let at = node; at; at = at.parentElement) {
              const color = getComputedStyle(at).backgroundColor;
              const [, , , alpha = 1] = channels(color);
              if (alpha === 1) return color;
            }
            return getComputedStyle(document.documentElement).backgroundColor;
          };
          return [...document.querySelectorAll('body *')]
            .filter((node) => node.checkVisibility() && !node.closest('[aria-hidden=true], :disabled')
              && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
            .map((node) => {
              const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
              return [(a + 0.05) / (b + 0.05), node];
            })
            .filter(([contrast]) => contrast < 4.5)
            .map(([contrast, node]) => `${contrast.toFixed(2)} ${node.outerHTML.slice(0, 200)}`);
        })()
        """;

    [Fact]
    public async Task Rows_of_a_live_run_show_as_they_arrive_in_a_table_and_in_a_chart()
    {
        await using var world = await GatewayWorld.StartAsync("query-live", Config);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        await WriteAsync(browser, Device);
        await browser.Page.PressAsync("#sql", "Control+Enter");
        await browser.ShowsAsync("#result-head", "device");
        await browser.ShowsAsync("#run", "Stop");

        await world.Api.PublishAsync("readings", "hall", """{"t":21.5}""");
        await browser.ShowsAsync("[data-testid=result-row]", "21.5");
        await world.Api.PublishAsync("readings", "cellar", """{"t":12.25}""");
        await browser.ShowsAsync("[data-testid=result-row]:first-child", "cellar");
        await browser.ShowsAsync("[data-testid=result-count]", "2 rows");
        await browser.ShowsAsync("[data-testid=chart-note]", "a line for each device");
        await browser.ShowsAsync("[data-testid=chart-legend]", "12.3");

        await browser.Page.ClickAsync("#run");
        await browser.ShowsAsync("[data-testid=result-state]", "Stopped after 2 rows");
        await browser.ShowsAsync("#run", "Run");
        browser.AssertQuiet(Run);
    }

    [Fact]
    public async Task History_is_read_from_a_time_to_a_time_and_ends_by_itself()
    {
        await using var world = await GatewayWorld.StartAsync("query-history", Config);
        for (var number = 0; number < 60; number++)
        {
            await world.Api.PublishAsync("readings", "hall", $$"""{"t":{{number}}}""");
        }

        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        await browser.ShowsAsync("[data-testid=header-version]", "v");
        await WriteAsync(browser, """SELECT STREAM "readings".ROWTIME, "t" FROM "readings" WHERE "t" >= 2""");
        await browser.Page.ClickAsync("[data-testid=mode-history]");
        Assert.Matches(@"^\d{4}-\d\d-\d\dT", await browser.Page.InputValueAsync("[data-testid=run-from]"));
        await browser.Page.FillAsync("[data-testid=run-to]", "");
        await browser.Page.ClickAsync("#run");

        await browser.ShowsAsync("[data-testid=result-state]", "Done: 58 rows of 60 records");
        await browser.ShowsAsync("[data-testid=chart-note]", "over ROWTIME, UTC");
        Assert.Equal(50, await browser.Page.Locator("[data-testid=result-row]").CountAsync());
        await browser.ShowsAsync("[data-testid=result-row]:first-child", "2");
        await browser.Page.ClickAsync("#page-on");
        await browser.ShowsAsync("[data-testid=result-pages]", "Page 2 of 2");
        await browser.ShowsAsync("[data-testid=result-row]:last-child", "59");

        await browser.Page.FillAsync("[data-testid=run-limit]", "3");
        await browser.Page.ClickAsync("#run");
        await browser.ShowsAsync("[data-testid=result-state]", "Done: 3 rows");
        browser.AssertQuiet(GivenUp);
    }

    [Fact]
    public async Task An_error_is_underlined_where_it_is_with_its_hint_and_goes_when_it_is_mended()
    {
        await using var world = await GatewayWorld.StartAsync("query-error", Config);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        var page = browser.Page;
        await page.FillAsync("#sql", "SELECT STREAM PARTITION_KEY,\n  FLOR(\"t\") AS \"whole\"\nFROM \"readings\"");

        await browser.ShowsAsync("[data-testid=query-wrong]", "FLOR");
        await browser.ShowsAsync("[data-testid=query-error]", "line 2, column 3");
        await browser.ShowsAsync("[data-testid=query-error]", "FLOOR");
        Assert.Equal("true", await page.GetAttributeAsync("#sql", "aria-invalid"));
        Assert.Equal(await BoxOfTextAsync(page, "#sql"), await BoxOfTextAsync(page, "#sql-marks"));
        await page.ClickAsync("[data-testid=error-position]");
        await page.Keyboard.TypeAsync("FLOOR");

        await browser.ShowsAsync("[data-testid=query-check]", "whole");
        Assert.Equal(0, await page.Locator("[data-testid=query-wrong]").CountAsync());
        Assert.False(await page.IsVisibleAsync("[data-testid=query-error]"));
        browser.AssertQuiet(Check);
    }

    [Fact]
    public async Task A_query_is_saved_runs_over_a_kill_and_is_switched_changed_and_deleted()
    {
        await using var world = await GatewayWorld.StartAsync("query-save", Config);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        var page = browser.Page;
        await browser.ShowsAsync(Row("configured"), "of the configuration");
        Assert.False(await page.IsVisibleAsync($"{Row("configured")} [data-testid=query-delete]"));

        await WriteAsync(browser, Warm);
        await page.ClickAsync("[data-testid=save-drawer] summary");
        await page.FillAsync("[data-testid=save-name]", "too warm");
        await page.ClickAsync("[data-testid=save]");
        await browser.ShowsAsync("[data-testid=save-state]", "letters, digits");
        await page.FillAsync("[data-testid=save-name]", "too-warm");
        await page.SelectOptionAsync("[data-testid=save-stream]", "warm");
        await page.SelectOptionAsync("[data-testid=save-key]", "device");
        await page.ClickAsync("[data-testid=save]");
        await browser.ShowsAsync("[data-testid=save-state]", "Saved as too-warm");
        await browser.ShowsAsync(Row("too-warm"), "running");
        await world.Api.PublishAsync("readings", "hall", """{"t":35}""");
        await world.RecordsAsync("warm", 1);
        await browser.ShowsAsync(Row("too-warm"), "1 in, 1 out");
        browser.AssertQuiet();

        world.Gateway.Kill9();
        await world.StartAgainAsync();
        await browser.ShowsAsync("[data-testid=connection-state]", "live");
        await browser.ShowsAsync(Row("too-warm"), "running");
        await page.ClickAsync($"{Row("too-warm")} [data-testid=query-toggle]");
        await browser.ShowsAsync(Row("too-warm"), "switched off");
        await page.ClickAsync($"{Row("too-warm")} [data-testid=query-toggle]");
        await browser.ShowsAsync(Row("too-warm"), "running");
        await world.Api.PublishAsync("readings", "hall", """{"t":36}""");
        var records = await world.RecordsAsync("warm", 2);
        Assert.All(records, record => Assert.Equal("hall", record.Key));

        await page.FillAsync("#sql", "");
        await page.ClickAsync($"{Row("too-warm")} [data-testid=query-edit]");
        Assert.Equal(Warm, await page.InputValueAsync("#sql"));
        await page.FillAsync("#sql", Warm + " AND \"t\" < 90");
        await page.ClickAsync("[data-testid=save]");
        await page.ClickAsync($"{Row("too-warm")} summary");
        await browser.ShowsAsync($"{Row("too-warm")} [data-testid=query-text]", "< 90");

        await page.ClickAsync($"{Row("too-warm")} [data-testid=query-delete]");
        await browser.ShowsAsync($"{Row("too-warm")} [data-testid=query-keep]", "Keep");
        await page.ClickAsync($"{Row("too-warm")} [data-testid=query-delete]");
        await Poll.UntilAsync(async () => await page.Locator(Row("too-warm")).CountAsync() == 0);
        Assert.Equal(2, (await world.Api.ReadAllAsync("warm")).Count);
    }

    [Fact]
    public async Task A_name_of_the_configuration_is_refused_with_words()
    {
        await using var world = await GatewayWorld.StartAsync("query-taken", Config);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        await WriteAsync(browser, Device);
        await browser.Page.ClickAsync("[data-testid=save-drawer] summary");
        await browser.Page.FillAsync("[data-testid=save-name]", "configured");
        await browser.Page.ClickAsync("[data-testid=save]");

        await browser.ShowsAsync("[data-testid=save-state]", "configuration");
        browser.AssertQuiet("/api/queries/configured");
    }

    [Fact]
    public async Task What_a_stream_holds_is_offered_as_columns_and_as_queries_to_begin_with()
    {
        await using var world = await GatewayWorld.StartAsync("query-discover", Config);
        await world.Api.PublishAsync("readings", "hall", """{"temperature_celsius":21.5,"place":{"room":"hall"}}""");
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        var page = browser.Page;
        await page.ClickAsync("[data-testid=discover-drawer] summary");
        await browser.ShowsAsync("[data-testid=discover-stream]", "readings");
        await page.ClickAsync("[data-testid=discover]");
        await browser.ShowsAsync("[data-testid=discover-columns]", "temperature_celsius");

        await page.ClickAsync("[data-testid=discover-starters] button:has-text('Every record')");
        await browser.ShowsAsync("[data-testid=query-check]", "temperature_celsius");
        await page.ClickAsync("[data-testid=discover-starters] button:has-text('Per minute')");
        await browser.ShowsAsync("[data-testid=query-check]", "highest");
        await page.FillAsync("#sql", "SELECT STREAM  FROM \"readings\"");
        await page.EvaluateAsync("document.querySelector('#sql').setSelectionRange(14, 14)");
        await page.ClickAsync("[data-testid=discover-columns] button:has-text('temperature_celsius')");
        Assert.StartsWith("SELECT STREAM \"temperature_celsius\" FROM", await page.InputValueAsync("#sql"));
        await browser.ShowsAsync("[data-testid=query-check]", "temperature_celsius");
        browser.AssertQuiet(Check);
    }

    [Fact]
    public async Task While_one_types_streams_and_what_they_hold_are_suggested()
    {
        await using var world = await GatewayWorld.StartAsync("query-suggest", Config);
        await world.Api.PublishAsync("readings", "hall", """{"temperature_celsius":21.5}""");
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        var page = browser.Page;
        await page.FillAsync("#sql", "SELECT STREAM * FROM rea");
        await browser.ShowsAsync("[data-testid=query-suggestions]", "\"readings\"");
        await page.PressAsync("#sql", "Control+Space");
        await page.Keyboard.TypeAsync("WHERE temp");
        await browser.ShowsAsync("[data-testid=query-suggestions]", "\"temperature_celsius\"");
        await page.ClickAsync("[data-testid=query-suggestions] button");
        await page.Keyboard.TypeAsync("> 20");

        Assert.Equal(
            "SELECT STREAM * FROM \"readings\" WHERE \"temperature_celsius\" > 20", await page.InputValueAsync("#sql"));
        await browser.ShowsAsync("[data-testid=query-check]", "temperature_celsius");
        browser.AssertQuiet(Check);
    }

    [Fact]
    public async Task Markup_in_keys_values_names_and_errors_stays_text()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        await using var world = await GatewayWorld.StartAsync("query-markup", Config);
        await world.Api.PublishAsync("readings", Markup, $$"""{"t":"{{Markup}}","{{Markup}}":1}""");
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        var page = browser.Page;
        await WriteAsync(browser, $"""SELECT STREAM PARTITION_KEY, "t", 1 AS "{Markup}" FROM "readings" """);
        await browser.ShowsAsync("[data-testid=query-check]", Markup);
        await page.ClickAsync("[data-testid=mode-history]");
        await page.FillAsync("[data-testid=run-to]", "");
        await page.ClickAsync("#run");
        await browser.ShowsAsync("[data-testid=result-row]", Markup);
        await browser.ShowsAsync("#result-head", Markup);
        await browser.ShowsAsync("[data-testid=chart]", Markup);
        await page.ClickAsync("[data-testid=discover-drawer] summary");
        await browser.ShowsAsync("[data-testid=discover-stream]", "readings");
        await page.ClickAsync("[data-testid=discover]");
        await browser.ShowsAsync("[data-testid=discover-columns]", Markup);

        await page.FillAsync("#sql", $"SELECT STREAM * FROM \"{Markup}\"");
        await browser.ShowsAsync("[data-testid=query-error]", Markup);
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        browser.AssertQuiet(Check);
    }

    [Fact]
    public async Task On_a_phone_nothing_is_cut_off_and_every_control_has_a_name()
    {
        await using var world = await GatewayWorld.StartAsync("query-phone", Config);
        await world.Api.PublishAsync("readings", "a-device-with-a-long-name-in-a-long-building", """{"t":21.5}""");
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page, widthPx: 390);
        var page = browser.Page;
        await WriteAsync(browser, Device);
        await page.ClickAsync("[data-testid=mode-history]");
        await page.ClickAsync("#run");
        await browser.ShowsAsync("[data-testid=result-state]", "Done");
        await page.ClickAsync("[data-testid=save-drawer] summary");
        await page.ClickAsync("[data-testid=discover-drawer] summary");

        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var nameless = await page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('button, input, select, textarea, summary')]
              .filter((node) => !(node.textContent.trim() || node.getAttribute('aria-label') || node.labels?.length))
              .map((node) => node.outerHTML)
            """);
        Assert.Empty(nameless);
        browser.AssertQuiet(GivenUp);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Words_stand_out_from_what_is_behind_them(string theme)
    {
        await using var world = await GatewayWorld.StartAsync("query-contrast", Config);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        var page = browser.Page;
        await page.EvaluateAsync($"document.documentElement.dataset.theme = '{theme}'");
        await page.FillAsync("#sql", "SELECT STREAM wrong wrong wrong");
        await browser.ShowsAsync("[data-testid=query-error]", "line 1");
        await page.ClickAsync("[data-testid=save-drawer] summary");

        var pale = await page.EvaluateAsync<string[]>(PaleWords);
        Assert.Empty(pale);
    }

    [Fact]
    public async Task A_picture_of_a_running_query_is_taken()
    {
        await using var world =
            await GatewayWorld.StartAsync("query-picture", DashboardPicture.QueryConfig, demo: true);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address, Page);
        await world.RecordsAsync("readings", DashboardPicture.RecordCount, TimeSpan.FromMinutes(3));
        await WriteAsync(browser, DashboardPicture.Query);
        await browser.Page.ClickAsync("[data-testid=mode-history]");
        await browser.Page.ClickAsync("#spans button:has-text('15 min')");
        await browser.Page.ClickAsync("#run");
        await browser.ShowsAsync("[data-testid=result-state]", "Done");
        await browser.ShowsAsync("[data-testid=query-row]", "running");
        await browser.Page.Mouse.MoveAsync(0, 0);

        await DashboardPicture.TakeAsync(browser, "queries.png");
    }

    private static string Row(string name) =>
        $"[data-testid=query-row]:has([data-testid=query-name]:text-is('{name}'))";

    /// <summary>Writes a text that the gateway then says is right.</summary>
    private static async Task WriteAsync(DashboardBrowser browser, string sql)
    {
        await browser.Page.FillAsync("#sql", sql);
        await browser.ShowsAsync("[data-testid=query-check]", "This is right");
    }

    /// <summary>Where an element begins, how wide it is, and how its letters stand.</summary>
    private static Task<string> BoxOfTextAsync(IPage page, string selector) => page.EvaluateAsync<string>($$"""
        (() => {
          const node = document.querySelector('{{selector}}');
          const { left, top, width, height } = node.getBoundingClientRect();
          const { font, letterSpacing, padding, whiteSpace, overflowWrap, tabSize } = getComputedStyle(node);
          return [left, top, width, height, font, letterSpacing, padding, whiteSpace, overflowWrap, tabSize].join(' ');
        })()
        """);
}
