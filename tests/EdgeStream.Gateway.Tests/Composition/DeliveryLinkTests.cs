using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Tests.Cli;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>What a delivery uses of its link, as a running gateway shows it.</summary>
public sealed class DeliveryLinkTests
{
    [Fact]
    public async Task A_reload_keeps_what_was_used_of_the_month()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, ""));
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml(server, "{bytesPerMonth: 10MB}"));
        await gateway.PostAsync("readings", """{"key":"k","data":1}""");
        await Poll.UntilAsync(async () => Number(await DeliveryAsync(gateway), "deliveredRecords") == 1);
        var before = await DeliveryAsync(gateway);
        var used = Number(before, "monthBytes");
        Assert.True(used > 100);
        Assert.Equal(used, Number(before, "wireSentBytes") + Number(before, "wireReceivedBytes"));
        Assert.Equal(10_000_000, Number(before, "bytesPerMonth"));
        Assert.True(before.GetProperty("wireBytesPerRecord").GetDouble() > 100);

        await gateway.ReloadAsync(Yaml(server, "{bytesPerMonth: 20MB, bytesPerSecond: 1MB, breakerFailures: 2}"));
        var after = await DeliveryAsync(gateway);
        Assert.Equal(used, Number(after, "monthBytes"));
        Assert.Equal((1, 0), (Number(after, "deliveredRecords"), Number(after, "backlogRecords")));
        Assert.Equal(20_000_000, Number(after, "bytesPerMonth"));
        Assert.Equal(1_000_000, Number(after, "bytesPerSecond"));
        await gateway.PostAsync("readings", """{"key":"k","data":2}""");
        await Poll.UntilAsync(async () => Number(await DeliveryAsync(gateway), "deliveredRecords") == 2);
        Assert.True(Number(await DeliveryAsync(gateway), "monthBytes") > used);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_closed_window_shows_with_its_opening_and_is_no_trouble()
    {
        var hour = DateTime.UtcNow.Hour;
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, ""));
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml(
            server, $"{{windows: '{(hour + 12) % 24:D2}:00-{(hour + 13) % 24:D2}:00', timeZone: Etc/UTC}}"));
        await gateway.PostAsync("readings", """{"key":"k","data":1}""");
        await Poll.UntilAsync(
            async () => (await DeliveryAsync(gateway)).GetProperty("state").GetString() == "waiting");
        var delivery = await DeliveryAsync(gateway);
        Assert.Equal("window", delivery.GetProperty("hold").GetString());
        Assert.Equal(0, delivery.GetProperty("nextAttemptAt").GetDateTimeOffset().Minute);
        var check = (await gateway.GetAsync("/health")).GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == "delivery up");
        Assert.Equal("healthy", check.GetProperty("status").GetString());
        Assert.StartsWith(
            "1 records wait for the delivery's window at ", check.GetProperty("detail").GetString());
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        Assert.Contains("edgestream_delivery_hold{delivery=\"up\"} 2\n", metrics);
        Assert.Contains("edgestream_delivery_breaker{delivery=\"up\"} 0\n", metrics);
        Assert.Contains("edgestream_delivery_wire_bytes_total{delivery=\"up\",direction=\"sent\"} 0\n", metrics);
        Assert.Contains("edgestream_delivery_eta_seconds{delivery=\"up\"} NaN\n", metrics);
        var (code, output, _) = await CommandLine.RunAsync("deliveries", "--url", Url(gateway));
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("\twaiting (window)", output);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Drain_follows_until_what_waited_has_gone()
    {
        var isAway = true;
        await using var server = new HttpStandIn(_ => new StandInAnswer(Volatile.Read(ref isAway) ? 503 : 200, ""));
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml(server, "{}"));
        for (var number = 0; number < 20; number++)
        {
            await gateway.PostAsync("readings", $$"""{"key":"k","data":{{number}}}""");
        }

        var (code, output, error) = await CommandLine.RunAsync(
            "deliveries", "drain", "up", "--url", Url(gateway), "--timeout", "10ms");
        Assert.True(code == ExitCode.NotYet, error);
        Assert.StartsWith("0% 0 of 20 records", output);
        Assert.EndsWith("the timeout came first: 0 of 20 records\n", output);

        Volatile.Write(ref isAway, false);
        (code, output, error) = await CommandLine.RunAsync(
            isTerminal: true, "", "deliveries", "drain", "--url", Url(gateway));
        Assert.True(code == ExitCode.Ok, error);
        Assert.StartsWith("\r[", output);
        Assert.Matches(@"drained: (\d+) of \1 records\n$", output);
        Assert.Equal(0, Number(await DeliveryAsync(gateway), "backlogRecords"));
        (code, output, _) = await CommandLine.RunAsync("deliveries", "drain", "--url", Url(gateway));
        Assert.Equal((ExitCode.Ok, true), (code, output.EndsWith("drained: 0 of 0 records\n")));
    }

    [Fact]
    public async Task Drain_says_when_there_is_no_such_delivery_and_no_gateway()
    {
        string url;
        await using (var gateway = await GatewayUnderTest.StartAsync())
        {
            url = Url(gateway);
            var (code, _, error) = await CommandLine.RunAsync("deliveries", "drain", "other", "--url", url);
            Assert.Equal((ExitCode.Usage, true), (code, error.Contains("There is no delivery 'other'.")));
            (code, _, error) = await CommandLine.RunAsync("deliveries", "drain", "--timeout", "soon", "--url", url);
            Assert.Equal((ExitCode.Usage, true), (code, error.Contains("'--timeout' allows: a number with ms, s")));
            (code, var help, _) = await CommandLine.RunAsync("deliveries", "drain", "--help");
            Assert.Equal((ExitCode.Ok, true), (code, help.Contains("poweroff")));
        }

        Assert.Equal(
            ExitCode.Unavailable, (await CommandLine.RunAsync("deliveries", "drain", "--url", url)).ExitCode);
    }

    private static async Task<JsonElement> DeliveryAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries")[0];

    private static long Number(JsonElement delivery, string name) => delivery.GetProperty(name).GetInt64();

    private static string Url(GatewayUnderTest gateway) => gateway.Client.BaseAddress!.ToString();

    private static string Yaml(HttpStandIn server, string link) =>
        $$$"""
        sensors: {board: {enabled: false}}
        rules: []
        deliveries:
          - name: up
            bufferTime: 0s
            http: {url: "{{{server.Url}}}", body: json-lines}
            link: {{{link}}}

        """;
}
