namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 4.8.2: shared subscriptions.</summary>
public abstract class SharedSubscriptionStatements : WireStatements
{
    internal const string Kept = "11 00 00 0E 10";

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.8.2-5")]
    public async Task What_a_member_has_not_acknowledged_when_its_session_ends_goes_to_another()
    {
        await using BrokerUnderTest host = await StartAsync();
        RawClient leaving = await Member5Async(host, "l", "$share/g/t", 2, "21 00 02");
        await host.PublishAsync("t", "1", 1);
        await host.PublishAsync("t", "2", 2);
        await host.PublishAsync("t", "3", 2);
        await leaving.ExpectAsync(RawClient.Publish5("t", "1", 1, 1) + RawClient.Publish5("t", "2", 2, 2));
        using RawClient other = await Member5Async(host, "o", "$share/g/t", 2);
        leaving.Dispose();

        // The QoS 2 message that was on its way is nobody else's.
        await other.ExpectAsync(RawClient.Publish5("t", "1", 1, 1) + RawClient.Publish5("t", "3", 2, 2));
        await other.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.8.2-4")]
    public async Task A_qos_2_message_on_its_way_is_completed_with_its_member()
    {
        await using BrokerUnderTest host = await StartAsync();
        RawClient member = await Member5Async(host, "m", "$share/g/t", 2, Kept);
        await host.PublishAsync("t", "1", 2);
        await member.ExpectAsync(RawClient.Publish5("t", "1", 2, 1));
        member.Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        using RawClient other = await Member5Async(host, "o", "$share/g/t", 2);
        await other.ExpectNothingAsync();
        using RawClient back = await host.Connect500Async("m", isClean: false, Kept, isPresent: true);
        await back.ExpectAsync(RawClient.Publish5("t", "1", 2, 1, dup: true));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.8.2-3", "MQTT-3.3.4-5")]
    public async Task Each_member_gets_no_more_than_its_own_qos_and_its_own_identifier()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient first = await host.Connect500Async("m1");
        await first.SendAsync(RawClient.Subscribe5("$share/g/t", 0, properties: "0B 07"));
        await first.ExpectAsync("90 04 00 01 00 00");
        using RawClient second = await Member5Async(host, "m2", "$share/g/t", 1);
        await host.PublishAsync("t", "1", 2);
        await host.PublishAsync("t", "2", 2);
        await first.ExpectAsync(RawClient.Publish5("t", "1", properties: "0B 07"));
        await second.ExpectAsync(RawClient.Publish5("t", "2", 1, 1));
    }

    [Theory]
    [InlineData("$share/g")] // [MQTT-4.8.2-2]: no filter behind the name.
    [InlineData("$share/g/")]
    [InlineData("$share//t")] // [MQTT-4.8.2-1]: no name.
    [InlineData("$share/+/t")] // [MQTT-4.8.2-2]: a wildcard in the name.
    [InlineData("$share/#")]
    [Statements(MqttVersion.V500, "MQTT-4.8.2-1", "MQTT-4.8.2-2")]
    public async Task A_filter_without_a_proper_name_is_refused(string filter)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Subscribe5(filter, 1));
        await client.ExpectAsync("90 04 00 01 00 8F");
        using RawClient old = await host.Connect311Async("old");
        await old.SendAsync(RawClient.Subscribe(filter, 1));
        await old.ExpectAsync("90 03 00 01 80");
        Assert.Equal(0, await host.CountAsync(BrokerFigure.Subscriptions));
    }

    internal static async Task<RawClient> Member5Async(
        BrokerUnderTest host, string clientId, string filter, int qos, string properties = "")
    {
        RawClient client = await host.Connect500Async(clientId, properties: properties);
        await client.SendAsync(RawClient.Subscribe5(filter, qos));
        await client.ExpectAsync($"90 04 00 01 00 {qos:X2}");
        return client;
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.8.2-6")]
    public async Task A_message_that_a_member_refuses_goes_to_nobody_else()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient member = await Wire.SubscribedAsync(host, 5, "$share/g/t", 2, "m");
        await host.PublishAsync("t", "1", 1);
        await host.PublishAsync("t", "2", 2);
        await member.ExpectAsync(RawClient.Publish5("t", "1", 1, 1) + RawClient.Publish5("t", "2", 2, 2));
        using RawClient other = await Wire.SubscribedAsync(host, 5, "$share/g/t", 2, "o");
        await member.SendAsync("40 03 00 01 80 50 03 00 02 80");
        await member.ExpectNothingAsync();
        await other.ExpectNothingAsync();
    }
}
