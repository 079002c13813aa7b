using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Sources;
using EdgeStream.Mqtt;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>One gateway takes over what is published at another.</summary>
public sealed class SourceTests
{
    [Fact]
    public async Task A_message_at_the_other_server_becomes_a_record_by_the_gateway_s_own_routes()
    {
        await using var site = await GatewayUnderTest.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(site, "{filter: 'house/#'}"));
        await ConnectedAsync(gateway);
        await PublishAsync(site, "house/kitchen", """{"t":21.5}""");
        await PublishAsync(site, "house/text", "warm");
        await PublishAsync(site, "elsewhere", """{"t":1}""");

        var record = Assert.Single(await RecordsAsync(gateway, "readings", 1));
        Assert.Equal("house/kitchen", record.GetProperty("key").GetString());
        Assert.Equal("""{"t":21.5}""", record.GetProperty("data").GetRawText());
        var letter = Assert.Single(await RecordsAsync(gateway, "dead-letter", 1));
        Assert.Equal("house/text", letter.GetProperty("key").GetString());
        await Poll.UntilAsync(async () => (await SourceAsync(gateway)).GetProperty("acknowledged").GetInt64() == 2);
        var source = await SourceAsync(gateway);
        Assert.Equal((2, 0), (source.GetProperty("received").GetInt64(), source.GetProperty("inFlight").GetInt64()));
        Assert.Contains("\nedgestream_source_acknowledged_messages_total{source=\"site\"} 2\n",
            await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_while_the_gateway_is_away_is_taken_over_when_it_is_back()
    {
        await using var site = await GatewayUnderTest.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(site, "{filter: '#', qos: 2}"));
        await ConnectedAsync(gateway);
        await gateway.ReloadAsync(GatewayUnderTest.Quiet);
        await Poll.UntilAsync(() => site.Host.Parts.Broker.Statistics.Connections == 0);
        await PublishAsync(site, "a", """{"t":1}""");
        await PublishAsync(site, "a", """{"t":2}""");
        Assert.Empty((await gateway.GetAsync("/api/status")).GetProperty("sources").EnumerateArray());

        await gateway.ReloadAsync(Config(site, "{filter: '#', qos: 2}"));
        var records = await RecordsAsync(gateway, "readings", 2);
        Assert.Equal(["""{"t":1}""", """{"t":2}"""], records.Select(r => r.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task A_reload_with_other_filters_takes_no_message_of_the_old_ones_any_more()
    {
        await using var site = await GatewayUnderTest.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(site, "{filter: old}"));
        await ConnectedAsync(gateway);
        await gateway.ReloadAsync(Config(site, "{filter: new}"));
        await ConnectedAsync(gateway);
        await PublishAsync(site, "old", """{"t":1}""");
        await PublishAsync(site, "new", """{"t":2}""");
        Assert.Equal("new", Assert.Single(await RecordsAsync(gateway, "readings", 1)).GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_reload_that_changes_nothing_of_a_source_leaves_its_connection()
    {
        await using var site = await GatewayUnderTest.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(site, "{filter: a}"));
        await ConnectedAsync(gateway);
        await gateway.ReloadAsync(Config(site, "{filter: a}") + "log: {level: debug}\n");
        Assert.Equal(1, (await SourceAsync(gateway)).GetProperty("connections").GetInt64());
    }

    [Fact]
    public async Task A_server_that_is_away_is_degraded_health_and_not_a_failure()
    {
        var config = GatewayUnderTest.Quiet
            + $"sources: [{{name: site, mqtt: {{url: 'mqtt://127.0.0.1:{FreePort.Next()}'}}}}]\n";
        await using var gateway = await GatewayUnderTest.StartAsync(config);
        await Poll.UntilAsync(async () => (await gateway.GetAsync("/api/status")).GetProperty("health")
            .GetProperty("status").GetString() == "degraded");
        var health = await gateway.Client.GetAsync("/health");
        Assert.Equal(200, (int)health.StatusCode);
        Assert.Contains("source site", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\nedgestream_source_connected{source=\"site\"} 0\n",
            await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_holds_the_server_back_and_nothing_is_acknowledged_until_there_is_room()
    {
        await using var site = await GatewayUnderTest.StartAsync();
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = 256 << 20 };
        await using var gateway = await GatewayUnderTest.StartAsync(
            Config(site, "{filter: '#'}") + "streams: [{name: readings, segmentSize: 64KiB}]\n",
            change: start => start with { Disk = disk });
        await ConnectedAsync(gateway);
        disk.Create("ballast", disk.CapacityBytes - disk.UsedBytes).Dispose();
        var payload = $$"""{"text":"{{new string('x', 1000)}}"}""";
        Assert.True(gateway.Host.Parts.Store.TryGet("readings", out var readings));
        var published = 0;
        for (; published < 300 && !readings.IsDiskFull; published++)
        {
            await PublishAsync(site, "a", payload);
        }

        Assert.True(readings.IsDiskFull);
        Assert.True((await SourceAsync(gateway)).GetProperty("acknowledged").GetInt64() < published);
        for (; published < 300; published++)
        {
            await PublishAsync(site, "a", payload);
        }

        disk.Delete("ballast");
        await RecordsAsync(gateway, "readings", 300);
        await Poll.UntilAsync(async () => (await SourceAsync(gateway)).GetProperty("acknowledged").GetInt64() == 300);
        Assert.Equal(0, (await SourceAsync(gateway)).GetProperty("repeated").GetInt64());
    }

    [Fact]
    public async Task The_record_of_what_a_session_is_subscribed_to_is_frozen()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var state = gateway.Host.Parts.Store.State;
        const string Kept =
            """{"version":1,"server":"mqtt://h:1883","clientId":"edgestream-board-site","subscriptions":"""
            + """[{"filter":"a/#","qos":2,"granted":true}]}""";
        await state.CommitAsync(new StateBatch().Put("sources/site", Encoding.UTF8.GetBytes(Kept)));
        var config = ConfigText.Parse("sources: [{name: site, mqtt: {url: 'mqtt://h'}}]").Sources[0];
        var record = new SubscriptionRecord(state, config);
        Assert.Equal([new MqttKnownSubscription("a/#", MqttQos.ExactlyOnce, true)], record.Read());
        await record.WriteAsync([new MqttKnownSubscription("a/#", MqttQos.ExactlyOnce, true)]);
        Assert.True(state.TryGet("sources/site", out var written));
        Assert.Equal(Kept, Encoding.UTF8.GetString(written.Span));
        Assert.Null(new SubscriptionRecord(
            state, ConfigText.Parse("sources: [{name: site, mqtt: {url: 'mqtt://other'}}]").Sources[0]).Read());
    }

    private static string Config(GatewayUnderTest site, string subscription) => GatewayUnderTest.Quiet + $$"""
        sources:
          - name: site
            mqtt:
              url: mqtt://{{site.Host.MqttEndpoint}}
              subscriptions: [{{subscription}}]

        """;

    private static Task ConnectedAsync(GatewayUnderTest gateway) => Poll.UntilAsync(
        async () => (await SourceAsync(gateway)).GetProperty("subscribed").GetBoolean(),
        state: () => gateway.Log);

    private static async Task<JsonElement> SourceAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/status")).GetProperty("sources").EnumerateArray().Single();

    private static async Task PublishAsync(GatewayUnderTest site, string topic, string payload)
    {
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", site.Host.MqttEndpoint.Port, new());
        Assert.Equal(MqttReasonCode.Success,
            await client.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce));
        await client.DisconnectAsync();
    }

    private static async Task<IReadOnlyList<JsonElement>> RecordsAsync(
        GatewayUnderTest gateway, string stream, int count)
    {
        JsonElement[] records = [];
        await Poll.UntilAsync(
            async () => (records = [.. (await gateway.GetAsync(
                $"/api/streams/{stream}/records?from=trim-horizon&limit=1000"))
                .GetProperty("records").EnumerateArray()]).Length >= count,
            state: () => $"{records.Length} of {count}\n{gateway.Log}");
        return records;
    }
}
