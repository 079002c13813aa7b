using System.Net;

namespace EdgeStream.Mqtt.Tests.Transport;

public class ProxyTests
{
    private static readonly IPNetwork Loopback = IPNetwork.Parse("127.0.0.0/8");

    [Fact]
    public async Task A_client_behind_a_trusted_proxy_has_its_own_address()
    {
        await using DoorHost host = await StartAsync(Loopback);
        using RawClient first = await OpenAsync(host, "192.0.2.7", "a");
        await first.ExpectAsync(RawClient.ConnackV311);

        // The bound of an address counts those that the proxy tells.
        using RawClient second = await OpenAsync(host, "192.0.2.7", "b");
        await second.ExpectClosedAsync();
        using RawClient third = await OpenAsync(host, "192.0.2.8", "c");
        await third.ExpectAsync(RawClient.ConnackV311);
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.ConnectionsOfAddress));
    }

    [Fact]
    public async Task A_connection_without_the_header_is_closed()
    {
        await using DoorHost host = await StartAsync(Loopback);
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect311("c"));
        await client.ExpectClosedAsync();
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.ProxyHeader));
    }

    [Fact]
    public async Task A_header_from_an_address_that_is_not_trusted_is_not_believed()
    {
        await using DoorHost host = await StartAsync(IPNetwork.Parse("10.0.0.0/8"));
        using RawClient client = await OpenAsync(host, "192.0.2.7", "a");
        await client.ExpectClosedAsync();
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.ProxyHeader));
    }

    [Fact]
    public async Task A_header_that_does_not_come_ends_the_connection()
    {
        await using DoorHost host = await StartAsync(Loopback);
        using RawClient client = await host.OpenAsync();
        await client.SendAsync("'PROXY'");
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(11));
                return host.Broker.Refusals.Count(MqttRefusal.ProxyHeader) == 1;
            },
            "the connection is refused");
        await client.ExpectClosedAsync();
    }

    private static Task<DoorHost> StartAsync(IPNetwork trusted) => DoorHost.StartAsync(
        new MqttListenerOptions { TrustedProxies = [trusted] }, new MqttBrokerOptions { ConnectionsPerAddressMax = 1 });

    private static async Task<RawClient> OpenAsync(DoorHost host, string address, string clientId)
    {
        RawClient client = await host.OpenAsync();
        string header = $"PROXY TCP4 {address} 127.0.0.1 5000 1883\r\n";

        // In one piece: the server may hang up as soon as it has read the header.
        await client.SendAsync(
            [.. System.Text.Encoding.ASCII.GetBytes(header), .. Hex.Bytes(RawClient.Connect311(clientId))]);
        return client;
    }
}
