namespace EdgeStream.Mqtt.Tests;

/// <summary>Receive maximum, both ways (section 4.9 of 5.0).</summary>
public class FlowControlTests : FlowControlStatements
{
    [Fact]
    public async Task A_repeat_whose_message_is_refused_gives_back_what_it_took_and_no_more()
    {
        var handler = new HeldHandler();
        var options = new MqttBrokerOptions { ReceiveMaximum = 2 };
        await using BrokerHost host = await BrokerHost.StartAsync(handler, options);
        using RawClient client = await host.Connect500Async("c");

        // A client that sends again on the same connection may not gain room by it. Where the refusal comes before the
        // repeat is read, that is a message of its own, and refused like the first.
        await client.SendAsync(
            RawClient.Publish5("t", "1", 2, 1), RawClient.Publish5("t", "1", 2, 1, dup: true));
        await Eventually.TrueAsync(() => handler.Count > 0, "the message is with the host");
        handler.RefuseAll(MqttReasonCode.QuotaExceeded);
        await client.ExpectAsync("50 03 00 01 97 50 03 00 01 97");
        handler.Hold();
        int refused = handler.Count;
        await client.SendAsync(RawClient.Publish5("t", "2", 2, 2), RawClient.Publish5("t", "3", 2, 3));
        await Eventually.TrueAsync(() => handler.Count == refused + 2, "two messages are with the host");
        handler.Release(refused);
        handler.Release(refused + 1);
        await client.ExpectAsync("50 02 00 02 50 02 00 03");
        await client.SendAsync(RawClient.Publish5("t", "4", 2, 4));
        await client.ExpectDisconnectAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
