using System.Text;
using System.Text.Json;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class MqttTests
{
    private const string AlertRule =
        "sensors: {board: {enabled: false}}\ndeliveries: []\nrules: [{name: hot, field: t, above: 30}]\n";

    [Fact]
    public async Task An_acknowledged_message_is_a_record_under_its_topic()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await ConnectAsync(gateway);
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, "house/kitchen", """{"t":21.5}"""));
        var record = Assert.Single(await RecordsAsync(gateway, "readings"));
        Assert.Equal("house/kitchen", record.GetProperty("key").GetString());
        Assert.Equal("""{"t":21.5}""", record.GetProperty("data").GetRawText());
        var device = Assert.Single((await gateway.GetAsync("/api/devices")).GetProperty("devices").EnumerateArray());
        Assert.Equal("mqtt", device.GetProperty("source").GetString());
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_acknowledged_and_stands_in_dead_letter_with_its_bytes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await ConnectAsync(gateway);
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, "house/text", "warm"));
        var data = Assert.Single(await RecordsAsync(gateway, "dead-letter")).GetProperty("data");
        Assert.Equal("warm", Encoding.UTF8.GetString(data.GetProperty("payloadBase64").GetBytesFromBase64()));
        Assert.Equal("house/text", data.GetProperty("topic").GetString());
        Assert.Empty(await RecordsAsync(gateway, "readings"));
    }

    [Fact]
    public async Task An_alert_reaches_its_subscribers_and_nobody_else_may_publish_there()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(AlertRule);
        var alerts = new TaskCompletionSource<string>();
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new()
        {
            Received = message =>
            {
                alerts.TrySetResult(Encoding.UTF8.GetString(message.Payload.Span));
                return ValueTask.CompletedTask;
            },
        });
        await client.SubscribeAsync("edgestream/alerts/#", MqttQos.AtLeastOnce);
        Assert.Equal(MqttReasonCode.NotAuthorized, await PublishAsync(client, "edgestream/alerts/hot", "{}"));
        await PublishAsync(client, "house/kitchen", """{"t":31}""");

        using var alert = JsonDocument.Parse(await alerts.Task.WaitAsync(Poll.DefaultDeadline));
        Assert.Equal("hot", alert.RootElement.GetProperty("rule").GetString());
        var stored = Assert.Single(await RecordsAsync(gateway, "alerts"));
        Assert.Equal("hot", stored.GetProperty("key").GetString());
        Assert.Equal(
            alert.RootElement.GetProperty("id").GetString(), stored.GetProperty("data").GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_a_311_client_may_never_store_is_acknowledged_so_that_it_is_not_sent_for_ever()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await MqttClient.ConnectAsync(
            "127.0.0.1", gateway.Host.MqttEndpoint.Port, new() { Version = MqttVersion.V311 });
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, "edgestream/alerts/hot", "{}"));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, "house/kitchen", """{"t":21.5}"""));
        Assert.Equal(1, gateway.Host.Parts.Broker.Statistics.PublishesDropped);
        Assert.Single(await RecordsAsync(gateway, "readings"));
    }

    [Fact]
    public async Task Retained_messages_survive_a_restart_even_under_the_longest_topics()
    {
        using var folder = new TemporaryFolder("retained");
        var longTopic = "long/" + new string('x', 5000);
        await using (var gateway = await StartInAsync(folder))
        {
            await using var client = await ConnectAsync(gateway);
            foreach (var topic in new[] { "short", longTopic })
            {
                await client.PublishAsync(new MqttMessage
                {
                    Topic = topic, Payload = "1"u8.ToArray(), Qos = MqttQos.AtLeastOnce, Retain = true,
                });
            }
        }

        await using var again = await StartInAsync(folder);
        Assert.Equal(2, again.Host.Parts.Broker.RetainedCount);
    }

    private static Task<GatewayUnderTest> StartInAsync(TemporaryFolder folder) => GatewayUnderTest.StartAsync(
        change: start => start with { Config = start.Config with { DataFolder = folder.Combine("data") } });

    private static Task<MqttClient> ConnectAsync(GatewayUnderTest gateway) =>
        MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new MqttClientOptions());

    private static Task<MqttReasonCode> PublishAsync(MqttClient client, string topic, string payload) =>
        client.PublishAsync(new MqttMessage
        {
            Topic = topic, Payload = Encoding.UTF8.GetBytes(payload), Qos = MqttQos.AtLeastOnce,
        });

    private static async Task<JsonElement[]> RecordsAsync(GatewayUnderTest gateway, string stream) =>
        [.. (await gateway.GetAsync($"/api/streams/{stream}/records")).GetProperty("records").EnumerateArray()];
}
