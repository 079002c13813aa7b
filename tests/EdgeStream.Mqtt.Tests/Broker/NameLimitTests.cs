namespace EdgeStream.Mqtt.Tests;

/// <summary>Topic names and filters that are kept for a client are bounded by their bytes.</summary>
public class NameLimitTests
{
    private const int NameBytes = 16_000;

    [Fact]
    public async Task The_filters_of_a_session_are_bounded_and_what_is_unsubscribed_makes_room()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        for (int i = 0; i < 16; i++)
        {
            await SubscribeAsync(client, i, 1);
        }

        await SubscribeAsync(client, 16, 0x97);
        await SubscribeAsync(client, 3, 1);
        await client.SendAsync(Wire.Unsubscribe(5, 2, Name(3)));
        await client.ExpectAsync(Wire.Unsuback(5, 2, 0));
        await SubscribeAsync(client, 16, 1);
        await SubscribeAsync(client, 17, 0x97);
    }

    [Fact]
    public async Task The_filters_of_a_restored_session_count()
    {
        var store = new MemoryStateStore();
        const string Kept = "11 00 00 0E 10";
        await using (BrokerHost host = await BrokerHost.StartAsync(store: store))
        {
            using RawClient client = await host.Connect500Async("c", properties: Kept);
            for (int i = 0; i < 16; i++)
            {
                await SubscribeAsync(client, i, 1);
            }
        }

        await using BrokerHost next = await BrokerHost.StartAsync(store: store);
        using RawClient again = await next.Connect500Async("c", isClean: false, Kept, isPresent: true);
        await SubscribeAsync(again, 16, 0x97);
    }

    [Fact]
    public async Task The_topics_behind_a_connection_s_aliases_are_bounded()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync(RawClient.Publish5(Name(i), "x", properties: "23 00 01"));
        }

        for (int alias = 2; alias <= 8; alias++)
        {
            await client.SendAsync(RawClient.Publish5(Name(alias), "x", properties: $"23 {alias:X4}"));
        }

        await client.ExpectNothingAsync();
        await client.SendAsync(RawClient.Publish5(Name(9), "x", properties: "23 00 09"));
        await client.ExpectDisconnectAsync(MqttReasonCode.QuotaExceeded);
    }

    private static async Task SubscribeAsync(RawClient client, int number, int code)
    {
        await client.SendAsync(RawClient.Subscribe5(Name(number), 1));
        await client.ExpectAsync(Wire.Suback(5, 1, code));
    }

    private static string Name(int number) => $"{number:D3}{new string('n', NameBytes - 3)}";
}
