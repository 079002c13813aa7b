namespace EdgeStream.Mqtt.Tests;

/// <summary>Receive maximum, both ways (section 4.9 of 5.0).</summary>
public class FlowControlTests : FlowControlStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-7")]
    public async Task A_client_that_sends_more_than_the_receive_maximum_is_disconnected()
    {
        var options = new MqttBrokerOptions { ReceiveMaximum = 2 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("t", "1", 2, 1), RawClient.Publish5("t", "2", 2, 2));
        await client.ExpectAsync("50 02 00 01 50 02 00 02");
        await client.SendAsync("62 02 00 01");
        await client.ExpectAsync("70 02 00 01");
        await client.SendAsync(RawClient.Publish5("t", "3", 2, 3));
        await client.ExpectAsync("50 02 00 03");
        await client.SendAsync(RawClient.Publish5("t", "4", 1, 4));
        await client.ExpectDisconnectAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
