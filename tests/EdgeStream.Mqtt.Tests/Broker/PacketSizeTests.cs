namespace EdgeStream.Mqtt.Tests;

/// <summary>Maximum packet size, both ways.</summary>
public class PacketSizeTests
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-15")]
    public async Task A_larger_packet_than_the_server_takes_ends_the_connection()
    {
        var options = new MqttBrokerOptions { PacketSizeBytesMax = 200 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("t", new string('x', 190), 1, 1));
        await client.ExpectAsync("40 02 00 01");
        await client.SendAsync(RawClient.Publish5("t", new string('x', 200), 1, 2));
        await client.ExpectDisconnectAsync(MqttReasonCode.PacketTooLarge);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-24")]
    public async Task A_client_that_can_t_take_connack_is_refused()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient small = await host.OpenAsync();
        await small.SendAsync(RawClient.Connect500("c", properties: "27 00 00 00 13"));
        await small.ExpectAsync("20 03 00 95 00");
        await small.ExpectClosedAsync();
        using RawClient tiny = await host.OpenAsync();
        await tiny.SendAsync(RawClient.Connect500("c", properties: "27 00 00 00 04"));
        await tiny.ExpectClosedAsync();
        Assert.Equal(0, host.Broker.Statistics.Sessions);
        using RawClient enough = await host.Connect500Async("c", properties: "27 00 00 00 14");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-24")]
    public async Task A_request_whose_answer_is_too_large_is_refused_before_it_has_an_effect()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c", properties: "27 00 00 00 14");
        string filters = string.Concat(Enumerable.Range(0, 16).Select(i => $"00 02 'f{i:X}' 00"));
        await client.SendAsync(RawClient.Packet(0x82, "00 01 00" + filters));
        await client.ExpectDisconnectAsync(MqttReasonCode.PacketTooLarge);
        Assert.Equal(0, host.Broker.SubscriptionCount);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-13", "MQTT-3.2.2-19", "MQTT-3.14.2-3")]
    public async Task The_reason_string_is_left_out_where_it_doesn_t_fit()
    {
        var options = new MqttBrokerOptions { RetainedMessagesMax = 0 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient refused = await host.OpenAsync();
        await refused.SendAsync(RawClient.Packet(
            0x10, "00 04 'MQTT' 05 26 00 00 05 27 00 00 00 14 00 01 'c' 00 00 01 'w' 00 01 'x'"));
        await refused.ExpectAsync("20 03 00 9A 00");
        await refused.ExpectClosedAsync();
        using RawClient client = await host.Connect500Async("c", properties: "27 00 00 00 14");
        await client.SendAsync(RawClient.Publish5("t", "1", 1, 1, retain: true));
        await client.ExpectAsync("E0 01 9A");
        await client.ExpectClosedAsync();
    }
}
