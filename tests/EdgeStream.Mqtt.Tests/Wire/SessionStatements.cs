namespace EdgeStream.Mqtt.Tests;

/// <summary>Sessions: their beginning, their end, and goodbyes.</summary>
public abstract class SessionStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.4-3", "MQTT-3.1.2-5")]
    public async Task A_second_connection_takes_the_identifier_over()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient first = await host.Connect500Async("s", properties: "11 00 00 00 64");
        await first.SendAsync(RawClient.Subscribe5("t", 1));
        await first.ExpectAsync("90 04 00 01 00 01");
        using RawClient second = await host.Connect500Async("s", isClean: false, "11 00 00 00 64", isPresent: true);
        await first.ExpectDisconnectAsync(MqttReasonCode.SessionTakenOver);
        await host.PublishAsync("t", "1", 1);
        await second.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        Assert.Equal(1, await host.CountAsync(BrokerFigure.Sessions));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.13.1-1")]
    public async Task Disconnect_may_shorten_the_expiry_but_not_make_one()
    {
        await using BrokerUnderTest host = await StartAsync();
        using (RawClient first = await host.Connect500Async("s", properties: "11 00 00 00 0A"))
        {
            await first.SendAsync("E0 07 00 05 11 00 00 00 00");
            await first.ExpectClosedAsync();
        }

        await host.WhenAsync(BrokerFigure.Sessions, 0);
        using RawClient other = await host.Connect500Async("t");
        await other.SendAsync("E0 07 00 05 11 00 00 00 0A");
        await other.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Theory]
    [InlineData("01")] // [MQTT-3.14.2-1]: no reason at all,
    [InlineData("8B")] // or one that only a server gives.
    [Statements(MqttVersion.V500, "MQTT-3.14.2-1")]
    public async Task A_goodbye_with_a_reason_that_a_client_can_t_give_is_a_protocol_error(string reason)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("s");
        await client.SendAsync("E0 01" + reason);
        await client.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2")]
    public async Task A_client_gets_no_more_than_it_can_take_before_it_acknowledges()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("s", properties: "21 00 02");
        await client.SendAsync(RawClient.Subscribe5("t", 1));
        await client.ExpectAsync("90 04 00 01 00 01");
        for (int i = 1; i <= 4; i++)
        {
            await host.PublishAsync("t", $"{i}", 1);
        }

        await client.ExpectAsync(RawClient.Publish5("t", "1", 1, 1) + RawClient.Publish5("t", "2", 1, 2));
        await client.ExpectNothingAsync();
        await client.SendAsync("40 02 00 02");
        await client.ExpectAsync(RawClient.Publish5("t", "3", 1, 3));
        await client.ExpectNothingAsync();
    }
}
