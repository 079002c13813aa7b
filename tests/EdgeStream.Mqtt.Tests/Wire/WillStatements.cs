namespace EdgeStream.Mqtt.Tests;

/// <summary>Wills.</summary>
public abstract class WillStatements : WireStatements
{
    [Theory]
    [InlineData(4, 0, false)]
    [InlineData(4, 1, true)]
    [InlineData(4, 2, false)]
    [InlineData(5, 0, true)]
    [InlineData(5, 1, false)]
    [InlineData(5, 2, true)]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-8", "MQTT-3.1.2-9", "MQTT-3.1.2-16", "MQTT-3.1.2-17")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-14", "MQTT-3.1.2-15")]
    public async Task A_will_is_published_with_its_qos_and_retained_as_it_says(int version, int qos, bool retain)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, version, "w", 2);
        (await ConnectAsync(host, version, qos, retain)).Dispose();
        await subscriber.ExpectAsync(Wire.Publish(version, "w", "bye", qos, qos == 0 ? 0 : 1));
        Assert.Equal(retain ? 1 : 0, await host.CountAsync(BrokerFigure.Retained));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-10", "MQTT-3.1.2-12")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-10")]
    public async Task A_will_is_published_once_and_belongs_to_one_connection(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, version, "w", 0);
        (await ConnectAsync(host, version, 0, false)).Dispose();
        await subscriber.ExpectAsync(Wire.Publish(version, "w", "bye"));
        (await Wire.ConnectAsync(host, version, "c")).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 1);
        await subscriber.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-10", "MQTT-3.14.4-3")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-10", "MQTT-3.14.4-3")]
    public async Task A_goodbye_discards_the_will(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, version, "w", 0);
        using RawClient client = await ConnectAsync(host, version, 0, false);
        await client.SendAsync("E0 00");
        await client.ExpectClosedAsync();
        await host.WhenAsync(BrokerFigure.Connections, 1);
        await subscriber.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-10", "MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-20")]
    public async Task A_will_s_properties_go_out_unaltered_and_in_order()
    {
        string properties =
            "01 01 26 0001'b' 0001'1' 03 0002'ct' 26 0001'a' 0001'2' 08 0001'r' 09 0002 0001 26 0001'b' 0001'0'";
        string own = "18 00 00 00 00 02 00 00 00 3C";
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, 5, "w", 0);
        using (RawClient client = await host.OpenAsync())
        {
            int length = Hex.Bytes(own + properties).Length;
            await client.SendAsync(RawClient.Packet(
                0x10, $"0004'MQTT'05 06 0000 00 0001'c' {length:X2} {own} {properties} 0001'w' 0003'bye'"));
            await client.ExpectConnack5Async();
        }

        await subscriber.ExpectAsync(RawClient.Publish5("w", "bye", properties: "02 00 00 00 3C" + properties));
    }

    private static async Task<RawClient> ConnectAsync(BrokerUnderTest host, int version, int qos, bool retain)
    {
        int flags = 0x06 | (qos << 3) | (retain ? 0x20 : 0);
        string none = version == 5 ? "00" : "";
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(
            0x10, $"0004'MQTT'0{version}{flags:X2} 0000 {none} 0001'c' {none} 0001'w' 0003'bye'"));
        Assert.Equal(0, (await client.ReadPacketAsync())[3]);
        return client;
    }
}
