namespace EdgeStream.Mqtt.Tests.Broker;

/// <summary>Which session ends where there are too many.</summary>
public class SessionEvictionTests
{
    [Fact]
    public async Task Who_comes_with_many_identifiers_ends_its_own_sessions_and_not_those_of_others()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { SessionsMax = 3 }, authenticator: new Believer());
        await LeaveAsync(host, "ann-1", "ann");
        host.Advance(1);
        await LeaveAsync(host, "bob-1", "bob");
        host.Advance(1);
        for (int i = 2; i <= 5; i++)
        {
            await LeaveAsync(host, $"bob-{i}", "bob");
            host.Advance(1);
        }

        Assert.NotNull(host.Broker.Sessions.Find("ann-1"));
        Assert.NotNull(host.Broker.Sessions.Find("bob-5"));
        Assert.NotNull(host.Broker.Sessions.Find("bob-4"));
        await LeaveAsync(host, "eve-1", "eve");

        // She has none: the one that was left first of all makes room.
        Assert.Null(host.Broker.Sessions.Find("ann-1"));
        Assert.Equal(3, host.Broker.Statistics.Sessions);
    }

    [Fact]
    public async Task Clients_without_a_name_are_told_apart_by_their_address()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { SessionsMax = 2 }, authenticator: new Believer());
        await LeaveAsync(host, "ann-1", "ann");
        host.Advance(1);
        await LeaveAsync(host, "nobody-1", "");
        host.Advance(1);
        await LeaveAsync(host, "nobody-2", "");
        Assert.NotNull(host.Broker.Sessions.Find("ann-1"));
        Assert.Null(host.Broker.Sessions.Find("nobody-1"));
    }

    private static async Task LeaveAsync(BrokerHost host, string clientId, string user)
    {
        using (RawClient client = await host.OpenAsync())
        {
            string flagsAndName = user.Length > 0 ? $"80 00 00 {RawClient.Text(clientId)} {RawClient.Text(user)}"
                : $"00 00 00 {RawClient.Text(clientId)}";
            await client.SendAsync(RawClient.Packet(0x10, "00 04 'MQTT' 04 " + flagsAndName));
            await client.ExpectAsync(RawClient.ConnackV311);
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client is gone");
    }

    /// <summary>Takes everyone for who they say they are.</summary>
    private sealed class Believer : IMqttAuthenticator
    {
        public ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken) =>
            ValueTask.FromResult(MqttLoginResult.Accepted(login.UserName));
    }
}
