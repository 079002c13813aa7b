using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to InfluxDB as points.</summary>
public sealed class InfluxDeliveryTests
{
    private const int Records = 3000;

    [Fact]
    public async Task Every_record_is_a_point_once_although_gateway_and_server_are_killed()
    {
        await using var server = await InfluxServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("influx", Config(server));
        for (var life = 0; life < 3; life++)
        {
            await DeliveredReadings.AppendAsync(world, Records / 3, life * Records / 3);
            world.Gateway.Kill9();
            await server.KillAsync();
            await server.StartAgainAsync();
            await world.StartAgainAsync();
        }

        await DeliveredReadings.SettledAsync(world, Records);
        var points = await server.AskAsync("SELECT number, \"key\" FROM readings ORDER BY time");
        DeliveredReadings.AssertInOrder(
            points.Select(point => (point[2].GetString()!, (int)point[1].GetDouble())), Records);
    }

    [Fact]
    public async Task A_field_of_another_type_is_put_aside_and_the_points_beside_it_are_there()
    {
        await using var server = await InfluxServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("influx-types", Config(server, "5s"));
        await DeliveredReadings.AppendAsync(world, 1);
        await world.Api.PublishAsync("readings", "device/1", """{"number":"one"}""");
        await DeliveredReadings.AppendAsync(world, 9, 3);
        var status = await DeliveredReadings.SettledAsync(world, 11);
        Assert.Equal(1, status.GetProperty("rejectedRecords").GetInt64());
        Assert.Equal(10, (await server.AskAsync("SELECT number FROM readings")).Count);
        var rejected = Assert.Single(await world.RecordsAsync("delivery-errors", 1));
        Assert.Contains("field type conflict", rejected.Data.GetRawText());
    }

    [Fact]
    public async Task Every_record_is_a_point_at_a_server_that_takes_them_as_version_2_does()
    {
        await using var server = await VictoriaServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("influx-2", DeliveredReadings.Config($$"""
            influxdb:
              url: {{server.Url}}
              organization: plant
              bucket: telemetry
              token: secret
              measurement: "{stream}"
              tags: [{name: device, path: "{key}"}]
              fields: [{name: number, path: number}]
              gzip: true
              requestRecords: 200
            """));
        await DeliveredReadings.AppendAsync(world, 600);
        await DeliveredReadings.SettledAsync(world, 600);
        await server.StopAsync();
        await DeliveredReadings.AppendAsync(world, 600, 600);
        await Poll.UntilAsync(async () => (await DeliveredReadings.StatusAsync(world))
            .GetProperty("lastError").ValueKind == JsonValueKind.String);
        await server.StartAgainAsync();
        await DeliveredReadings.SettledAsync(world, 1200);

        // What was written a moment ago is found a moment later.
        IReadOnlyList<(JsonElement Labels, double Value)> points = [];
        await Poll.UntilAsync(
            async () => (points = await server.ReadAsync("readings_number")).Count >= 1200,
            state: () => $"{points.Count} points");
        DeliveredReadings.AssertInOrder(
            points.Select(point => (point.Labels.GetProperty("device").GetString()!, (int)point.Value))
                .OrderBy(point => point.Item2),
            1200);
    }

    private static string Config(InfluxServer server, string bufferTime = "0s") => DeliveredReadings.Config($"""
        influxdb:
          url: {server.Url}
          database: telemetry
          gzip: true
          requestRecords: 200
        """, bufferTime);
}
