using System.Buffers;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Chapters 1 and 2: strings, variable byte integers, flags, packet identifiers.</summary>
public class DataTypeTests : DataTypeStatements
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-2.3.1-4", "MQTT-4.3.2-1")]
    [Statements(MqttVersion.V500, "MQTT-2.2.1-4", "MQTT-4.3.2-1", "MQTT-4.3.3-1")]
    public void The_server_s_identifiers_go_round_without_zero_and_those_in_use()
    {
        var queue = new OutboundQueue("c", TestLimits.Create());
        var terms = new DeliveryTerms(MqttVersion.V311, 10, 0, null);
        queue.Resume(10);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(1, SendOne(queue, terms, output));
        for (int id = 2; id <= ushort.MaxValue; id++)
        {
            Assert.Equal(id, SendOne(queue, terms, output));
            Assert.Equal(OutboundAnswer.Taken, queue.Complete((ushort)id, PacketType.Puback));
        }

        Assert.Equal(2, SendOne(queue, terms, output));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.7.3-3")]
    [Statements(MqttVersion.V500, "MQTT-4.7.3-3")]
    public async Task A_topic_of_65_535_bytes_is_delivered(int version)
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        string topic = new('x', ushort.MaxValue);
        using RawClient client = await Wire.SubscribedAsync(host, version, "#", 0);
        host.Broker.Publish(topic, "m"u8);
        byte[] packet = await client.ReadPacketAsync();
        Assert.Equal(0x30, packet[0]);
        Assert.Equal(
            Hex.Of([0xFF, 0xFF, .. System.Text.Encoding.UTF8.GetBytes(topic)]), Hex.Of(packet.AsSpan(4, 65_537)));
        Assert.Throws<ArgumentException>(() => host.Broker.Publish(topic + "x", "m"u8));
    }

    private static int SendOne(OutboundQueue queue, DeliveryTerms terms, ArrayBufferWriter<byte> output)
    {
        var message = new ApplicationMessage { Topic = [(byte)'t'], Payload = [], Qos = MqttQos.AtLeastOnce };
        Assert.True(queue.TryEnqueue(
            new OutboundMessage { Message = message, Qos = MqttQos.AtLeastOnce }, isRetainedReplay: false));
        output.ResetWrittenCount();
        int budgetBytes = 1000;
        queue.Fill(output, terms, ref budgetBytes);
        ReadOnlySpan<byte> packet = output.WrittenSpan;
        Assert.Equal(0x32, packet[0]);
        return (packet[^2] << 8) | packet[^1];
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
