namespace EdgeStream.Mqtt.Tests;

/// <summary>Sections 3.1 and 3.2: CONNECT and CONNACK.</summary>
public abstract class ConnectStatements : WireStatements
{
    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    [Theory]
    [InlineData("04 03 0000 0001'c'")] // The reserved flag.
    [InlineData("04 06 0000 0001'c'")] // The will flag, and no will.
    [InlineData("04 06 0000 0001'c' 0001'w'")] // The will flag, and no message.
    [InlineData("04 02 0000 0001'c' 0001'w' 0001'm'")] // A will without its flag.
    [InlineData("04 0A 0000 0001'c'")] // Will QoS 1 without a will.
    [InlineData("04 12 0000 0001'c'")]
    [InlineData("04 1E 0000 0001'c' 0001'w' 0001'm'")] // Will QoS 3.
    [InlineData("04 22 0000 0001'c'")] // Will retain without a will.
    [InlineData("04 82 0000 0001'c'")] // The user name flag, and no user name.
    [InlineData("04 02 0000 0001'c' 0001'u'")] // A user name without its flag.
    [InlineData("04 C2 0000 0001'c' 0001'u'")] // The password flag, and no password.
    [InlineData("04 82 0000 0001'c' 0001'u' 0001'p'")] // A password without its flag.
    [InlineData("04 42 0000 0001'c' 0001'p'")] // A password without a user name.
    [InlineData("04 02 0000")] // No client identifier.
    [Statements(MqttVersion.V311, "MQTT-3.1.2-3", "MQTT-3.1.2-9", "MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-14")]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-15", "MQTT-3.1.2-18", "MQTT-3.1.2-19", "MQTT-3.1.2-20")]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-21", "MQTT-3.1.2-22", "MQTT-3.1.3-3", "MQTT-3.1.4-1", "MQTT-3.2.2-6")]
    public async Task A_311_connect_that_contradicts_itself_ends_the_connection_without_a_word(string body)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, "0004'MQTT'" + body));
        await client.ExpectClosedAsync();
        Assert.Equal(0, await host.CountAsync(BrokerFigure.Sessions));
    }

    [Theory]
    [InlineData("05 03 0000 00 0001'c'")]
    [InlineData("05 06 0000 00 0001'c'")] // The will flag, and no will properties.
    [InlineData("05 06 0000 00 0001'c' 00 0001'w'")]
    [InlineData("05 02 0000 00 0001'c' 00 0001'w' 0001'm'")]
    [InlineData("05 0A 0000 00 0001'c'")]
    [InlineData("05 12 0000 00 0001'c'")]
    [InlineData("05 1E 0000 00 0001'c' 00 0001'w' 0001'm'")]
    [InlineData("05 22 0000 00 0001'c'")]
    [InlineData("05 82 0000 00 0001'c'")]
    [InlineData("05 02 0000 00 0001'c' 0001'u'")]
    [InlineData("05 C2 0000 00 0001'c' 0001'u'")]
    [InlineData("05 82 0000 00 0001'c' 0001'u' 0001'p'")]
    [InlineData("05 02 0000 00")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-3", "MQTT-3.1.2-9", "MQTT-3.1.2-11", "MQTT-3.1.2-12", "MQTT-3.1.2-13")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-16", "MQTT-3.1.2-17", "MQTT-3.1.2-18", "MQTT-3.1.2-19", "MQTT-3.1.3-3")]
    [Statements(MqttVersion.V500, "MQTT-3.1.4-1", "MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.2-8", "MQTT-4.13.2-1")]
    public async Task A_500_connect_that_contradicts_itself_is_answered_and_ends_the_connection(string body)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, "0004'MQTT'" + body));
        await client.ExpectConnack5Async(MqttReasonCode.MalformedPacket);
        await client.ExpectClosedAsync();
        Assert.Equal(0, await host.CountAsync(BrokerFigure.Sessions));
    }

    [Theory]
    [InlineData("0004'mqtt'04 02 0000 0001'c'")]
    [InlineData("0004'MQTX'05 02 0000 00 0001'c'")]
    [InlineData("0006'MQIsdp'03 02 0000 0001'c'")]
    [InlineData("0004'MQTT'03 02 0000 0001'c'")]
    [InlineData("0004'MQTT'06 02 0000 00 0001'c'")]
    [InlineData("0004'MQTT'00 02 0000 0001'c'")]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.2.2-4", "MQTT-3.2.2-5")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-1", "MQTT-3.1.2-2")]
    public async Task Another_protocol_or_version_is_refused(string body)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, body));
        byte[] answer = await client.ReadPacketAsync();
        Assert.Equal((0x20, 0), (answer[0], answer[2]));
        Assert.Contains(answer[3], new byte[] { 0x01, 0x84 });
        await client.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.0-1")]
    [Statements(MqttVersion.V500, "MQTT-3.1.0-1")]
    public async Task The_first_packet_is_connect(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, version, "#", 0, "watcher");
        foreach (string packet in (string[])
            [Wire.Publish(version, "t", "m"), Wire.Subscribe(version, 1, ("t", 0)), "C0 00", "E0 00", "F0 00"])
        {
            using RawClient client = await host.OpenAsync();
            await client.SendAsync(packet);
            await client.ExpectClosedAsync();
        }

        await Wire.ExpectNoMessageAsync(host, version, watcher);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.0-2", "MQTT-4.8.0-1")]
    [Statements(MqttVersion.V500, "MQTT-3.1.0-2", "MQTT-3.2.0-2")]
    public async Task A_second_connect_ends_the_connection_without_a_second_connack(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.ConnectAsync(host, version);
        await client.SendAsync(Wire.Connect(version, "c"));
        await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.ProtocolError);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.4-5")]
    [Statements(MqttVersion.V500, "MQTT-3.1.4-6")]
    public async Task Nothing_behind_a_refused_connect_is_processed(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, version, "#", 0, "watcher");
        using RawClient client = await host.OpenAsync();
        string refused = RawClient.Packet(0x10, $"0004'MQTT'0{version}03 0000 {(version == 5 ? "00" : "")} 0001'c'");
        await client.SendAsync(Hex.Bytes(refused + Wire.Publish(version, "t", "m", 1, 1)));
        if (version == 5)
        {
            await client.ExpectConnack5Async(MqttReasonCode.MalformedPacket);
        }

        await client.ExpectClosedAsync();
        await Wire.ExpectNoMessageAsync(host, version, watcher);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.3-5", "MQTT-3.1.4-4", "MQTT-3.1.3-1")]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-5", "MQTT-3.1.4-5", "MQTT-3.1.3-1", "MQTT-3.2.2-1")]
    public async Task Identifiers_of_1_to_23_letters_and_digits_and_longer_ones_are_taken(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        string[] identifiers = ["Z", Letters[..23], Letters[20..43], Letters[^23..], new string('x', 500), "é/#"];
        foreach (string id in identifiers)
        {
            using RawClient client = await Wire.ConnectAsync(host, version, id);
            using RawClient same = await Wire.ConnectAsync(host, version, id);
            await Wire.ExpectRejectedAsync(client, version, MqttReasonCode.SessionTakenOver);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.3-6")]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16")]
    public async Task Each_empty_identifier_becomes_another_session_and_500_is_told_its_name(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        var told = new List<string>();
        using RawClient first = await OpenWithoutIdAsync(host, version, told);
        using RawClient second = await OpenWithoutIdAsync(host, version, told);
        Assert.Equal(2, await host.CountAsync(BrokerFigure.Sessions));
        await first.ExpectNothingAsync();
        Assert.Equal(version == 5 ? 2 : 0, told.Distinct().Count());
        for (int i = 0; i < told.Count; i++)
        {
            // It is the session's name: who comes with it takes the session over.
            using RawClient other = await Wire.ConnectAsync(host, version, told[i]);
            await (i == 0 ? first : second).ExpectDisconnectAsync(MqttReasonCode.SessionTakenOver);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.3-2", "MQTT-3.2.0-1", "MQTT-3.2.2-2")]
    [Statements(MqttVersion.V311, "MQTT-3.2.2-3", "MQTT-4.5.0-1")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-5", "MQTT-3.1.2-6", "MQTT-3.1.2-23", "MQTT-3.1.3-2", "MQTT-3.2.0-1")]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-3", "MQTT-4.5.0-1")]
    public async Task A_kept_session_goes_on_under_its_identifier_behind_connack(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        (await Wire.SubscribedAsync(host, version, "t", 2, "kept", isClean: false)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        await host.PublishAsync("t", "1", 1);
        await host.PublishAsync("t", "2", 2);
        using RawClient other = await Wire.ConnectAsync(host, version, "other", isClean: false);
        await other.ExpectNothingAsync();
        using RawClient back = await Wire.ConnectAsync(host, version, "kept", isClean: false, isPresent: true);
        await back.ExpectAsync(Wire.Publish(version, "t", "1", 1, 1) + Wire.Publish(version, "t", "2", 2, 2));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-6", "MQTT-3.1.2-7", "MQTT-3.1.4-3", "MQTT-3.2.2-1")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-4", "MQTT-3.1.4-4", "MQTT-3.2.2-2")]
    public async Task A_clean_start_forgets_the_session_but_no_retained_message(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        await host.PublishAsync("r", "kept", retain: true);
        (await Wire.SubscribedAsync(host, version, "t", 1, "c", isClean: false)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        await host.PublishAsync("t", "1", 1);
        using (RawClient clean = await Wire.ConnectAsync(host, version, "c"))
        {
            await clean.ExpectNothingAsync();
            Assert.Equal(0, await host.CountAsync(BrokerFigure.Subscriptions));
        }

        await host.WhenAsync(BrokerFigure.Sessions, 0);
        using RawClient again = await Wire.ConnectAsync(host, version, "c", isClean: false);
        await again.SendAsync(Wire.Subscribe(version, 2, ("r", 0)));
        await again.ExpectAsync(Wire.Suback(version, 2, 0) + Wire.Publish(version, "r", "kept", retain: true));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.4-2")]
    [Statements(MqttVersion.V500, "MQTT-3.1.4-3")]
    public async Task A_second_connection_of_an_identifier_ends_the_first(int version)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient first = await Wire.ConnectAsync(host, version);
        using RawClient second = await Wire.ConnectAsync(host, version);
        await Wire.ExpectRejectedAsync(first, version, MqttReasonCode.SessionTakenOver);
        await second.ExpectNothingAsync();
    }

    private static async Task<RawClient> OpenWithoutIdAsync(BrokerUnderTest host, int version, List<string> told)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(Wire.Connect(version, ""));
        if (version == 5)
        {
            byte[] properties = await client.ExpectConnack5Async();
            int at = Array.IndexOf(properties, (byte)0x12);
            told.Add(System.Text.Encoding.UTF8.GetString(properties, at + 3, properties[at + 2]));
        }
        else
        {
            await client.ExpectAsync(RawClient.ConnackV311);
        }

        return client;
    }
}
