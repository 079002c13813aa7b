namespace EdgeStream.Mqtt.Tests;

/// <summary>Retained messages on their way to a new subscription while their topic gets another.</summary>
public class RetainedReplayTests
{
    [Fact]
    public async Task A_message_that_was_replaced_meanwhile_doesn_t_come_after_its_successor()
    {
        var rights = new InterveningRights();
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => rights);
        host.Broker.Publish("a", "old"u8, retain: true);
        rights.Intervene = () => host.Broker.Publish("a", "new"u8, retain: true);
        using RawClient client = await SubscribedAsync(host);
        await client.ExpectAsync(RawClient.Publish("a", "new"));
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_message_that_was_deleted_meanwhile_doesn_t_come()
    {
        var rights = new InterveningRights();
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => rights);
        host.Broker.Publish("a", "old"u8, retain: true);
        rights.Intervene = () => host.Broker.Publish("a", default, retain: true);
        using RawClient client = await SubscribedAsync(host);
        await client.ExpectAsync(RawClient.Publish("a", ""));
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task Replaced_messages_that_a_client_gathers_by_subscribing_again_count_against_the_bounds()
    {
        var options = new MqttBrokerOptions { QueuedBytesTotalMax = 20_000 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect500Async("c", properties: "21 00 01");
        for (int i = 0; i < 20; i++)
        {
            host.Broker.Publish("a", new byte[3_000], MqttQos.AtLeastOnce, retain: true);
            await client.SendAsync(RawClient.Subscribe5("a", 1));
            await client.ExpectAsync("90 04 00 01 00 01");
            if (i == 0)
            {
                Assert.Equal(0x33, (await client.ReadPacketAsync())[0]);
            }

            await client.SendAsync(Wire.Unsubscribe(5, 2, "a"));
            await client.ExpectAsync(Wire.Unsuback(5, 2, 0));
        }

        Assert.InRange(host.Broker.QueuedBytes, 12_000, 13_000);
        Assert.InRange(host.Broker.Statistics.DroppedQueueFull, 13, 16);
    }

    private static async Task<RawClient> SubscribedAsync(DoorHost host)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect311("c"));
        await client.ExpectAsync(RawClient.ConnackV311);
        await client.SendAsync(RawClient.Subscribe("a", 0));
        await client.ExpectAsync("90 03 00 01 00");
        return client;
    }

    /// <summary>Everything is allowed; the first time a message is judged, something else happens first.</summary>
    private sealed class InterveningRights : IMqttAuthenticator, IMqttRights
    {
        private Action? _intervene;

        internal Action? Intervene
        {
            set => _intervene = value;
        }

        public ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken) =>
            new(MqttLoginResult.Accepted(login.UserName, this));

        public bool MayPublish(ReadOnlySpan<byte> topic) => true;

        public bool MaySubscribe(ReadOnlySpan<byte> filter) => true;

        public bool MayReceive(ReadOnlySpan<byte> topic)
        {
            Interlocked.Exchange(ref _intervene, null)?.Invoke();
            return true;
        }
    }
}
