namespace EdgeStream.Mqtt.Tests;

/// <summary>Sections 3.8 to 3.11 and 4.7: SUBSCRIBE and UNSUBSCRIBE.</summary>
public abstract class SubscribeStatements : WireStatements
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.8.4-4", "MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2", "MQTT-3.3.1-6")]
    [Statements(MqttVersion.V500, "MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7", "MQTT-3.9.3-1", "MQTT-3.9.3-2")]
    public async Task Several_filters_act_like_several_packets_with_one_answer_in_their_order(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        await host.PublishAsync("a", "1", 1, retain: true);
        await host.PublishAsync("b", "2", 2, retain: true);
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(Wire.Subscribe(version, 7, ("b", 2), ("$share/bad", 1), ("a", 1), ("a", 0)));
        await client.ExpectAsync(Wire.Suback(version, 7, 2, version == 5 ? 0x8F : 0x80, 1, 0));
        Assert.Equal(2, await host.CountAsync(BrokerFigure.Subscriptions));
        await client.ExpectAsync(
            Wire.Publish(version, "b", "2", 2, 1, retain: true)
            + Wire.Publish(version, "a", "1", 1, 2, retain: true)
            + Wire.Publish(version, "a", "1", retain: true));
        await host.PublishAsync("a", "3", 1);
        await client.ExpectAsync(Wire.Publish(version, "a", "3"));
        await client.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.8.4-3", "MQTT-3.8.4-6", "MQTT-3.3.1-8")]
    [Statements(MqttVersion.V500, "MQTT-3.8.4-3", "MQTT-3.8.4-4", "MQTT-3.8.4-8", "MQTT-3.3.1-9")]
    public async Task The_same_filter_replaces_and_sends_the_retained_message_again(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        await host.PublishAsync("t", "r", 2, retain: true);
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(Wire.Subscribe(version, 1, ("t", 2)));
        await client.ExpectAsync(Wire.Suback(version, 1, 2) + Wire.Publish(version, "t", "r", 2, 1, retain: true));
        await client.SendAsync(Wire.Subscribe(version, 2, ("t", 1)));
        await client.ExpectAsync(Wire.Suback(version, 2, 1) + Wire.Publish(version, "t", "r", 1, 2, retain: true));
        await host.PublishAsync("t", "2", 2);
        await host.PublishAsync("t", "0", 0);
        await client.ExpectAsync(Wire.Publish(version, "t", "2", 1, 3) + Wire.Publish(version, "t", "0"));
        await client.ExpectNothingAsync();
        Assert.Equal(1, await host.CountAsync(BrokerFigure.Subscriptions));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.3.5-1", "MQTT-3.3.2-3")]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-2", "MQTT-3.3.2-3")]
    public async Task Overlapping_subscriptions_give_one_copy_with_the_highest_qos(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(Wire.Subscribe(version, 1, ("a/#", 0), ("a/+", 2), ("a/b", 1), ("a/c", 2)));
        await client.ExpectAsync(Wire.Suback(version, 1, 0, 2, 1, 2));
        await host.PublishAsync("a/b", "m", 2);
        await client.ExpectAsync(Wire.Publish(version, "a/b", "m", 2, 1));
        await client.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-3", "MQTT-3.10.4-5", "MQTT-3.10.4-6")]
    [Statements(MqttVersion.V500, "MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-3", "MQTT-3.10.4-6", "MQTT-3.11.3-1")]
    [Statements(MqttVersion.V500, "MQTT-3.11.3-2")]
    public async Task Unsubscribing_compares_characters_ends_new_messages_and_completes_begun_ones(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "a/+", 2);
        await host.PublishAsync("a/b", "1", 2);
        await client.ExpectAsync(Wire.Publish(version, "a/b", "1", 2, 1));
        await client.SendAsync(Wire.Unsubscribe(version, 2, "a/b", "A/+", "a/#"));
        await client.ExpectAsync(Wire.Unsuback(version, 2, 0x11, 0x11, 0x11));
        Assert.Equal(1, await host.CountAsync(BrokerFigure.Subscriptions));
        await client.SendAsync(Wire.Unsubscribe(version, 3, "x", "a/+", "a/+"));
        await client.ExpectAsync(Wire.Unsuback(version, 3, 0x11, 0x00, 0x11));
        await host.PublishAsync("a/b", "2", 2);
        await client.ExpectNothingAsync();
        await client.SendAsync("50 02 00 01");
        await client.ExpectAsync("62 02 00 01");
        await client.SendAsync("70 02 00 01");
        await client.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(4, "00 01")] // No filter.
    [InlineData(4, "00 01 00 01 't' 03")] // QoS 3.
    [InlineData(4, "00 01 00 01 't' 04")] // Reserved bits.
    [InlineData(4, "00 01 00 01 't' 80")]
    [InlineData(4, "00 01 00 00 00")] // An empty filter.
    [InlineData(4, "00 01 00 02 't#' 00")]
    [InlineData(4, "00 01 00 03 '#/t' 00")]
    [InlineData(4, "00 01 00 02 't+' 00")]
    [InlineData(4, "00 01 00 04 't/+x' 00")]
    [InlineData(5, "00 01 00")]
    [InlineData(5, "00 01 00 00 01 't' 03")]
    [InlineData(5, "00 01 00 00 01 't' 40")]
    [InlineData(5, "00 01 00 00 01 't' 80")]
    [InlineData(5, "00 01 00 00 01 't' 30")] // Retain handling 3.
    [InlineData(5, "00 01 00 00 00 00")]
    [InlineData(5, "00 01 00 00 02 't#' 00")]
    [InlineData(5, "00 01 00 00 03 '#/t' 00")]
    [InlineData(5, "00 01 00 00 02 't+' 00")]
    [InlineData(5, "00 01 00 00 0A '$share/g/t' 04")] // No local on a shared one.
    [InlineData(5, "00 01 02 0B 00 00 01 't' 00")] // Subscription identifier 0.
    [InlineData(5, "00 01 04 0B 01 0B 02 00 01 't' 00")] // Two of them.
    [Statements(MqttVersion.V311, "MQTT-3.8.3-3", "MQTT-3-8.3-4", "MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-4.7.3-1")]
    [Statements(MqttVersion.V311, "MQTT-4.8.0-1")]
    [Statements(MqttVersion.V500, "MQTT-3.8.3-2", "MQTT-3.8.3-4", "MQTT-3.8.3-5", "MQTT-4.7.1-1", "MQTT-4.7.1-2")]
    [Statements(MqttVersion.V500, "MQTT-4.7.3-1", "MQTT-4.13.1-1")]
    public async Task A_subscribe_of_another_form_ends_the_connection(int version, string body)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(RawClient.Packet(0x82, body));
        if (version == 5)
        {
            byte[] goodbye = await client.ReadPacketAsync();
            Assert.Equal(0xE0, goodbye[0]);
            Assert.Contains(goodbye[2], new byte[] { 0x81, 0x82 });
        }

        await client.ExpectClosedAsync();
        Assert.Equal(0, await host.CountAsync(BrokerFigure.Subscriptions));
    }

    [Theory]
    [InlineData(4, "00 01")]
    [InlineData(4, "00 01 00 00")]
    [InlineData(4, "00 01 00 03 't'")]
    [InlineData(5, "00 01 00")]
    [InlineData(5, "00 01 00 00 00")]
    [InlineData(5, "00 01 00 00 03 't'")]
    [Statements(MqttVersion.V311, "MQTT-3.10.3-2", "MQTT-4.7.3-1")]
    [Statements(MqttVersion.V500, "MQTT-3.10.3-2", "MQTT-4.7.3-1")]
    public async Task An_unsubscribe_of_another_form_ends_the_connection(int version, string body)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(RawClient.Packet(0xA2, body));
        if (version == 5)
        {
            byte[] goodbye = await client.ReadPacketAsync();
            Assert.Equal(0xE0, goodbye[0]);
            Assert.Contains(goodbye[2], new byte[] { 0x81, 0x82 });
        }

        await client.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.7.2-1", "MQTT-4.7.1-2", "MQTT-4.7.1-3")]
    [Statements(MqttVersion.V500, "MQTT-4.7.2-1", "MQTT-4.7.1-1", "MQTT-4.7.1-2")]
    public async Task Wildcards_match_as_the_specification_says_and_no_dollar_topics(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "#", 0, "all");
        using RawClient level = await Wire.SubscribedAsync(host, version, "+/b", 0, "level");
        using RawClient dollar = await Wire.SubscribedAsync(host, version, "$x/#", 0, "dollar");
        foreach (string topic in (string[])["$x/b", "/b", "a/b", "a/b/c", "$x"])
        {
            await host.PublishAsync(topic, "m");
        }

        await client.ExpectAsync(string.Concat(
            ((string[])["/b", "a/b", "a/b/c"]).Select(t => Wire.Publish(version, t, "m"))));
        await level.ExpectAsync(Wire.Publish(version, "/b", "m") + Wire.Publish(version, "a/b", "m"));
        await dollar.ExpectAsync(Wire.Publish(version, "$x/b", "m") + Wire.Publish(version, "$x", "m"));
        await client.ExpectNothingAsync();
        await level.ExpectNothingAsync();
    }
}
