using System.Net;
using System.Text.Json;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Metrics;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class ApiTests
{
    [Fact]
    public async Task The_status_shows_the_gateway_its_storage_and_its_broker()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var status = await gateway.GetAsync("/api/status");
        Assert.Equal(
            [
                "version", "node", "demo", "startedAt", "uptimeSeconds", "clock", "storage", "wear", "mqtt", "sources",
                "modbus", "sensors", "health",
            ],
            Members(status));
        Assert.Equal(
            [
                "folder", "usedBytes", "freeBytes", "totalBytes", "diskBytes", "budgetBytes", "reserveBytes",
                "reserveHeldBytes",
            ],
            Members(status.GetProperty("storage")));
        Assert.Equal(
            [
                "endpoint", "endpoints", "connections", "sessions", "publishesReceived", "publishesSent",
                "retainedMessages",
            ],
            Members(status.GetProperty("mqtt")));
        Assert.Equal("healthy", status.GetProperty("health").GetProperty("status").GetString());
        Assert.Equal(
            $"mqtt://{gateway.Host.MqttEndpoint}", status.GetProperty("mqtt").GetProperty("endpoint").GetString());
    }

    [Fact]
    public async Task Streams_rules_and_deliveries_are_listed_with_the_promised_members()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("sensors: {board: {enabled: false}}\n");
        var stream = (await gateway.GetAsync("/api/streams")).GetProperty("streams")[0];
        Assert.Equal(
            [
                "name", "state", "error", "durability", "unsyncedAgeSeconds", "records", "bytes", "appendedRecords",
                "evictedRecords", "lostRecords", "duplicateRecords", "evictions", "diskBytes", "protectedBytes",
                "priority", "whenFull", "recordsPerSecond", "bytesPerSecond", "retentionAgeSeconds", "retentionBytes",
                "scrub", "groups", "shards",
            ],
            Members(stream));
        Assert.Equal(
            ["age", "bytes", "budget", "diskFull", "unattributed"], Members(stream.GetProperty("evictions")));
        Assert.Equal(
            [
                "id", "state", "startingHashKey", "endingHashKey", "oldestSequence", "newestSequence", "records",
                "bytes", "recordsPerSecond", "bytesPerSecond",
            ],
            Members(stream.GetProperty("shards")[0]));
        Assert.Equal(
            ["name", "kind", "stream", "field", "state", "firing", "pending", "description"],
            Members((await gateway.GetAsync("/api/rules")).GetProperty("rules")[0]));
        Assert.Equal(
            [
                "name", "stream", "destination", "target", "state", "appendedRecords", "backlogRecords",
                "historyRecords",
                "backlogBytes", "deliveredRecords", "deliveredBytes", "deliveredObjects", "evictedRecords",
                "rejectedRecords", "rejectedByReason", "filteredRecords", "retriedRecords", "removedObjects",
                "unfitValues", "lagSeconds",
                "lastDeliveryAt", "lastObject", "lastError", "nextAttemptAt",
                "breaker", "hold", "wireSentBytes", "wireReceivedBytes", "monthBytes", "bytesPerMonth",
                "bytesPerSecond", "wireBytesPerRecord", "drainRecordsPerSecond", "etaSeconds",
            ],
            Members((await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries")[0]));
        Assert.Empty((await gateway.GetAsync("/api/alerts")).GetProperty("alerts").EnumerateArray());
    }

    [Fact]
    public async Task The_board_shows_as_a_device_and_simulated_ones_say_so()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("", new ConfigOverrides { Demo = true });
        await Poll.UntilAsync(async () => (await Devices(gateway)).Length >= 5);
        var devices = await Devices(gateway);
        Assert.Equal(
            [
                "id", "source", "simulated", "firstSeen", "lastSeen", "readings", "readingsPerSecond", "missing",
                "repeated", "values",
            ],
            Members(devices[0]));
        var board = Assert.Single(devices, device => device.GetProperty("source").GetString() == "board");
        Assert.Equal("board", board.GetProperty("id").GetString());
        Assert.True(board.GetProperty("values").TryGetProperty("memory_used_percent", out _));
        Assert.All(devices, device => Assert.Equal(
            device.GetProperty("id").GetString()!.StartsWith("simulated/", StringComparison.Ordinal),
            device.GetProperty("simulated").GetBoolean()));
    }

    [Fact]
    public async Task Health_is_200_with_its_checks_while_all_is_well()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, health) = await gateway.SendAsync(HttpMethod.Get, "/health");
        Assert.Equal(200, status);
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.Equal(["name", "status", "detail"], Members(health.GetProperty("checks")[0]));
    }

    [Fact]
    public async Task Metrics_are_the_promised_ones_in_prometheus_text()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            "sensors: {board: {enabled: false}}\nsources: [{name: site, mqtt: {url: 'mqtt://127.0.0.1:9'}}, "
                + "{name: line, modbus: {url: 'tcp://127.0.0.1:9', devices: [{name: p, registers: ['a = coil 1']}]}}, "
                + "{name: box, kernel: {sensors: [{name: t, sensor: w1 28-000000000000}]}}]\n"
                + "alerting: {actions: [{name: act, stream: {name: readings}, severity: critical}]}\n"
                + "queries: [{name: all, sql: 'SELECT STREAM n FROM readings'}]\n");
        await gateway.PostAsync("readings", """{"key":"k","data":1}""");
        var store = gateway.Host.Parts.Store;
        await store.Groups.OpenAsync(store.Streams[0], "upstream", new GroupOptions());
        using var response = await gateway.Client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Contains("edgestream_stream_appended_records_total{stream=\"readings\"} 1", lines);
        Assert.All(MetricCatalog.All, metric =>
        {
            Assert.Contains($"# TYPE {metric.Name} {metric.Type}", lines);
            Assert.Contains(lines, line => line.StartsWith(metric.Name + " ", StringComparison.Ordinal)
                || line.StartsWith(metric.Name + "{", StringComparison.Ordinal));
        });
        Assert.All(
            lines.Where(line => line.Length > 0 && line[0] != '#'),
            line => Assert.Matches(@"^[a-z_]+(\{[a-z]+=""[^""]*""(,[a-z]+=""[^""]*"")?\})? (-?[0-9.E+]+|NaN)$", line));
    }

    [Fact]
    public void Metric_names_are_frozen()
    {
        var frozen = File.ReadAllLines(
            RepositoryFolder.Combine("tests", "EdgeStream.Gateway.Tests", "Http", "frozen-metrics.txt"));
        Assert.Equal(frozen, MetricCatalog.All.Select(metric => $"{metric.Name} {metric.Type}"));
    }

    [Fact]
    public async Task The_dashboard_comes_compressed_with_a_tag_and_may_load_nothing_foreign()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.GetAsync("/");
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("EdgeStream", await response.Content.ReadAsStringAsync());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await gateway.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var packed = new HttpRequestMessage(HttpMethod.Get, "/index.html");
        packed.Headers.Add("Accept-Encoding", "gzip, br");
        using var compressed = await gateway.Client.SendAsync(packed);
        Assert.Equal("gzip", compressed.Content.Headers.ContentEncoding.Single());
    }

    [Theory]
    [InlineData("/nothing", 404)]
    [InlineData("/package.json", 404)]
    [InlineData("/../Program.cs", 404)]
    [InlineData("/api", 404)]
    [InlineData("/api/live", 426)]
    public async Task What_is_not_there_is_told_as_an_error(string path, int expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, answer) = await gateway.SendAsync(HttpMethod.Get, path);
        Assert.Equal(expected, status);
        Assert.Equal(["code", "message", "hint"], Members(answer.GetProperty("error")));
    }

    [Theory]
    [InlineData("/api/status")]
    [InlineData("/health")]
    [InlineData("/")]
    [InlineData("/api/streams/readings/records")]
    public async Task Methods_that_are_not_possible_are_refused_with_those_that_are(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Contains("GET", response.Content.Headers.Allow);
    }

    private static async Task<JsonElement[]> Devices(GatewayUnderTest gateway) =>
        [.. (await gateway.GetAsync("/api/devices")).GetProperty("devices").EnumerateArray()];

    private static IEnumerable<string> Members(JsonElement element) => element.EnumerateObject().Select(m => m.Name);
}
