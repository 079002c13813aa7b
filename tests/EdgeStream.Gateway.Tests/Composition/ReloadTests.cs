using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class ReloadTests
{
    [Fact]
    public async Task New_streams_routes_and_rules_count_without_a_restart()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new());
        await PublishAsync(client, "fast/a", 1);
        await gateway.ReloadAsync(
            """
            sensors: {board: {enabled: false}}
            streams: [{name: fast, segmentSize: 64KiB}]
            routes: [{topic: fast/+, stream: fast}, {topic: "#", stream: readings}]
            rules: [{name: high, stream: fast, field: value, above: 10}]
            deliveries: [{name: files, stream: fast, bufferTime: 0, folder: {}}]
            """);
        await PublishAsync(client, "fast/a", 11);

        Assert.Equal(new[] { 1 }, await ValuesAsync(gateway, "readings"));
        Assert.Equal(new[] { 11 }, await ValuesAsync(gateway, "fast"));
        Assert.Equal(2, gateway.Host.Parts.Ingest.Statistics.AcceptedMessages);
        await Poll.UntilAsync(async () =>
            (await gateway.GetAsync("/api/alerts")).GetProperty("alerts").GetArrayLength() == 1);
        await Poll.UntilAsync(() => DeliveredFolder.Files(Path.Combine(gateway.DataFolder, "delivered")).Count == 1);
        Assert.Contains("Configuration reloaded: streams, routes, deliveries, rules.", gateway.Log);
    }

    [Fact]
    public async Task No_message_is_lost_or_doubled_while_routes_change()
    {
        const int Count = 400;
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new());
        var publishing = Task.WhenAll(Enumerable.Range(0, Count).Select(n => PublishAsync(client, "a/b", n)));
        for (var turn = 0; turn < 5; turn++)
        {
            await gateway.ReloadAsync(GatewayUnderTest.Quiet
                + $"routes: [{{topic: 'x/{turn}', stream: alerts}}, {{topic: '#', stream: readings}}]\n");
        }

        Assert.All(await publishing, reason => Assert.Equal(MqttReasonCode.Success, reason));
        Assert.Equal(Enumerable.Range(0, Count), await ValuesAsync(gateway, "readings", Count + 1));
    }

    [Fact]
    public async Task A_refused_file_leaves_everything_as_it_was_and_says_why()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.ReloadAsync("routes: []\nrules: [{name: r}]\n");
        Assert.Contains("The new configuration was refused, the old one stays: ", gateway.Log);
        Assert.Contains("edgestream.yaml:2:9: 'rules' needs 'field'", gateway.Log);
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new());
        await PublishAsync(client, "a", 3);
        Assert.Equal(new[] { 3 }, await ValuesAsync(gateway, "readings"));
    }

    [Fact]
    public async Task What_needs_a_restart_is_named_and_keeps_its_value()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.ReloadAsync(
            GatewayUnderTest.Quiet + "node: {id: other}\nmqtt: {sessionsMax: 5}\nlog: {level: debug}\n");
        Assert.Contains("A change of 'node' takes effect with the next start only.", gateway.Log);
        Assert.Contains(
            "A change of 'mqtt' (listeners and limits) takes effect with the next start only.", gateway.Log);
        Assert.Contains("Configuration reloaded: log level.", gateway.Log);
        Assert.Equal("board", (await gateway.GetAsync("/api/status")).GetProperty("node").GetString());
    }

    [Fact]
    public async Task A_changed_shard_count_is_refused_with_the_reason()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.ReloadAsync(GatewayUnderTest.Quiet + "streams: [{name: readings, shards: 2}]\n");
        Assert.Contains("in force only in part: Stream 'readings' was made with 1 shards; that is fixed.", gateway.Log);
        Assert.Contains("The last reload failed: ", await HealthAsync(gateway));
    }

    [Fact]
    public async Task A_failed_reload_shows_in_the_health_until_one_succeeds_and_that_one_repairs_what_had_stopped()
    {
        Func<GatewayConfig, GatewayConfig> damage = config => config;
        var rules = GatewayUnderTest.Quiet.Replace(
            "rules: []", "rules: [{name: high, stream: readings, field: value, above: 10}]");
        await using var gateway = await GatewayUnderTest.StartAsync(rules, change: start => start with
        {
            Reload = () => damage(start.Reload()),
        });
        damage = config => config with
        {
            Rules = [config.Rules[0] with { Stream = "none" }],
            Deliveries = [new DeliveryDefinition { Name = "files", Stream = "none", Destination = null! }],
        };
        await gateway.ReloadAsync(rules);
        Assert.Contains("The last reload failed: ", await HealthAsync(gateway));
        Assert.Contains("A delivery could not be started: ", await HealthAsync(gateway));

        damage = config => config with { Rules = [config.Rules[0] with { Stream = "none" }] };
        await gateway.ReloadAsync(rules);
        Assert.Contains("watches stream none, which does not exist", await HealthAsync(gateway));
        Assert.DoesNotContain("A delivery could not be started: ", await HealthAsync(gateway));

        damage = config => config;
        await gateway.ReloadAsync(rules);
        Assert.Equal("", await HealthAsync(gateway));
        await gateway.PostAsync("readings", """{"key":"k","data":11}""");
        await Poll.UntilAsync(async () =>
            (await gateway.GetAsync("/api/alerts")).GetProperty("alerts").GetArrayLength() == 1);
    }

    /// <summary>The details of every check that is not healthy, free space apart.</summary>
    private static async Task<string> HealthAsync(GatewayUnderTest gateway)
    {
        var checks = (await gateway.GetAsync("/health")).GetProperty("checks").EnumerateArray();
        return string.Join('\n', checks
            .Where(check => check.GetProperty("status").GetString() != "healthy"
                && check.GetProperty("name").GetString() != "disk")
            .Select(check => check.GetProperty("detail").GetString()));
    }

    private static Task<MqttReasonCode> PublishAsync(MqttClient client, string topic, int value) =>
        client.PublishAsync(new MqttMessage
        {
            Topic = topic, Payload = Encoding.UTF8.GetBytes($"{value}"), Qos = MqttQos.AtLeastOnce,
        });

    private static async Task<int[]> ValuesAsync(GatewayUnderTest gateway, string stream, int limit = 100) =>
        [.. (await gateway.GetAsync($"/api/streams/{stream}/records?limit={limit}")).GetProperty("records")
            .EnumerateArray().Select(record => record.GetProperty("data").GetProperty("value").GetInt32())];
}
