namespace EdgeStream.Mqtt.Tests;

public class ConnectTests : ConnackStatements
{
    [Fact]
    public async Task A_second_connect_is_a_protocol_error() // [MQTT-3.1.0-2].
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Connect500("c"));
        await client.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    public async Task A_malformed_connect_of_311_is_closed_without_a_word() // [MQTT-3.1.4-1] of 3.1.1.
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, "00 04 'MQTT' 04 03 00 00 00 01 'c'"));
        await client.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-6")]
    public async Task Connack_tells_what_the_server_can_t_do_and_its_limits()
    {
        var options = new MqttBrokerOptions
        {
            KeepAliveSecondsMax = 30,
            SessionExpirySecondsMax = 100,
            ReceiveMaximum = 5,
            PacketSizeBytesMax = 5000,
            TopicAliasMaximum = 2,
        };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", properties: "11 00 00 01 00", keepAliveSeconds: 60));
        byte[] properties = await client.ExpectConnack5Async();
        string expected = "11 00 00 00 64  21 00 05  27 00 00 13 88  22 00 02  25 01  2A 01  13 00 1E";
        Assert.Equal(Hex.Of(Hex.Bytes(expected)), Hex.Of(properties));
    }

    [Theory]
    [InlineData("19 01", "replies/c/")]
    [InlineData("19 00", null)] // [MQTT-3.1.2-28].
    [InlineData("", null)]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-28")]
    public async Task Response_information_comes_only_when_it_is_asked_for(string properties, string? expected)
    {
        var options = new MqttBrokerOptions { ResponseInformation = "replies/%c/" };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c", properties: properties));
        string answer = Hex.Of(await client.ExpectConnack5Async());
        string told = expected is null ? "" : Hex.Of(Hex.Bytes("1A" + RawClient.Text(expected)));
        Assert.EndsWith(expected is null ? "2A01" : told, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packet_only_a_server_sends_is_a_protocol_error()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync("D0 00");
        await client.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    public async Task A_stopping_server_says_so()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await host.Broker.DisposeAsync();
        await client.ExpectDisconnectAsync(MqttReasonCode.ServerShuttingDown);
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.2.2-5")]
    public async Task Sessions_are_bounded_and_the_one_left_first_makes_room()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(options: new MqttBrokerOptions { SessionsMax = 2 });
        using RawClient first = await host.Connect311Async("first");
        using (RawClient left = await host.Connect311Async("left", isClean: false))
        {
            await left.SendAsync("E0 00");
            await left.ExpectClosedAsync();
        }

        using RawClient second = await host.Connect311Async("second");
        Assert.Equal(2, host.Broker.Statistics.Sessions);
        using RawClient third = await host.OpenAsync();
        await third.SendAsync(RawClient.Connect311("third"));
        await third.ExpectAsync("20 02 00 03");
        await third.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-7", "MQTT-3.2.2-16")]
    public async Task A_500_client_without_identifier_gets_one()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions());
        Assert.StartsWith("auto-", client.ClientId, StringComparison.Ordinal);
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();

    [Theory]
    [InlineData("")]
    [InlineData("10 0D 00 04 'MQTT'")]
    public async Task A_stop_says_nothing_to_a_connection_whose_connect_has_not_come(string sent)
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(sent);
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "it is served");
        await host.Broker.DisposeAsync();
        await client.ExpectClosedAsync();
    }
}
