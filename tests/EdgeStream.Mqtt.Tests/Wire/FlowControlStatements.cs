namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 4.9: flow control.</summary>
public abstract class FlowControlStatements : WireStatements
{
    internal const string Kept = "11 00 00 0E 10";

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-9", "MQTT-3.3.4-10", "MQTT-4.9.0-1")]
    public async Task A_narrower_window_on_the_next_connection_holds_for_what_is_sent_again()
    {
        await using BrokerUnderTest host = await StartAsync();
        using (RawClient first = await host.Connect500Async("s", properties: Kept))
        {
            await first.SendAsync(RawClient.Subscribe5("t", 2));
            await first.ExpectAsync("90 04 00 01 00 02");
            await host.PublishAsync("t", "1", 1);
            await host.PublishAsync("t", "2", 1);
            await host.PublishAsync("t", "3", 2);
            await first.ExpectAsync(
                RawClient.Publish5("t", "1", 1, 1)
                + RawClient.Publish5("t", "2", 1, 2)
                + RawClient.Publish5("t", "3", 2, 3));
            await first.SendAsync("50 02 00 03");
            await first.ExpectAsync("62 02 00 03");
        }

        using RawClient again =
            await host.Connect500Async("s", isClean: false, Kept + "21 00 02", isPresent: true);

        // PUBREL may not wait for the window [MQTT-3.3.4-10].
        await again.ExpectAsync("62 02 00 03" + RawClient.Publish5("t", "1", 1, 1, dup: true));
        await again.ExpectNothingAsync();
        await again.SendAsync("70 02 00 03");
        await again.ExpectAsync(RawClient.Publish5("t", "2", 1, 2, dup: true));
        await again.ExpectNothingAsync();
        await again.SendAsync("40 02 00 01 40 02 00 02");
        await again.ExpectNothingAsync();
        await host.PublishAsync("t", "4", 1);
        await again.ExpectAsync(RawClient.Publish5("t", "4", 1, 4));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-9", "MQTT-4.9.0-2")]
    public async Task Pubrec_alone_makes_no_room_but_its_refusal_does()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("s", properties: "21 00 01");
        await client.SendAsync(RawClient.Subscribe5("t", 2));
        await client.ExpectAsync("90 04 00 01 00 02");
        for (int i = 1; i <= 3; i++)
        {
            await host.PublishAsync("t", $"{i}", 2);
        }

        await client.ExpectAsync(RawClient.Publish5("t", "1", 2, 1));
        await client.SendAsync("50 02 00 01");
        await client.ExpectAsync("62 02 00 01");
        await client.ExpectNothingAsync();
        await client.SendAsync("70 02 00 01");
        await client.ExpectAsync(RawClient.Publish5("t", "2", 2, 2));
        await client.SendAsync("50 03 00 02 83");
        await client.ExpectAsync(RawClient.Publish5("t", "3", 2, 3));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-10", "MQTT-4.9.0-3")]
    public async Task Other_packets_are_served_while_the_window_is_full()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("s", properties: "21 00 01");
        await client.SendAsync(RawClient.Subscribe5("t", 1));
        await client.ExpectAsync("90 04 00 01 00 01");
        await host.PublishAsync("t", "1", 1);
        await host.PublishAsync("t", "2", 1);
        await client.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        await client.SendAsync(
            "C0 00", RawClient.Subscribe5("u", 0, 2), "A2 06 00 03 00 00 01 'u'", RawClient.Publish5("x", "m", 1, 9));
        await client.ExpectAsync("D0 00 90 04 00 02 00 00 B0 04 00 03 00 00 40 02 00 09");
    }

    [Theory]
    [InlineData(4, 1, "50 02 00 01")] // PUBREC of a QoS 1 message.
    [InlineData(5, 1, "50 02 00 01")]
    [InlineData(5, 1, "50 03 00 01 83")] // The same as a refusal.
    [InlineData(4, 1, "70 02 00 01")] // PUBCOMP of a QoS 1 message.
    [InlineData(5, 1, "70 02 00 01")]
    [InlineData(4, 2, "40 02 00 01")] // PUBACK of a QoS 2 message.
    [InlineData(5, 2, "40 02 00 01")]
    [InlineData(4, 2, "70 02 00 01")] // PUBCOMP before PUBREC.
    [InlineData(5, 2, "70 02 00 01")]
    public async Task An_acknowledgement_that_is_not_the_message_s_turn_ends_the_connection(
        int version, int qos, string answer)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", qos);
        await host.PublishAsync("t", "m", qos);
        await client.ExpectAsync(Wire.Publish(version, "t", "m", qos, 1));
        await client.SendAsync(answer);
        await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.ProtocolError);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_message_that_was_acknowledged_out_of_turn_is_sent_again(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using (RawClient client = await Wire.SubscribedAsync(host, version, "t", 2, isClean: false))
        {
            await host.PublishAsync("t", "m", 2);
            await client.ExpectAsync(Wire.Publish(version, "t", "m", 2, 1));
            await client.SendAsync("70 02 00 01");
            await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.ProtocolError);
        }

        using RawClient again = await Wire.ConnectAsync(host, version, "s", isClean: false, isPresent: true);
        await again.ExpectAsync(Wire.Publish(version, "t", "m", 2, 1, dup: true));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Acknowledgements_of_identifiers_that_are_not_known_change_nothing(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 1);
        await client.SendAsync("40 02 00 09 70 02 00 09");
        await client.ExpectNothingAsync();
        await client.SendAsync("50 02 00 09");
        await client.ExpectAsync(version == 5 ? "62 03 00 09 92" : "62 02 00 09");
        await host.PublishAsync("t", "m", 1);
        await client.ExpectAsync(Wire.Publish(version, "t", "m", 1, 1));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-7")]
    public async Task A_client_that_sends_more_than_the_receive_maximum_is_disconnected()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        int maximum = ConnackProperties.Read(await client.ExpectConnack5Async())
            .Number(ConnackProperties.ReceiveMaximum);
        IEnumerable<int> ids = Enumerable.Range(1, maximum);
        await client.SendAsync(Hex.Bytes(string.Concat(ids.Select(id => RawClient.Publish5("t", "1", 2, id)))));
        await client.ExpectAsync(string.Concat(ids.Select(id => $"50 02 {id:X4}")));

        // PUBREC gives nothing back, PUBCOMP does; nor does a repeat count twice.
        await client.SendAsync("62 02 00 01");
        await client.ExpectAsync("70 02 00 01");
        await client.SendAsync(
            RawClient.Publish5("t", "2", 2, maximum + 1), RawClient.Publish5("t", "1", 2, 2, dup: true));
        await client.ExpectAsync($"50 02 {maximum + 1:X4} 50 02 00 02");
        await client.SendAsync(RawClient.Publish5("t", "3", 1, maximum + 2));
        await client.ExpectDisconnectAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-7", "MQTT-4.9.0-1")]
    public async Task On_a_new_connection_what_is_sent_again_counts_against_the_receive_maximum_too()
    {
        await using BrokerUnderTest host = await StartAsync();
        int maximum;
        using (RawClient first = await host.OpenAsync("c"))
        {
            await first.SendAsync(RawClient.Connect500("c", properties: Kept));
            maximum = ConnackProperties.Read(await first.ExpectConnack5Async())
                .Number(ConnackProperties.ReceiveMaximum);
            await first.SendAsync(RawClient.Publish5("t", "1", 2, 1), RawClient.Publish5("t", "2", 2, 2));
            await first.ExpectAsync("50 02 00 01 50 02 00 02");
        }

        using RawClient client = await host.Connect500Async("c", isClean: false, Kept, isPresent: true);
        IEnumerable<int> ids = Enumerable.Range(1, maximum);
        await client.SendAsync(
            Hex.Bytes(string.Concat(ids.Select(id => RawClient.Publish5("t", "1", 2, id, dup: id < 3)))));
        await client.ExpectAsync(string.Concat(ids.Select(id => $"50 02 {id:X4}")));
        await client.SendAsync(RawClient.Publish5("t", "3", 2, maximum + 1));
        await client.ExpectDisconnectAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }
}
