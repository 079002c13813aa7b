using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests.Access;

public class LoginTests
{
    private static readonly MqttUserList Users = DoorHost.Users("pump:secret", "valve:other");

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task A_user_with_its_password_is_let_in_and_nobody_else(MqttVersion version) // [MQTT-3.1.4-2].
    {
        await using DoorHost host = await StartAsync();
        await using MqttClient client = await host.ConnectAsync(Options(version, "pump", "secret"));
        Assert.Equal(
            MqttReasonCode.BadUserNameOrPassword, await host.RefusalAsync(Options(version, "valve", "secret")));
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.BadLogin));
        Assert.Equal(1, host.Broker.Statistics.Sessions);
    }

    [Fact]
    public async Task A_client_without_a_name_is_refused_where_a_name_is_needed()
    {
        await using DoorHost host = await StartAsync(isAnonymousAllowed: false);
        Assert.Equal(MqttReasonCode.NotAuthorized, await host.RefusalAsync(Options(MqttVersion.V500, null, null)));
        using RawClient old = await host.OpenAsync();
        await old.SendAsync(RawClient.Connect311("c"));
        await old.ExpectAsync("20 02 00 05");
        await old.ExpectClosedAsync();
        Assert.Equal(2, host.Broker.Refusals.Count(MqttRefusal.NameNeeded));
    }

    [Fact]
    public async Task Without_users_a_name_means_nothing_where_none_is_needed_and_lets_nobody_in_elsewhere()
    {
        await using (DoorHost open = await DoorHost.StartAsync(
            authenticator: time => new MqttPasswordAuthenticator(null, null, time)))
        {
            await using MqttClient client = await open.ConnectAsync(Options(MqttVersion.V500, "any", "thing"));
        }

        await using DoorHost closed = await DoorHost.StartAsync(
            new MqttListenerOptions { IsAnonymousAllowed = false },
            authenticator: time => new MqttPasswordAuthenticator(null, null, time));
        Assert.Equal(
            MqttReasonCode.BadUserNameOrPassword, await closed.RefusalAsync(Options(MqttVersion.V500, "any", "thing")));
    }

    [Fact]
    public async Task A_name_without_a_password_is_refused()
    {
        await using DoorHost host = await StartAsync();
        Assert.Equal(
            MqttReasonCode.BadUserNameOrPassword, await host.RefusalAsync(Options(MqttVersion.V500, "pump", null)));
    }

    [Fact]
    public async Task Users_that_are_replaced_count_for_the_next_login_and_connections_stay()
    {
        var authenticator = new MqttPasswordAuthenticator(Users, null);
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => authenticator);
        await using MqttClient client = await host.ConnectAsync(Options(MqttVersion.V500, "pump", "secret"));
        authenticator.Users = DoorHost.Users("pump:changed");
        Assert.Equal(
            MqttReasonCode.BadUserNameOrPassword, await host.RefusalAsync(Options(MqttVersion.V500, "pump", "secret")));
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync(new MqttMessage
        {
            Topic = "a", Payload = "1"u8.ToArray(), Qos = MqttQos.AtLeastOnce,
        }));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-8")]
    public async Task A_client_identifier_that_another_user_is_connected_by_is_refused()
    {
        await using DoorHost host = await StartAsync();
        await using MqttClient pump = await host.ConnectAsync(Options(MqttVersion.V500, "pump", "secret", "shared"));
        Assert.Equal(
            MqttReasonCode.ClientIdentifierNotValid,
            await host.RefusalAsync(Options(MqttVersion.V500, "valve", "other", "shared")));
        Assert.False(pump.Closed.IsCompleted);
        await using MqttClient again = await host.ConnectAsync(Options(MqttVersion.V500, "pump", "secret", "shared"));
        await Assert.ThrowsAsync<MqttProtocolException>(() => pump.Closed);
    }

    [Fact]
    public async Task A_session_that_another_user_left_is_not_inherited()
    {
        await using DoorHost host = await StartAsync();
        var kept = new MqttClientOptions
        {
            ClientId = "shared", UserName = "pump", Password = "secret", SessionExpirySeconds = 600,
        };
        await using (MqttClient pump = await host.ConnectAsync(kept))
        {
            await pump.SubscribeAsync("a", MqttQos.AtLeastOnce);
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the first client left");
        await using MqttClient valve = await host.ConnectAsync(new MqttClientOptions
        {
            ClientId = "shared", UserName = "valve", Password = "other", CleanStart = false,
        });
        Assert.False(valve.IsSessionPresent);
        Assert.Equal(0, host.Broker.SubscriptionCount);
    }

    [Fact]
    public async Task A_login_that_takes_too_long_to_judge_is_answered_and_closed()
    {
        var never = new NeverAuthenticator();
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => never);
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        await never.Asked.Task.WaitAsync(Poll.DefaultDeadline);
        host.Time.Advance(TimeSpan.FromSeconds(31));
        await client.ExpectConnack5Async(MqttReasonCode.ServerBusy);
        await client.ExpectClosedAsync();
    }

    private static Task<DoorHost> StartAsync(bool isAnonymousAllowed = true) => DoorHost.StartAsync(
        new MqttListenerOptions { IsAnonymousAllowed = isAnonymousAllowed },
        authenticator: time => new MqttPasswordAuthenticator(Users, null, time));

    private static MqttClientOptions Options(
        MqttVersion version, string? user, string? password, string clientId = "") =>
        new() { Version = version, UserName = user, Password = password, ClientId = clientId };

    private sealed class NeverAuthenticator : IMqttAuthenticator
    {
        internal TaskCompletionSource Asked { get; } = new();

        public async ValueTask<MqttLoginResult> AuthenticateAsync(
            MqttLogin login, CancellationToken cancellationToken)
        {
            Asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return MqttLoginResult.Accepted(null);
        }
    }
}
