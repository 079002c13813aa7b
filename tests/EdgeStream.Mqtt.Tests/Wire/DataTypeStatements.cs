namespace EdgeStream.Mqtt.Tests;

/// <summary>Chapters 1 and 2: strings, variable byte integers, flags, packet identifiers.</summary>
public abstract class DataTypeStatements : WireStatements
{
    public static TheoryData<int, string> BadStrings()
    {
        string[] bad =
        [
            "C0 80", // U+0000 in two bytes.
            "ED A0 80", // A surrogate.
            "F4 90 80 80", // Above U+10FFFF.
            "FF",
            "E2 82", // Cut.
            "00", // U+0000.
        ];
        var data = new TheoryData<int, string>();
        foreach (string text in bad)
        {
            data.Add(4, text);
            data.Add(5, text);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BadStrings))]
    [Statements(MqttVersion.V311, "MQTT-1.5.3-1", "MQTT-1.5.3-2", "MQTT-3.3.2-1", "MQTT-3.8.3-1", "MQTT-3.10.3-1")]
    [Statements(MqttVersion.V311, "MQTT-4.7.3-2", "MQTT-4.8.0-1")]
    [Statements(MqttVersion.V500, "MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-3.3.2-1", "MQTT-3.8.3-1", "MQTT-3.10.3-1")]
    [Statements(MqttVersion.V500, "MQTT-4.7.3-2", "MQTT-4.13.1-1")]
    public async Task A_topic_or_filter_that_is_no_string_ends_the_connection(int version, string bytes)
    {
        string text = $"{Hex.Bytes(bytes).Length:X4}{bytes}";
        string none = version == 5 ? "00" : "";
        await using BrokerUnderTest host = await StartAsync();
        string[] packets =
        [
            RawClient.Packet(0x30, text + none),
            RawClient.Packet(0x82, $"0001{none}{text}00"),
            RawClient.Packet(0xA2, $"0001{none}{text}"),
        ];
        foreach (string packet in packets)
        {
            using RawClient client = await Wire.ConnectAsync(host, version);
            await client.SendAsync(packet);
            await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.MalformedPacket);
        }
    }

    [Theory]
    [MemberData(nameof(BadStrings))]
    [Statements(MqttVersion.V311, "MQTT-3.1.3-4", "MQTT-3.1.3-10", "MQTT-3.1.3-11", "MQTT-3.1.4-1", "MQTT-3.2.2-6")]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-4", "MQTT-3.1.3-11", "MQTT-3.1.3-12", "MQTT-3.1.4-1", "MQTT-3.14.0-1")]
    public async Task Client_identifier_will_topic_and_user_name_are_strings(int version, string bytes)
    {
        string text = $"{Hex.Bytes(bytes).Length:X4}{bytes}";
        string none = version == 5 ? "00" : "";
        await using BrokerUnderTest host = await StartAsync();
        string[] packets =
        [
            $"0004'MQTT'0{version}02 0000 {none} {text}",
            $"0004'MQTT'0{version}06 0000 {none} 0001'c' {none} {text} 0001'w'",
            $"0004'MQTT'0{version}82 0000 {none} 0001'c' {text}",
        ];
        foreach (string packet in packets)
        {
            using RawClient client = await host.OpenAsync();
            await client.SendAsync(RawClient.Packet(0x10, packet));
            if (version == 5)
            {
                await client.ExpectConnack5Async(MqttReasonCode.MalformedPacket);
            }

            await client.ExpectClosedAsync();
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-1.5.3-3", "MQTT-4.7.3-4")]
    [Statements(MqttVersion.V500, "MQTT-1.5.4-3", "MQTT-4.7.3-4")]
    public async Task A_byte_order_mark_is_part_of_the_text_and_nothing_is_normalized(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "+", 0);
        using RawClient other = await Wire.SubscribedAsync(host, version, "a", 0, "other");
        using RawClient precomposed = await Wire.SubscribedAsync(host, version, "\u00E9", 0, "e");
        string marked = Wire.Publish(version, "\uFEFFa", "1");
        string combining = Wire.Publish(version, "e\u0301", "2");
        await client.SendAsync(marked, combining);
        await client.ExpectAsync(marked + combining);
        await other.ExpectNothingAsync();
        await precomposed.ExpectNothingAsync();
    }

    [Theory]
    [InlineData("26 00 01 FF 00 01 'v'")]
    [InlineData("26 00 01 'k' 00 02 C0 80")]
    [InlineData("08 00 01 FF")]
    [InlineData("03 00 03 ED A0 80")]
    [Statements(MqttVersion.V500, "MQTT-1.5.7-1", "MQTT-3.3.2-13", "MQTT-3.3.2-19")]
    public async Task User_properties_response_topic_and_content_type_are_strings(string properties)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("t", "m", 1, 1, properties));
        await client.ExpectDisconnectAsync(MqttReasonCode.MalformedPacket);
    }

    [Theory]
    [InlineData("32 85 00 00 01 't' 00 01")] // Remaining length.
    [InlineData("32 07 00 01 't' 00 01 80 00")] // Property length.
    [InlineData("82 0B 00 01 04 0B 81 80 00 00 01 't' 00")] // Subscription identifier.
    [InlineData("32 80 80 80 80 01")] // Five bytes.
    [Statements(MqttVersion.V500, "MQTT-1.5.5-1", "MQTT-4.13.1-1", "MQTT-4.13.2-1")]
    public async Task A_variable_byte_integer_of_another_form_ends_the_connection(string packet)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(packet);
        await client.ExpectDisconnectAsync(MqttReasonCode.MalformedPacket);
    }

    [Theory]
    [InlineData("41 02 00 01")]
    [InlineData("52 02 00 01")]
    [InlineData("60 02 00 01")]
    [InlineData("63 02 00 01")]
    [InlineData("74 02 00 01")]
    [InlineData("80 06 00 01 00 01 't' 00")]
    [InlineData("83 06 00 01 00 01 't' 00")]
    [InlineData("A0 05 00 01 00 01 't'")]
    [InlineData("C1 00")]
    [InlineData("E1 00")]
    [InlineData("36 05 00 01 't' 00 01")] // QoS 3.
    [InlineData("38 03 00 01 't'")] // A duplicate of QoS 0.
    [Statements(MqttVersion.V311, "MQTT-2.2.2-1", "MQTT-2.2.2-2", "MQTT-3.3.1-2", "MQTT-3.3.1-4", "MQTT-3.6.1-1")]
    [Statements(MqttVersion.V311, "MQTT-3.8.1-1", "MQTT-3.10.1-1", "MQTT-3.14.1-1")]
    [Statements(MqttVersion.V500, "MQTT-2.1.3-1", "MQTT-3.3.1-2", "MQTT-3.3.1-4", "MQTT-3.6.1-1", "MQTT-3.8.1-1")]
    [Statements(MqttVersion.V500, "MQTT-3.10.1-1", "MQTT-3.14.1-1")]
    public async Task Other_header_flags_end_the_connection(string packet)
    {
        await using BrokerUnderTest host = await StartAsync();
        foreach (int version in (int[])[4, 5])
        {
            using RawClient client = await Wire.ConnectAsync(host, version);
            await client.SendAsync(packet);
            await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.MalformedPacket);
        }
    }

    [Theory]
    [InlineData("00 00")]
    [InlineData("20 02 00 00")]
    [InlineData("90 03 00 01 00")]
    [InlineData("B0 02 00 01")]
    [InlineData("D0 00")]
    [InlineData("F0 00")]
    [Statements(MqttVersion.V311, "MQTT-4.8.0-1")]
    [Statements(MqttVersion.V500, "MQTT-4.13.1-1", "MQTT-4.12.0-7")]
    public async Task A_packet_that_no_client_sends_ends_the_connection(string packet)
    {
        await using BrokerUnderTest host = await StartAsync();
        foreach (int version in (int[])[4, 5])
        {
            using RawClient client = await Wire.ConnectAsync(host, version);
            await client.SendAsync(packet);
            await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.ProtocolError);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-2.3.1-1")]
    [Statements(MqttVersion.V500, "MQTT-2.2.1-3")]
    public async Task Packet_identifier_zero_ends_the_connection(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        string[] packets =
        [
            Wire.Publish(version, "t", "m", 1, 0),
            Wire.Publish(version, "t", "m", 2, 0),
            Wire.Subscribe(version, 0, ("t", 0)),
            Wire.Unsubscribe(version, 0, "t"),
            "62 02 00 00",
        ];
        foreach (string packet in packets)
        {
            using RawClient client = await Wire.ConnectAsync(host, version);
            await client.SendAsync(packet);
            await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.ProtocolError);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-2.3.1-5", "MQTT-2.3.1-6", "MQTT-2.3.1-7", "MQTT-3.8.4-1", "MQTT-3.8.4-2")]
    [Statements(MqttVersion.V311, "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.12.4-1", "MQTT-3.3.4-1", "MQTT-4.3.1-1")]
    [Statements(MqttVersion.V311, "MQTT-7.0.0-2", "MQTT-7.1.1-1")]
    [Statements(MqttVersion.V500, "MQTT-2.2.1-2", "MQTT-2.2.1-5", "MQTT-2.2.1-6", "MQTT-2.2.2-1", "MQTT-3.8.4-1")]
    [Statements(MqttVersion.V500, "MQTT-3.8.4-2", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.12.4-1", "MQTT-3.3.4-1")]
    [Statements(MqttVersion.V500, "MQTT-4.2-1", "MQTT-4.3.1-1", "MQTT-4.3.3-11")]
    public async Task Each_packet_is_answered_with_its_identifier_byte_for_byte(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(Wire.Subscribe(version, 0x1234, ("t", 0)));
        await client.ExpectAsync(Wire.Suback(version, 0x1234, 0));
        await client.SendAsync(Wire.Publish(version, "u", "m", 1, 0xABCD));
        await client.ExpectAsync("40 02 AB CD");
        await client.SendAsync(Wire.Publish(version, "u", "m", 2, 0xFFFF));
        await client.ExpectAsync("50 02 FF FF");
        await client.SendAsync("62 02 FF FF");
        await client.ExpectAsync("70 02 FF FF");
        await client.SendAsync(Wire.Publish(version, "t", "m"));
        await client.ExpectAsync(version == 5 ? "30 05 00 01 't' 00 'm'" : "30 04 00 01 't' 'm'");
        await client.SendAsync(Wire.Unsubscribe(version, 0x4321, "t"), Wire.Unsubscribe(version, 0x4322, "t"));
        await client.ExpectAsync(Wire.Unsuback(version, 0x4321, 0) + Wire.Unsuback(version, 0x4322, 0x11));
        await client.SendAsync("C0 00");
        await client.ExpectAsync("D0 00");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-2.3.1-4", "MQTT-4.3.2-1")]
    [Statements(MqttVersion.V500, "MQTT-2.2.1-4", "MQTT-4.3.2-1", "MQTT-4.3.3-1")]
    public async Task The_server_s_identifiers_go_round_without_zero_and_those_in_use(int version)
    {
        const int Batch = 240;
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 1, "c");
        byte[] batch = Hex.Bytes(
            string.Concat(Enumerable.Range(1, Batch).Select(id => Wire.Publish(version, "t", "1", 1, id))));
        int last = 0;
        for (int sent = 0; sent <= ushort.MaxValue + 1; sent += Batch)
        {
            await client.SendAsync(batch);
            var acknowledgements = new List<byte>();
            for (int messages = 0, answers = 0; messages < Batch || answers < Batch;)
            {
                byte[] packet = await client.ReadPacketAsync();
                if (packet[0] == 0x40)
                {
                    answers++;
                    continue;
                }

                Assert.Equal(0x32, packet[0]);
                messages++;
                int id = (packet[5] << 8) | packet[6];

                // The first one stays in use.
                Assert.Equal(last == ushort.MaxValue ? 2 : last + 1, id);
                last = id;
                if (id != 1)
                {
                    acknowledgements.AddRange([0x40, 2, packet[5], packet[6]]);
                }
            }

            await client.SendAsync([.. acknowledgements]);
        }

        Assert.InRange(last, 2, Batch * 2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.7.3-3")]
    [Statements(MqttVersion.V500, "MQTT-4.7.3-3")]
    public async Task A_topic_of_65_535_bytes_is_delivered(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        string topic = new('x', ushort.MaxValue);
        using RawClient client = await Wire.SubscribedAsync(host, version, "#", 0);
        using RawClient publisher = await Wire.ConnectAsync(host, version, "p");
        await publisher.SendAsync(Wire.Publish(version, topic, "m", 1, 1));
        await publisher.ExpectAsync("40 02 00 01");
        await client.ExpectAsync(Wire.Publish(version, topic, "m"));
    }
}
