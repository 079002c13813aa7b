using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to a site's Mosquitto, message by message.</summary>
public sealed class MqttDeliveryTests
{
    private const int Records = 3000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_record_arrives_in_order_under_an_id_of_its_own_although_the_gateway_is_killed(int qos)
    {
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("deliver-kill", Config(site.Port, qos));
        await using var receiver = await SiteReceiver.StartAsync(site.Port, world.Path("received"));
        var publisher = new KeyedPublisher(world.Launch.MqttPort, "device", topicCount: 2, window: 20);
        using var stopping = new CancellationTokenSource();
        var running = Task.Run(() => publisher.RunAsync(stopping.Token));
        for (var life = 1; life <= 3; life++)
        {
            var target = life * Records / 3;
            await Poll.UntilAsync(
                () => receiver.Ids.Count >= target / 2 && publisher.AcknowledgedCount >= target, Deadline);
            world.Gateway.Kill9();
            if (life == 3)
            {
                await stopping.CancelAsync();
                await running;
            }

            await world.StartAgainAsync();
        }

        using var drain = new CancellationTokenSource(Deadline);
        await publisher.DrainAsync(drain.Token);
        await CheckAsync(world, receiver);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_record_arrives_although_the_broker_is_restarted(int qos)
    {
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("deliver-restart", Config(site.Port, qos));
        await using var receiver = await SiteReceiver.StartAsync(site.Port, world.Path("received"));
        await using var once = await SiteReceiver.StartAsync(site.Port, world.Path("once"), isQos2: true);
        await PublishAsync(world);
        await Poll.UntilAsync(() => receiver.Ids.Count > 100, Deadline);
        await site.StopAsync();
        await Poll.UntilAsync(async () => (await DeliveryAsync(world)).GetProperty("lastError").GetString() is not null
            || (await DeliveryAsync(world)).GetProperty("backlogRecords").GetInt64() == 0, Deadline);
        await site.StartAgainAsync();
        await CheckAsync(world, receiver);
        await Poll.UntilAsync(() => once.Messages.Count >= Records, Deadline, () => $"{once.Messages.Count}");
        if (qos == 2)
        {
            // What the broker does not remember of a QoS 2 flow over its own restart it may pass on again.
            Assert.Equal(
                Contents(receiver.Messages).Distinct().Order(), Contents(once.Messages).Distinct().Order());
        }
    }

    [Fact]
    public async Task With_QoS_2_every_record_arrives_once_although_the_network_is_cut()
    {
        await using var site = await SiteBroker.StartAsync();
        using var network = new CutLink(site.Port);
        await using var world = await GatewayWorld.StartAsync("deliver-cut", Config(network.Port, 2));
        await using var receiver = await SiteReceiver.StartAsync(site.Port, world.Path("received"));
        await using var once = await SiteReceiver.StartAsync(site.Port, world.Path("once"), isQos2: true);
        await PublishAsync(world);
        for (var cut = 1; cut <= 4; cut++)
        {
            await Poll.UntilAsync(() => receiver.Ids.Count >= cut * Records / 6, Deadline);
            network.Cut();
            network.Mend();
        }

        var ids = await CheckAsync(world, receiver);
        Assert.Equal(Records, ids.Count);
        await Poll.UntilAsync(() => once.Messages.Count >= Records, Deadline, () => $"{once.Messages.Count}");
        Assert.Equal(Contents(receiver.Messages).Order(), Contents(once.Messages).Order());
    }

    private static string Config(int port, int qos) => $$"""
        {{QuietConfig.NoSensors}}
        rules: []
        deliveries:
          - name: up
            bufferTime: 0s
            mqtt:
              url: mqtt://127.0.0.1:{{port}}
              topic: "gateway/{stream}/{key}"
              qos: {{qos}}
              sendMaximum: 5
              reconnectMax: 1s
              timeout: 5s
        """;

    private static async Task PublishAsync(GatewayWorld world)
    {
        const int Page = 500;
        for (var first = 0; first < Records; first += Page)
        {
            var records = Enumerable.Range(first, Page).Select(
                number => new { key = $"device/{number % 3}", data = new { number } });
            var (status, body) = await world.Api.PostAsync(
                "/api/streams/readings/records", JsonSerializer.Serialize(new { records }));
            Assert.True((int)status == 200, $"{body}");
        }
    }

    /// <summary>Waits until everything is delivered, and compares; returns the ids in the order of arrival.</summary>
    private static async Task<IReadOnlyList<string>> CheckAsync(GatewayWorld world, SiteReceiver receiver)
    {
        var stored = await world.Api.ReadAllAsync("readings");
        await Poll.UntilAsync(() => receiver.Ids.Distinct().Count() >= stored.Count, Deadline,
            () => $"{receiver.Ids.Distinct().Count()} of {stored.Count}\n{world.Gateway.Output}");
        await Poll.UntilAsync(
            async () => (await DeliveryAsync(world)).GetProperty("backlogRecords").GetInt64() == 0, Deadline);
        Assert.Equal(stored.Count, (await DeliveryAsync(world)).GetProperty("deliveredRecords").GetInt64());

        // Repeats keep their ids, so what is left without them is the stream, record by record; MQTT keeps the order of
        // a topic, which is a key's here.
        var once = receiver.Messages.DistinctBy(message => message.Id).OrderBy(message => message.Topic).ToList();
        Assert.Equal(
            stored.OrderBy(record => record.Key).Select(
                record => $"gateway/readings/{record.Key} {record.Data.GetRawText()}"),
            Contents(once));
        Assert.All(once.GroupBy(message => message.Topic), ofTopic =>
        {
            var ids = ofTopic.Select(message => message.Id).ToList();
            Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        });
        return receiver.Ids;
    }

    private static IEnumerable<string> Contents(IEnumerable<ReceivedMessage> messages) =>
        messages.Select(message => $"{message.Topic} {message.Payload}");

    private static async Task<JsonElement> DeliveryAsync(GatewayWorld world) =>
        (await world.Api.FindAsync("/api/deliveries", "deliveries", "name", "up"))!.Value;
}
