using EdgeStream.Mqtt.Tests;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The broker's own state after a kill -9 right behind an acknowledgement: whoever got it relies on
/// it.</summary>
public sealed class StateAfterKillTests
{
    private const string KeptAnHour = "11 00 00 0E 10";
    private const string ExactlyOnceTopic = "open";
    private const int WillDelaySeconds = 3;

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_message_for_a_session_that_is_away_is_there_once_it_was_acknowledged(int version)
    {
        await using var world = await GatewayWorld.StartAsync("state-queue");
        (await SubscribedAsync(world, version, "away", "queue/#", 1)).Dispose();
        await WaitForConnectionsAsync(world, 0);
        using (var publisher = await ConnectAsync(world, version, "publisher", isKept: false))
        {
            await publisher.SendAsync(Wire.Publish(version, "queue/a", "1", 1, 1));
            await publisher.ExpectAsync("40 02 00 01");
            world.Gateway.Kill9();
        }

        await world.StartAgainAsync();
        using var away = await ConnectAsync(world, version, "away", isPresent: true);
        await away.ExpectAsync(Wire.Publish(version, "queue/a", "1", 1, 1));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_retained_message_and_a_removal_are_there_once_they_were_acknowledged(int version)
    {
        await using var world = await GatewayWorld.StartAsync("state-retained");
        using (var publisher = await ConnectAsync(world, version, "publisher", isKept: false))
        {
            await publisher.SendAsync(Wire.Publish(version, "kept/old", "1", 1, 1, retain: true));
            await publisher.ExpectAsync("40 02 00 01");
            await publisher.SendAsync(
                Wire.Publish(version, "kept/old", "", 1, 2, retain: true),
                Wire.Publish(version, "kept/new", "2", 1, 3, retain: true));
            await publisher.ExpectAsync("40 02 00 02 40 02 00 03");
            world.Gateway.Kill9();
        }

        await world.StartAgainAsync();
        using var reader = await SubscribedAsync(world, version, "reader", "kept/#", 0);
        await reader.ExpectAsync(Wire.Publish(version, "kept/new", "2", retain: true));
        await reader.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Open_exchanges_of_qos_2_go_on_where_they_were(int version)
    {
        await using var world = await GatewayWorld.StartAsync("state-qos2");
        using (var subscriber = await SubscribedAsync(world, version, "subscriber", "half", 2))
        using (var publisher = await ConnectAsync(world, version, "publisher"))
        {
            await publisher.SendAsync(Wire.Publish(version, "half", "1", 1, 1));
            await publisher.ExpectAsync("40 02 00 01");
            await subscriber.ExpectAsync(Wire.Publish(version, "half", "1", 1, 1));
            await subscriber.SendAsync("40 02 00 01");
            await publisher.SendAsync(Wire.Publish(version, "half", "2", 2, 2));
            await publisher.ExpectAsync("50 02 00 02");
            await publisher.SendAsync("62 02 00 02");
            await publisher.ExpectAsync("70 02 00 02");
            await subscriber.ExpectAsync(Wire.Publish(version, "half", "2", 2, 2));
            await subscriber.SendAsync("50 02 00 02");
            await subscriber.ExpectAsync("62 02 00 02");
            await publisher.SendAsync(Wire.Publish(version, ExactlyOnceTopic, "3", 2, 7));
            await publisher.ExpectAsync("50 02 00 07");
            world.Gateway.Kill9();
        }

        await world.StartAgainAsync();
        using var received = await ConnectAsync(world, version, "subscriber", isPresent: true);
        await received.ExpectAsync("62 02 00 02");
        await received.SendAsync("70 02 00 02");
        await received.ExpectNothingAsync();
        using var sender = await ConnectAsync(world, version, "publisher", isPresent: true);
        await sender.SendAsync(Wire.Publish(version, ExactlyOnceTopic, "3", 2, 7, dup: true));
        await sender.ExpectAsync("50 02 00 07");
        await sender.SendAsync("62 02 00 07");
        await sender.ExpectAsync("70 02 00 07");
        var records = await world.RecordsAsync("readings", 3);
        Assert.Equal(3, records.Count);
    }

    [Fact]
    public async Task A_delayed_will_is_published_after_a_restart()
    {
        await using var world = await GatewayWorld.StartAsync("state-will");
        using (var lost = await OpenAsync(world))
        {
            await lost.SendAsync(RawClient.Packet(
                0x10,
                $"00 04 'MQTT' 05 2E 00 00 05 {KeptAnHour} {RawClient.Text("lost")} "
                    + $"05 18 {WillDelaySeconds:X8} {RawClient.Text("will")} 00 01 'x'"));
            await lost.ExpectConnack5Async();
        }

        await WaitForConnectionsAsync(world, 0);
        using (var publisher = await ConnectAsync(world, 5, "publisher", isKept: false))
        {
            await publisher.SendAsync(RawClient.Publish5("kept", "1", 1, 1, retain: true));
            await publisher.ExpectAsync("40 02 00 01");
            world.Gateway.Kill9();
        }

        await world.StartAgainAsync();
        using var reader = await SubscribedAsync(world, 5, "reader", "will", 1);
        var packet = await reader.ReadPacketAsync();
        Assert.EndsWith(Hex.Of("x"u8), Hex.Of(packet), StringComparison.Ordinal);
    }

    private static Task<RawClient> OpenAsync(GatewayWorld world) => RawClient.OpenAsync(world.Launch.MqttPort);

    private static async Task<RawClient> ConnectAsync(
        GatewayWorld world, int version, string clientId, bool isKept = true, bool isPresent = false)
    {
        var client = await OpenAsync(world);
        if (version == 5)
        {
            await client.SendAsync(RawClient.Connect500(clientId, !isKept, isKept ? KeptAnHour : ""));
            await client.ExpectConnack5Async(isPresent: isPresent);
        }
        else
        {
            await client.SendAsync(RawClient.Connect311(clientId, !isKept));
            await client.ExpectAsync(isPresent ? RawClient.ConnackV311Present : RawClient.ConnackV311);
        }

        return client;
    }

    private static async Task<RawClient> SubscribedAsync(
        GatewayWorld world, int version, string clientId, string filter, int qos)
    {
        var client = await ConnectAsync(world, version, clientId);
        await client.SendAsync(Wire.Subscribe(version, 1, (filter, qos)));
        await client.ExpectAsync(Wire.Suback(version, 1, qos));
        return client;
    }

    private static Task WaitForConnectionsAsync(GatewayWorld world, int count) => Poll.UntilAsync(async () =>
    {
        using var response = await world.Api.GetAsync("/metrics");
        var text = await response.Content.ReadAsStringAsync();
        return text.Contains($"\nedgestream_mqtt_connections {count}\n", StringComparison.Ordinal);
    });
}
