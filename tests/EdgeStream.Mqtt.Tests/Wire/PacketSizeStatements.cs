namespace EdgeStream.Mqtt.Tests;

/// <summary>The client's maximum packet size.</summary>
public abstract class PacketSizeStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-24", "MQTT-3.1.4-2", "MQTT-3.2.2-8")]
    public async Task A_client_that_can_t_take_connack_is_refused()
    {
        await using BrokerUnderTest host = await StartAsync();
        int size = await ConnackSizeAsync(host);
        using RawClient small = await host.OpenAsync();
        await small.SendAsync(RawClient.Connect500("c", properties: $"27 {size - 1:X8}"));
        await small.ExpectAsync("20 03 00 95 00");
        await small.ExpectClosedAsync();
        using RawClient tiny = await host.OpenAsync();
        await tiny.SendAsync(RawClient.Connect500("c", properties: "27 00 00 00 04"));
        await tiny.ExpectClosedAsync();
        await host.WhenAsync(BrokerFigure.Sessions, 0);
        using RawClient enough = await host.Connect500Async("c", properties: $"27 {size:X8}");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-24")]
    public async Task A_request_whose_answer_is_too_large_is_refused_before_it_has_an_effect()
    {
        await using BrokerUnderTest host = await StartAsync();
        int size = await ConnackSizeAsync(host);
        using RawClient client = await host.Connect500Async("c", properties: $"27 {size:X8}");
        string filters = string.Concat(Enumerable.Range(0, size).Select(i => $"00 03 'f{i:X2}' 00"));
        await client.SendAsync(RawClient.Packet(0x82, "00 01 00" + filters));
        await client.ExpectDisconnectAsync(MqttReasonCode.PacketTooLarge);
        Assert.Equal(0, await host.CountAsync(BrokerFigure.Subscriptions));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-24", "MQTT-3.1.2-25")]
    public async Task A_message_the_client_can_t_take_counts_as_sent_and_the_next_comes()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("s", properties: "27 00 00 00 64 21 00 01");
        await client.SendAsync(RawClient.Subscribe5("t", 1));
        await client.ExpectAsync("90 04 00 01 00 01");
        await host.PublishAsync("t", new string('x', 93), 1);
        await host.PublishAsync("t", new string('x', 92), 1);
        await client.ExpectAsync(RawClient.Publish5("t", new string('x', 92), 1, 2));
        await client.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.14.2-3", "MQTT-3.2.2-19")]
    public async Task The_reason_string_is_left_out_where_it_doesn_t_fit()
    {
        await using BrokerUnderTest host = await StartAsync();
        int size = await ConnackSizeAsync(host);
        using RawClient client = await host.Connect500Async("c", properties: $"27 {size:X8}");
        await client.SendAsync(RawClient.Publish5("t", "1", properties: "23 00 00"));
        await client.ExpectAsync("E0 01 94");
        await client.ExpectClosedAsync();
        using RawClient told = await host.Connect500Async("c");
        await told.SendAsync(RawClient.Publish5("t", "1", properties: "23 00 00"));
        byte[] whole = await told.ReadPacketAsync();
        Assert.Equal((0xE0, 0x94, 0x1F), (whole[0], whole[2], whole[4]));
        using RawClient refused = await host.OpenAsync();
        await refused.SendAsync(RawClient.Connect500("c", properties: "15 00 01 'x' 27 00 00 00 14"));
        await refused.ExpectAsync("20 03 00 8C 00");
        await refused.ExpectClosedAsync();
    }

    private static async Task<int> ConnackSizeAsync(BrokerUnderTest host)
    {
        using RawClient client = await host.OpenAsync("c");
        await client.SendAsync(RawClient.Connect500("c"));
        byte[] connack = await client.ReadPacketAsync();
        await client.SendAsync("E0 00");
        await client.ExpectClosedAsync();
        return connack.Length;
    }
}
