namespace EdgeStream.Mqtt.Tests;

/// <summary>Sections 3.3 to 3.7 and 4.3 to 4.6: PUBLISH and its exchanges.</summary>
public abstract class PublishStatements : WireStatements
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.3.1-1", "MQTT-3.3.1-3", "MQTT-4.4.0-1", "MQTT-4.3.3-1", "MQTT-3.3.2-3")]
    [Statements(MqttVersion.V311, "MQTT-4.6.0-1")]
    [Statements(MqttVersion.V500, "MQTT-3.3.1-1", "MQTT-3.3.1-3", "MQTT-4.4.0-1", "MQTT-4.3.2-2", "MQTT-4.3.2-3")]
    [Statements(MqttVersion.V500, "MQTT-4.3.3-2", "MQTT-4.3.3-3", "MQTT-4.3.3-4", "MQTT-4.3.3-5", "MQTT-4.3.3-6")]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-3")]
    public async Task What_is_unacknowledged_is_sent_again_with_dup_and_only_on_the_next_connection(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient publisher = await Wire.ConnectAsync(host, version, "p");
        using (RawClient first = await Wire.SubscribedAsync(host, version, "t", 2, isClean: false))
        {
            await publisher.SendAsync(
                Wire.Publish(version, "t", "1", 1, 1, dup: true),
                Wire.Publish(version, "t", "2", 2, 2, dup: true),
                Wire.Publish(version, "t", "3", 2, 3));
            await first.ExpectAsync(
                Wire.Publish(version, "t", "1", 1, 1)
                + Wire.Publish(version, "t", "2", 2, 2)
                + Wire.Publish(version, "t", "3", 2, 3));
            await first.SendAsync("50 02 00 03");
            await first.ExpectAsync("62 02 00 03");
            await first.ExpectNothingAsync();
        }

        using (RawClient again = await Wire.ConnectAsync(host, version, "s", isClean: false, isPresent: true))
        {
            await again.ExpectAsync(
                Wire.Publish(version, "t", "1", 1, 1, dup: true)
                + Wire.Publish(version, "t", "2", 2, 2, dup: true)
                + "62 02 00 03");
            await again.SendAsync("40 02 00 01 70 02 00 03 50 02 00 02");
            await again.ExpectAsync("62 02 00 02");
        }

        using RawClient last = await Wire.ConnectAsync(host, version, "s", isClean: false, isPresent: true);
        await last.ExpectAsync("62 02 00 02");
        await last.SendAsync("70 02 00 02");
        await last.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.3.2-2")]
    [Statements(MqttVersion.V500, "MQTT-4.3.2-4", "MQTT-4.3.2-5")]
    public async Task An_identifier_after_its_puback_is_a_new_message_whatever_dup_says(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, version, "t", 0);
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(Wire.Publish(version, "t", "1", 1, 9));
        await client.ExpectAsync("40 02 00 09");
        await client.SendAsync(Wire.Publish(version, "t", "2", 1, 9, dup: true));
        await client.ExpectAsync("40 02 00 09");
        await subscriber.ExpectAsync(Wire.Publish(version, "t", "1") + Wire.Publish(version, "t", "2"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.3.3-2")]
    [Statements(MqttVersion.V500, "MQTT-4.3.3-8", "MQTT-4.3.3-10", "MQTT-4.3.3-11", "MQTT-4.3.3-12")]
    public async Task A_qos_2_message_reaches_its_subscribers_once_and_its_identifier_is_free_after_pubcomp(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, version, "t", 0);
        using RawClient client = await Wire.ConnectAsync(host, version, "p");
        await client.SendAsync(
            Wire.Publish(version, "t", "1", 2, 9),
            Wire.Publish(version, "t", "1", 2, 9, dup: true),
            Wire.Publish(version, "t", "1", 2, 9));
        await client.ExpectAsync("50 02 00 09 50 02 00 09 50 02 00 09");
        await client.SendAsync("62 02 00 09");
        await client.ExpectAsync("70 02 00 09");
        await client.SendAsync(Wire.Publish(version, "t", "2", 2, 9));
        await client.ExpectAsync("50 02 00 09");
        await subscriber.ExpectAsync(Wire.Publish(version, "t", "1") + Wire.Publish(version, "t", "2"));
        await subscriber.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.4.0-2", "MQTT-3.6.2-1", "MQTT-3.7.2-1")]
    public async Task What_the_client_refused_is_not_sent_again_and_unknown_identifiers_are_told()
    {
        await using BrokerUnderTest host = await StartAsync();
        using (RawClient first = await Wire.SubscribedAsync(host, 5, "t", 2, isClean: false))
        {
            await host.PublishAsync("t", "1", 1);
            await host.PublishAsync("t", "2", 2);
            await first.ExpectAsync(RawClient.Publish5("t", "1", 1, 1) + RawClient.Publish5("t", "2", 2, 2));
            await first.SendAsync("40 03 00 01 97 50 03 00 02 83 50 02 00 07 62 02 00 08");
            await first.ExpectAsync("62 03 00 07 92 70 03 00 08 92");
        }

        using RawClient again = await Wire.ConnectAsync(host, 5, "s", isClean: false, isPresent: true);
        await again.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18")]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-20")]
    public async Task Properties_are_passed_on_unaltered_and_in_order_also_by_a_retained_message()
    {
        string properties =
            "26 0001'b' 0001'1' 01 01 26 0001'a' 0001'2' 03 0002'ct' 08 0003'r/x' 09 0003 00FF01 26 0001'b' 0001'1'";
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, 5, "t", 0);
        string sent = RawClient.Publish5("t", "m", properties: properties, retain: true);
        await subscriber.SendAsync(sent);
        await subscriber.ExpectAsync(RawClient.Publish5("t", "m", properties: properties));
        using RawClient later = await Wire.SubscribedAsync(host, 5, "t", 0, "later");
        await later.ExpectAsync(sent);
    }

    [Theory]
    [InlineData("", "23 00 00", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("t", "23 00 00", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("t", "23 00 41", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("", "23 00 01", MqttReasonCode.ProtocolError)]
    [InlineData("", "", MqttReasonCode.ProtocolError)]
    [InlineData("t", "08 00 03 'r/#'", MqttReasonCode.ProtocolError)]
    [InlineData("t", "08 00 01 '+'", MqttReasonCode.ProtocolError)]
    [InlineData("t", "0B 01", MqttReasonCode.ProtocolError)]
    [InlineData("t", "01 00 01 00", MqttReasonCode.ProtocolError)] // Twice.
    [InlineData("t/+", "", MqttReasonCode.MalformedPacket)]
    [InlineData("#", "", MqttReasonCode.MalformedPacket)]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-2", "MQTT-3.3.2-8", "MQTT-3.3.2-9", "MQTT-3.3.2-14", "MQTT-3.3.4-6")]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-17", "MQTT-4.7.0-1", "MQTT-4.7.3-1", "MQTT-3.14.2-1", "MQTT-3.14.2-2")]
    [Statements(MqttVersion.V500, "MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-4.13.1-1", "MQTT-4.13.2-1")]
    public async Task A_publish_that_is_not_allowed_ends_the_connection_with_its_reason(
        string topic, string properties, MqttReasonCode reason)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, 5, "#", 0, "watcher");
        using RawClient client = await host.Connect500Async("c", properties: "17 00");
        await client.SendAsync(RawClient.Publish5(topic, "m", 1, 1, properties) + "C0 00");
        byte[] goodbye = await client.ReadPacketAsync();
        Assert.Equal((0xE0, reason), (goodbye[0], (MqttReasonCode)goodbye[2]));

        // A reason string or nothing; no session expiry.
        Assert.True(goodbye.Length == 3 || goodbye[4] == 0x1F);
        await client.ExpectClosedAsync();
        await Wire.ExpectNoMessageAsync(host, 5, watcher);
    }

    [Theory]
    [InlineData("t/+")]
    [InlineData("#")]
    [InlineData("")]
    [Statements(MqttVersion.V311, "MQTT-3.3.2-2", "MQTT-4.7.1-1", "MQTT-4.7.3-1", "MQTT-4.8.0-1")]
    public async Task A_311_topic_name_with_wildcards_or_nothing_ends_the_connection(string topic)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, 4, "#", 0, "watcher");
        using RawClient client = await host.Connect311Async("c");
        string text = topic.Length == 0 ? "0000" : RawClient.Text(topic);
        await client.SendAsync(RawClient.Packet(0x30, text + "'m'"));
        await client.ExpectClosedAsync();
        await Wire.ExpectNoMessageAsync(host, 4, watcher);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8", "MQTT-3.3.1-9")]
    [Statements(MqttVersion.V311, "MQTT-3.3.1-10", "MQTT-3.3.1-11", "MQTT-3.3.1-12", "MQTT-3.1.2-7")]
    [Statements(MqttVersion.V500, "MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8", "MQTT-3.3.1-12")]
    public async Task Retained_messages_are_kept_replaced_and_deleted_as_the_flag_says(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient live = await Wire.SubscribedAsync(host, version, "t", 2, "live");
        using RawClient client = await Wire.ConnectAsync(host, version, "p");
        await client.SendAsync(
            Wire.Publish(version, "t", "1", 1, 1, retain: true), Wire.Publish(version, "t", "2", 1, 2));
        await client.ExpectAsync("40 02 00 01 40 02 00 02");
        await live.ExpectAsync(Wire.Publish(version, "t", "1", 1, 1) + Wire.Publish(version, "t", "2", 1, 2));
        await ExpectRetainedAsync(host, version, Wire.Publish(version, "t", "1", 1, 1, retain: true));
        await client.SendAsync(Wire.Publish(version, "t", "3", retain: true));
        await live.ExpectAsync(Wire.Publish(version, "t", "3"));
        await ExpectRetainedAsync(host, version, Wire.Publish(version, "t", "3", retain: true));
        await client.SendAsync(Wire.Publish(version, "t", "", 2, 4, retain: true));
        await client.ExpectAsync("50 02 00 04");
        await live.ExpectAsync(Wire.Publish(version, "t", "", 2, 3));
        await ExpectRetainedAsync(host, version, "");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.6.0-5", "MQTT-4.6.0-6", "MQTT-4.5.0-1")]
    [Statements(MqttVersion.V500, "MQTT-4.6.0-5", "MQTT-4.6.0-6", "MQTT-4.5.0-1")]
    public async Task Messages_of_a_publisher_keep_their_order_on_a_topic(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, version, "#", 2);
        using RawClient client = await Wire.ConnectAsync(host, version, "p");
        var expected = new System.Text.StringBuilder();
        int id = 0;
        for (int i = 1; i <= 60; i++)
        {
            int qos = i % 3;
            await client.SendAsync(Wire.Publish(version, $"t{i % 2}", $"{i}", qos, qos == 0 ? 0 : i));
            expected.Append(Wire.Publish(version, $"t{i % 2}", $"{i}", qos, qos == 0 ? 0 : ++id));
        }

        await subscriber.ExpectAsync(expected.ToString());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.6.0-2", "MQTT-4.6.0-3", "MQTT-4.6.0-4", "MQTT-4.6.0-6")]
    public async Task Answers_come_in_the_order_of_what_they_answer(int version)
    {
        const int Count = 9;
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 2);
        var expected = new System.Text.StringBuilder();
        for (int id = 1; id <= Count; id++)
        {
            // Both qualities share one order.
            await client.SendAsync(Wire.Publish(version, "u", "m", 1 + (id % 2), 100 - id));
            expected.Append($"{(id % 2 == 0 ? 40 : 50)} 02 {100 - id:X4}");
        }

        await client.ExpectAsync(expected.ToString());
        for (int id = 1; id <= Count; id++)
        {
            await host.PublishAsync("t", $"{id}", 2);
            await client.ExpectAsync(Wire.Publish(version, "t", $"{id}", 2, id));
        }

        int[] order = [3, 1, 2, 9, 8, 4, 7, 5, 6];
        await client.SendAsync(Hex.Bytes(string.Concat(order.Select(id => $"50 02 {id:X4}"))));
        await client.ExpectAsync(string.Concat(order.Select(id => $"62 02 {id:X4}")));
    }

    private static async Task ExpectRetainedAsync(BrokerUnderTest host, int version, string expected)
    {
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 2, "reader");
        await client.ExpectAsync(expected);
        await client.ExpectNothingAsync();
    }
}
