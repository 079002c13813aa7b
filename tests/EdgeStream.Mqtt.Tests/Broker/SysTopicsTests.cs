using System.Text;

namespace EdgeStream.Mqtt.Tests;

public class SysTopicsTests
{
    private const string Uptime = "$SYS/broker/uptime";
    private const int TopicCount = 26 + 27;

    [Theory]
    [InlineData(100)]
    [InlineData(0)] // Also where nothing is retained.
    public async Task A_new_subscriber_gets_the_values_at_once_as_retained_messages(int retainedMax)
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { RetainedMessagesMax = retainedMax });
        host.Advance(3);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe(Uptime, 2));
        await client.ExpectAsync("90 03 00 01 02" + RawClient.Publish(Uptime, "3 seconds", retain: true));
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task Who_subscribes_gets_them_at_each_interval()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe("$SYS/broker/clients/connected", 0));
        await client.ExpectAsync("90 03 00 01 00" + Clients(1, retain: true));
        using RawClient other = await host.Connect311Async("d");
        host.Advance(1);
        await client.ExpectAsync(Clients(2));
        host.Advance(8);
        await client.ExpectNothingAsync();
        host.Advance(2);
        await client.ExpectAsync(Clients(2));
    }

    [Fact]
    public async Task They_count_what_clients_send_and_get()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect311Async("c", isClean: false);
        await client.SendAsync(
            RawClient.Subscribe("$share/g/t", 0), RawClient.Publish("r", "12345", 1, 1, retain: true));
        await client.ExpectAsync("90 03 00 01 00 40 02 00 01");
        host.Broker.Publish("t", "123"u8);
        await client.ExpectAsync(RawClient.Publish("t", "123"));
        using RawClient reader = await host.Connect311Async("reader");
        Dictionary<string, string> values = await ReadAllAsync(reader);
        Assert.StartsWith("EdgeStream version ", values["version"], StringComparison.Ordinal);
        Assert.Equal("2", values["clients/connected"]);
        Assert.Equal("2", values["clients/total"]);
        Assert.Equal("0", values["clients/disconnected"]);
        Assert.Equal("2", values["clients/maximum"]);
        Assert.Equal("2", values["subscriptions/count"]);
        Assert.Equal("1", values["shared_subscriptions/count"]);
        Assert.Equal("1", values["retained messages/count"]);
        Assert.Equal("1", values["publish/messages/received"]);
        Assert.Equal("5", values["publish/bytes/received"]);
        Assert.Equal("1", values["publish/messages/sent"]);
        Assert.Equal("0", values["publish/messages/dropped"]);

        // CONNECT, SUBSCRIBE, PUBLISH, CONNECT (the reader's SUBSCRIBE is counted when its bytes are done with).
        Assert.InRange(int.Parse(values["messages/received"]), 4, 5);
        long sent = Hex.Bytes("20020000 9003000100 40020001 20020000").Length + RawPublishLength;
        Assert.InRange(long.Parse(values["bytes/sent"]), sent, sent + 5);
    }

    [Fact]
    public async Task The_load_is_told_per_minute_and_fades_over_its_period()
    {
        const string Load = "$SYS/broker/load/publish/received";
        await using BrokerHost host = await BrokerHost.StartAsync();
        host.Advance(1);
        using RawClient client = await host.Connect311Async("c");
        for (int i = 1; i <= 10; i++)
        {
            await client.SendAsync(RawClient.Publish("t", "m", 1, i));
            await client.ExpectAsync($"40 02 {i:X4}");
        }

        host.Advance(10);

        // Ten in ten seconds are sixty a minute: 60 * (1 - exp(-10 / 60 / minutes)).
        using RawClient reader = await host.Connect311Async("reader");
        await ExpectLoadAsync(reader, $"{Load}/1min", "9.21");
        await ExpectLoadAsync(reader, $"{Load}/5min", "1.97");
        await ExpectLoadAsync(reader, $"{Load}/15min", "0.66");
        await ExpectLoadAsync(reader, "$SYS/broker/load/connections/1min", "0.92");
        await ExpectLoadAsync(reader, "$SYS/broker/load/sockets/1min", "0.92");
        using RawClient later = await host.Connect311Async("later");
        for (int i = 0; i < 6; i++)
        {
            host.Advance(10);
        }

        await ExpectLoadAsync(later, $"{Load}/1min", "3.39");
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-4.7.2-1")]
    public async Task Wildcards_at_the_start_don_t_match_them()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe("#", 0), RawClient.Subscribe("+/broker/uptime", 0));
        await client.ExpectAsync("90 03 00 01 00 90 03 00 01 00");
        host.Advance(20);
        await client.ExpectNothingAsync();
        Assert.Equal(0, host.Broker.Statistics.PublishesSent);
    }

    [Fact]
    public async Task Clients_can_t_publish_there()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient reader = await host.Connect311Async("r");
        await reader.SendAsync(RawClient.Subscribe("$SYS/x", 0));
        await reader.ExpectAsync("90 03 00 01 00");
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(
            RawClient.Publish5("$SYS/x", "1", 1, 1), RawClient.Publish5("$SYS", "1", 2, 2, retain: true));
        await client.ExpectAsync("40 03 00 01 87 50 03 00 02 87");
        using RawClient old = await host.Connect311Async("old");
        await old.SendAsync(RawClient.Publish("$SYS/x", "1", 1, 1), RawClient.Publish("$SYSTEM", "1", 1, 2));
        await old.ExpectAsync("40 02 00 01 40 02 00 02");
        await reader.ExpectNothingAsync();
        Assert.Equal(["$SYSTEM 1"], handler.Received);
        Assert.Equal(0, host.Broker.RetainedCount);
    }

    [Fact]
    public async Task They_can_be_switched_off()
    {
        var options = new MqttBrokerOptions { SysTopicsInterval = TimeSpan.Zero };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe("$SYS/#", 0));
        await client.ExpectAsync("90 03 00 01 00");
        host.Advance(20);
        await client.ExpectNothingAsync();
    }

    private static async Task ExpectLoadAsync(RawClient client, string topic, string value)
    {
        await client.SendAsync(RawClient.Subscribe(topic, 0));
        await client.ExpectAsync("90 03 00 01 00" + RawClient.Publish(topic, value, retain: true));
    }

    private static int RawPublishLength => Hex.Bytes(RawClient.Publish("t", "123")).Length;

    private static string Clients(int count, bool retain = false) =>
        RawClient.Publish("$SYS/broker/clients/connected", $"{count}", retain: retain);

    private static async Task<Dictionary<string, string>> ReadAllAsync(RawClient client)
    {
        await client.SendAsync(RawClient.Subscribe("$SYS/broker/#", 0));
        await client.ExpectAsync("90 03 00 01 00");
        var values = new Dictionary<string, string>();
        for (int i = 0; i < TopicCount; i++)
        {
            byte[] packet = await client.ReadPacketAsync();
            Assert.Equal(0x31, packet[0]);
            int topicLength = packet[3];
            string topic = Encoding.UTF8.GetString(packet, 4, topicLength);
            values[topic["$SYS/broker/".Length..]] = Encoding.UTF8.GetString(packet[(4 + topicLength)..]);
        }

        await client.ExpectNothingAsync();
        return values;
    }
}
