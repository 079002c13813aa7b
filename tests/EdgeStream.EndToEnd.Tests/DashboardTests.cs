using EdgeStream.Testing;
using Microsoft.Playwright;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The dashboard in a real browser: what it shows is live, and it needs nothing but the gateway.</summary>
public sealed class DashboardTests
{
    private const string Config = """
        node:
          id: dashboard-test
        rules:
          - name: kitchen-too-hot
            field: temperature_celsius
            above: 30
            severity: critical
        deliveries:
          - name: local-files
            bufferTime: 1s
            folder:
              path: ../delivered
        """;

    [Fact]
    public async Task Header_readings_streams_alerts_and_deliveries_show_and_move()
    {
        await using var world = await GatewayWorld.StartAsync("dashboard", Config, demo: true);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address);
        var page = browser.Page;

        await browser.ShowsAsync("header", "dashboard-test");
        await browser.ShowsAsync("body", "simulated");
        await browser.ShowsAsync("body", "readings");
        await browser.ShowsAsync("body", "dead-letter");
        await browser.ShowsAsync("body", "local-files");
        await browser.ShowsAsync("body", "kitchen-too-hot");

        (await world.PublishAsync("site/kitchen", """{"temperature_celsius":21.5}""")).OrThrow();
        await browser.ShowsAsync("body", "site/kitchen");
        await browser.ShowsAsync("body", "21.5");
        (await world.PublishAsync("site/kitchen", """{"temperature_celsius":35.5}""")).OrThrow();
        await browser.ShowsAsync("body", "35.5");
        await browser.ShowsAsync("body", "firing");

        var before = await page.InnerTextAsync("body");
        await Poll.UntilAsync(async () => await page.InnerTextAsync("body") != before);
        browser.AssertQuiet();
    }

    [Fact]
    public async Task An_alert_is_acknowledged_and_silenced_with_its_buttons_and_stays_in_the_history()
    {
        await using var world = await GatewayWorld.StartAsync("dashboard-alerts", Config + """

            sensors: {board: {enabled: false}}
            """);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address);
        (await world.PublishAsync("site/kitchen", """{"temperature_celsius":35.5}""")).OrThrow();
        const string Row = "[data-testid=alert-row]";
        await browser.ShowsAsync(Row, "kitchen-too-hot");
        await browser.Page.ClickAsync("[data-testid=alert-acknowledge]");
        await browser.ShowsAsync("[data-testid=alert-marks]", "acknowledged by dashboard");
        await browser.ShowsAsync("[data-testid=alert-acknowledge]", "Withdraw");
        await browser.Page.ClickAsync("[data-testid=alert-silence]");
        await browser.ShowsAsync("[data-testid=alert-marks]", "silenced until");
        await browser.Page.ClickAsync("[data-testid=alert-silence]");
        await browser.ShowsAsync("[data-testid=alert-silence]", "Silence 1 h");
        await browser.Page.ClickAsync("[data-testid=alert-acknowledge]");
        await browser.ShowsAsync("[data-testid=alert-acknowledge]", "Acknowledge");

        (await world.PublishAsync("site/kitchen", """{"temperature_celsius":20}""")).OrThrow();
        await browser.ShowsAsync(Row, "resolved");
        await browser.Page.ClickAsync("[data-testid=alerts-history] summary");
        await browser.ShowsAsync("[data-testid=alerts-history-list]", "kitchen-too-hot");
        browser.AssertQuiet();
    }

    [Fact]
    public async Task What_is_pending_shows_with_how_long_it_has_held()
    {
        await using var world = await GatewayWorld.StartAsync(
            "dashboard-pending", "rules: [{name: kitchen-warm, field: t, above: 30, for: 1h}]\ndeliveries: []\n");
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address);
        (await world.PublishAsync("site/kitchen", """{"t":35}""")).OrThrow();
        await browser.ShowsAsync("[data-testid=alert-row]", "pending");
        await browser.ShowsAsync("[data-testid=alert-row]", "of 1 h");
        browser.AssertQuiet();
    }

    [Fact]
    public async Task The_dashboard_finds_its_gateway_again_after_a_restart()
    {
        await using var world = await GatewayWorld.StartAsync("dashboard-restart", Config, demo: true);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address);
        await browser.ShowsAsync("body", "simulated");

        world.Gateway.Kill9();
        await world.StartAgainAsync();
        (await world.PublishAsync("site/after", """{"temperature_celsius":12.5}""")).OrThrow();

        await browser.ShowsAsync("body", "site/after");
    }

    [Fact]
    public async Task A_picture_of_the_running_dashboard_is_taken()
    {
        await using var world = await GatewayWorld.StartAsync("dashboard-picture", Config, demo: true);
        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address);
        await browser.Page.GetByText("1 min", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await world.RecordsAsync("readings", DashboardPicture.RecordCount, TimeSpan.FromMinutes(3));
        (await world.PublishAsync("site/kitchen", """{"temperature_celsius":35.5}""")).OrThrow();
        await browser.ShowsAsync("body", "35.5");
        await browser.ShowsAsync("body", "firing");

        await browser.ShowsAsync("[data-testid=delivery-trend]", "lag");
        await DashboardPicture.TakeAsync(browser, "dashboard.png");
    }
}
