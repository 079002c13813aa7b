namespace EdgeStream.Mqtt.Tests;

/// <summary>Sections 3.1 and 3.2: CONNECT and CONNACK, on the wire.</summary>
public class ConnectStatementTests : ConnectStatements
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.1.0-1", "MQTT-4.1.0-2")]
    [Statements(MqttVersion.V500, "MQTT-4.1.0-1")]
    public async Task A_session_lasts_as_long_as_its_connection(int version)
    {
        var options = new MqttBrokerOptions { SessionExpirySecondsMax = 1 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient clean = await Wire.SubscribedAsync(host, version, "t", 1, "clean");
        using RawClient kept = await Wire.SubscribedAsync(host, version, "t", 1, "kept", isClean: false);
        host.Advance(100_000);
        host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        await clean.ExpectAsync(Wire.Publish(version, "t", "1", 1, 1));
        await kept.ExpectAsync(Wire.Publish(version, "t", "1", 1, 1));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.4-2", "MQTT-3.2.2-7", "MQTT-3.2.2-8", "MQTT-4.13.2-1")]
    public async Task A_500_client_that_a_limit_keeps_out_is_told_and_its_connection_ends()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(options: new MqttBrokerOptions { SessionsMax = 1 });
        using RawClient first = await Wire.ConnectAsync(host, 5, "first");
        using RawClient second = await host.OpenAsync();
        await second.SendAsync(Wire.Connect(5, "second"));
        await second.ExpectConnack5Async(MqttReasonCode.QuotaExceeded);
        await second.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.14.0-1", "MQTT-3.2.2-8")]
    public async Task A_client_that_is_displaced_before_its_connack_gets_no_disconnect()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task.WaitAsync(TimeSpan.FromSeconds(30));
        using RawClient first = await host.OpenAsync();
        await first.SendAsync(Wire.Connect(5, "c", isClean: false));
        await Eventually.TrueAsync(() => host.Broker.Statistics.Sessions == 1, "the session is there");
        using RawClient second = await host.OpenAsync();
        await second.SendAsync(Wire.Connect(5, "c", isClean: false));
        await first.ExpectConnack5Async(MqttReasonCode.UnspecifiedError);
        commit.SetResult();
        await first.ExpectClosedAsync();
        await second.ExpectConnack5Async(isPresent: true);
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
