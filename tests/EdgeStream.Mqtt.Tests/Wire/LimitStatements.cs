namespace EdgeStream.Mqtt.Tests;

/// <summary>A server with limits, where they are felt.</summary>
/// <remarks>It takes packets of up to 256 bytes, retains nothing, holds keep-alives to 30 s, tells the response
/// information <c>replies/%c/</c>, and knows the users pump and valve with the passwords secret and other beside
/// clients without a name.</remarks>
public abstract class LimitStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-13", "MQTT-3.2.2-14", "MQTT-3.2.2-19", "MQTT-3.14.2-3")]
    public async Task A_server_without_retained_messages_says_so_and_takes_none()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient refused = await host.OpenAsync();
        await refused.SendAsync(RawClient.Packet(
            0x10, "00 04 'MQTT' 05 26 00 00 05 27 00 00 00 14 00 01 'c' 00 00 01 'w' 00 01 'x'"));
        await refused.ExpectAsync("20 03 00 9A 00");
        await refused.ExpectClosedAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        Assert.Equal([0], ConnackProperties.Read(await client.ExpectConnack5Async())[0x25]);
        await client.SendAsync(RawClient.Publish5("t", "1", 1, 1, retain: true));
        await client.ExpectDisconnectAsync(MqttReasonCode.RetainNotSupported);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-15")]
    public async Task A_larger_packet_than_the_server_takes_ends_the_connection()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        Assert.Equal([0, 0, 1, 0], ConnackProperties.Read(await client.ExpectConnack5Async())[0x27]);
        await client.SendAsync(RawClient.Publish5("t", new string('1', 247), 1, 1));
        await client.ExpectAsync("40 02 00 01");
        await client.SendAsync(RawClient.Publish5("t", new string('1', 248), 1, 2));
        await client.ExpectDisconnectAsync(MqttReasonCode.PacketTooLarge);
        using RawClient old = await host.Connect311Async("old");
        await old.SendAsync(RawClient.Publish("t", new string('1', 249), 1, 2));
        await old.ExpectClosedAsync();
    }

    [Theory]
    [InlineData("19 01", "replies/c/")]
    [InlineData("19 00", null)]
    [InlineData("", null)]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-28")]
    public async Task Response_information_comes_only_when_it_is_asked_for(string properties, string? expected)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", properties: properties));
        Dictionary<int, byte[]> told = ConnackProperties.Read(await client.ExpectConnack5Async());
        string? information =
            told.TryGetValue(0x1A, out byte[]? text) ? System.Text.Encoding.UTF8.GetString(text.AsSpan(2)) : null;
        Assert.Equal(expected, information);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(31, 30)]
    [InlineData(30, null)]
    [InlineData(5, null)]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-22")]
    public async Task The_server_s_keep_alive_is_told_where_it_replaces_the_client_s(int asked, int? told)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", keepAliveSeconds: asked));
        Dictionary<int, byte[]> properties = ConnackProperties.Read(await client.ExpectConnack5Async());
        Assert.Equal(told, properties.ContainsKey(0x13) ? properties.Number(0x13) : null);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-8", "MQTT-3.1.4-2", "MQTT-3.2.2-7")]
    public async Task Another_user_s_identifier_and_a_wrong_password_are_refused_and_end_the_connection()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient pump = await OpenAsync(host, "pump", "secret");
        await pump.ExpectConnack5Async();
        using RawClient valve = await OpenAsync(host, "valve", "other");
        await valve.ExpectConnack5Async(MqttReasonCode.ClientIdentifierNotValid);
        await valve.ExpectClosedAsync();
        using RawClient liar = await OpenAsync(host, "pump", "wrong");
        await liar.ExpectConnack5Async(MqttReasonCode.BadUserNameOrPassword);
        await liar.ExpectClosedAsync();
        await pump.ExpectNothingAsync();
    }

    private static async Task<RawClient> OpenAsync(BrokerUnderTest host, string user, string password)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(
            0x10, $"00 04 'MQTT' 05 C2 00 00 00 00 06 'shared' {RawClient.Text(user)} {RawClient.Text(password)}"));
        return client;
    }
}
