using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to Prometheus as samples.</summary>
public sealed class PrometheusDeliveryTests
{
    private const int Records = 3000;
    private const int SpacingMs = 3;

    /// <summary>Queries look no further than now.</summary>
    private static readonly TimeSpan Past = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Every_record_is_a_sample_once_although_gateway_and_server_are_killed()
    {
        await using var server = await PrometheusServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("prometheus", Config(server));
        var start = DateTimeOffset.UtcNow - Past;
        for (var life = 0; life < 3; life++)
        {
            await AppendAsync(world, start, life * Records / 3, Records / 3);
            world.Gateway.Kill9();
            await server.KillAsync();
            await server.StartAgainAsync();
            await world.StartAgainAsync();
        }

        var status = await DeliveredReadings.SettledAsync(world, Records);
        Assert.Equal(0, status.GetProperty("rejectedRecords").GetInt64());
        DeliveredReadings.AssertInOrder(await server.SamplesAsync("number"), Records);
    }

    [Fact]
    public async Task A_server_that_is_killed_while_samples_come_has_each_once()
    {
        await using var server = await PrometheusServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("prometheus-killed", Config(server));
        var start = DateTimeOffset.UtcNow - Past;
        for (var life = 0; life < 3; life++)
        {
            var appending = AppendAsync(world, start, life * Records / 3, Records / 3);
            await Poll.UntilAsync(
                async () => (await DeliveredReadings.StatusAsync(world)).GetProperty("deliveredRecords").GetInt64()
                    > life * Records / 3,
                DeliveredReadings.Deadline,
                () => $"{world.Gateway.Output}");
            await server.KillAsync();
            await server.StartAgainAsync();
            await appending;
        }

        var status = await DeliveredReadings.SettledAsync(world, Records);
        Assert.Equal(0, status.GetProperty("rejectedRecords").GetInt64());
        DeliveredReadings.AssertInOrder(await server.SamplesAsync("number"), Records);
    }

    [Fact]
    public async Task Samples_that_come_too_late_are_put_aside_and_those_behind_them_are_there()
    {
        await using var server = await PrometheusServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("prometheus-late", Config(server));
        var now = DateTimeOffset.UtcNow - Past;
        await AppendAsync(world, now, 0, 3);
        await DeliveredReadings.SettledAsync(world, 3);

        // Before the newest of its series; long before anything; the same time with another value.
        await AppendOneAsync(world, now - TimeSpan.FromMinutes(5), -1);
        await AppendOneAsync(world, now - TimeSpan.FromDays(12), -2);
        await AppendOneAsync(world, now, -3);
        await AppendAsync(world, now, 3, 3);
        var status = await DeliveredReadings.SettledAsync(world, 9);
        Assert.Equal(3, status.GetProperty("rejectedRecords").GetInt64());
        DeliveredReadings.AssertInOrder(await server.SamplesAsync("number"), 6);
        var rejected = await world.RecordsAsync("delivery-errors", 3);
        string[] reasons = ["out of order sample", "out of bounds", "duplicate sample"];
        Assert.Equal(3, rejected.Count);
        Assert.All(
            reasons,
            reason => Assert.Contains(
                rejected, record => record.Data.GetRawText().Contains(reason, StringComparison.Ordinal)));
    }

    private static string Config(PrometheusServer server) => DeliveredReadings.Config($"""
        prometheus:
          url: {server.Url}/api/v1/write
          requestRecords: 200
        """);

    /// <summary>Appends so many records of three keys, a few milliseconds apart.</summary>
    private static async Task AppendAsync(GatewayWorld world, DateTimeOffset start, int first, int count)
    {
        const int Page = 50;
        for (var at = first; at < first + count; at += Page)
        {
            var records = Enumerable.Range(at, Math.Min(Page, first + count - at)).Select(
                number => Record(start + TimeSpan.FromMilliseconds(number * SpacingMs), number));
            await PostAsync(world, records);
        }
    }

    private static Task AppendOneAsync(GatewayWorld world, DateTimeOffset time, int number) =>
        PostAsync(world, [new { key = "device/0", eventTime = TextOf(time), data = new { number } }]);

    private static object Record(DateTimeOffset time, int number) =>
        new { key = $"device/{number % 3}", eventTime = TextOf(time), data = new { number } };

    private static string TextOf(DateTimeOffset time) =>
        time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static async Task PostAsync(GatewayWorld world, IEnumerable<object> records)
    {
        var (status, body) = await world.Api.PostAsync(
            "/api/streams/readings/records", JsonSerializer.Serialize(new { records }));
        Assert.True((int)status == 200, $"{body}");
    }
}
