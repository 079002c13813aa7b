using EdgeStream.Gateway.Composition;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class MqttPacketSizeTests
{
    [Fact]
    public async Task A_long_topic_with_a_payload_as_large_as_a_packet_takes_can_be_kept()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await ConnectAsync(gateway);
        var topic = string.Concat(Enumerable.Repeat(new string('t', 1000) + "/", 60));
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync(new MqttMessage
        {
            Topic = topic, Payload = new byte[939_000], Qos = MqttQos.AtLeastOnce, Retain = true,
        }));

        // A kept session is answered when what waits for the state is durable: also the message.
        await using var next = await ConnectAsync(gateway, sessionExpirySeconds: 60);
        Assert.Contains(
            new MqttState(gateway.Host.Parts.Store.State).List(), entry => entry.Value.Length > 939_000);
    }

    private static Task<MqttClient> ConnectAsync(GatewayUnderTest gateway, uint sessionExpirySeconds = 0) =>
        MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new MqttClientOptions
        {
            ClientId = $"c{sessionExpirySeconds}", SessionExpirySeconds = sessionExpirySeconds,
        });
}
