namespace EdgeStream.Mqtt.Tests;

public class KeepAliveTests : KeepAliveStatements
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-24")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-22", "MQTT-3.2.2-22")]
    public async Task A_silent_client_is_disconnected_after_one_and_a_half_keep_alives()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c", properties: "");
        using RawClient old = await host.Connect311Async("old", keepAliveSeconds: 10);
        using RawClient silent = await host.OpenAsync();
        await silent.SendAsync(RawClient.Connect500("silent", keepAliveSeconds: 10));
        await silent.ExpectConnack5Async();
        host.Advance(14);
        await silent.ExpectNothingAsync();
        await old.ExpectNothingAsync();
        host.Advance(14);
        await old.ExpectNothingAsync();
        host.Advance(2);
        await silent.ExpectDisconnectAsync(MqttReasonCode.KeepAliveTimeout);
        host.Advance(14);
        await old.ExpectClosedAsync();
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_client_that_isn_t_read_isn_t_silent()
    {
        var handler = new HeldHandler();
        var options = new MqttBrokerOptions { ReceiveMaximum = 1 };
        await using BrokerHost host = await BrokerHost.StartAsync(handler, options);
        using RawClient client = await host.Connect311Async("c", keepAliveSeconds: 10);
        await client.SendAsync(RawClient.Publish("t", "m", 1, 1));
        await Eventually.TrueAsync(() => handler.Count == 1, "the message is with the host");
        host.Advance(60);
        handler.Release(0);
        await client.ExpectAsync("40 02 00 01");
        await client.ExpectNothingAsync();
    }

    [Theory]
    [InlineData(10, 15)]
    [InlineData(0, 300)]
    public async Task A_client_that_doesn_t_read_its_answers_is_lost(int keepAliveSeconds, int boundSeconds)
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        var connection = new MemoryConnection();
        Task serving = host.Broker.ServeAsync(connection);
        await connection.ToBroker.WriteAsync(Hex.Bytes(RawClient.Connect311("c", true, keepAliveSeconds)));
        byte[] pings = [.. Enumerable.Range(0, 200_000).Select(i => i % 2 == 0 ? (byte)0xC0 : (byte)0)];
        Task writing = connection.ToBroker.WriteAsync(pings).AsTask();
        await Eventually.TrueAsync(
            () => host.Broker.Sessions.Find("c")?.Owner?.Intake.IsWaitingToSend == true, "the answers don't go out");
        host.Advance(boundSeconds - 1);
        Assert.Equal(1, host.Broker.Statistics.Clients);
        host.Advance(2);
        await Eventually.TrueAsync(() => host.Broker.Statistics.Clients == 0, "its session is left");
        host.Advance(6);
        await serving.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline);
        await connection.EndAsync();
        await writing;
    }

    [Fact]
    public async Task A_connection_without_connect_is_closed_in_time()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.OpenAsync();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "the connection is there");
        host.Advance(11);
        await client.ExpectClosedAsync();
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
