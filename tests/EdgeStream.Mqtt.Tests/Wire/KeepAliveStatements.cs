namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 3.1.2.10: the keep-alive.</summary>
public abstract class KeepAliveStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-24")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-22", "MQTT-3.2.2-22")]
    public async Task Silence_of_one_and_a_half_keep_alives_is_the_end_and_leaves_the_will()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, 5, "w", 0, "watcher");
        using RawClient old = await host.Connect311Async("old", keepAliveSeconds: 1);
        using RawClient patient = await host.Connect311Async("patient", keepAliveSeconds: 60);
        using RawClient silent = await host.OpenAsync();
        await silent.SendAsync(RawClient.Packet(
            0x10, "00 04 'MQTT' 05 06 00 01 00 00 06 'silent' 00 00 01 'w' 00 03 'bye'"));
        await silent.ExpectConnack5Async();
        await host.PassAsync(seconds: 4);
        await silent.ExpectDisconnectAsync(MqttReasonCode.KeepAliveTimeout);
        await old.ExpectClosedAsync();
        await watcher.ExpectAsync(RawClient.Publish5("w", "bye"));
        await watcher.ExpectNothingAsync();
        await patient.ExpectNothingAsync();
    }
}
