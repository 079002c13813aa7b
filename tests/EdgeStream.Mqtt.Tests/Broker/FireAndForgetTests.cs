namespace EdgeStream.Mqtt.Tests;

/// <summary>The host need not hurry with a message whose receipt nobody waits for.</summary>
public class FireAndForgetTests
{
    [Fact]
    public async Task Only_a_qos_0_message_that_is_not_kept_and_that_nobody_gets_is_not_waited_for()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient subscriber = await host.Connect311Async("subscriber");
        await subscriber.SendAsync("82 08 00 01 00 03 67 6F 74 01");
        await subscriber.ExpectAsync("90 03 00 01 01");
        using RawClient publisher = await host.Connect311Async("publisher");
        await publisher.SendAsync(
            RawClient.Publish("t", "qos0", 0, 0),
            "31 05 00 01 74 6B 65",
            RawClient.Publish("got", "qos0", 0, 0),
            RawClient.Publish("t", "qos1", 1, 1));
        await publisher.ExpectAsync("40 02 00 01");
        Assert.Equal(["t qos0", "t ke", "got qos0", "t qos1"], handler.Received);
        Assert.Equal(["t qos0"], handler.Forgotten);
    }

    [Fact]
    public async Task A_refusal_of_such_a_message_is_counted_all_the_same()
    {
        var handler = new RecordingHandler
        {
            Decide = static _ => PublishReceipt.Refused(MqttReasonCode.QuotaExceeded),
        };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient publisher = await host.Connect311Async("publisher");
        await publisher.SendAsync(RawClient.Publish("t", "m", 0, 0), "C0 00");
        await publisher.ExpectAsync("D0 00");
        Assert.Equal(["t m"], handler.Forgotten);
        Assert.Equal(1, host.Broker.Statistics.PublishesRefused);
    }
}
