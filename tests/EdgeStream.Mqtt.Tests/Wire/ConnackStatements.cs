namespace EdgeStream.Mqtt.Tests;

/// <summary>Who is let in, and what CONNACK says.</summary>
public abstract class ConnackStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-2")]
    public async Task An_unknown_level_is_answered_and_closed()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, "00 04 'MQTT' 03 02 00 00 00 01 'c'"));
        await client.ExpectAsync("20 02 00 01");
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.3-8", "MQTT-3.1.3-9", "MQTT-3.2.2-4", "MQTT-3.2.2-5")]
    public async Task An_empty_identifier_needs_a_clean_session()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, "00 04 'MQTT' 04 00 00 00 00 00"));
        await client.ExpectAsync("20 02 00 02");
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.0-1")]
    public async Task Something_else_before_connect_closes()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync("C0 00");
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.4-1", "MQTT-3.2.2-7")]
    public async Task A_malformed_connect_of_500_is_answered_with_its_reason()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, "00 04 'MQTT' 05 03 00 00 00 00 01 'c'"));
        await client.ExpectConnack5Async(MqttReasonCode.MalformedPacket);
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-1", "MQTT-4.12.0-4", "MQTT-3.2.2-7")]
    public async Task Enhanced_authentication_is_refused_by_its_reason()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", properties: "15 00 01 'x'"));
        await client.ExpectConnack5Async(MqttReasonCode.BadAuthenticationMethod);
        await client.ExpectClosedAsync();
    }
}
