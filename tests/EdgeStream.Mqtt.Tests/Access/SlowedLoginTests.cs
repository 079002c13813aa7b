using System.Net;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests.Access;

public class SlowedLoginTests
{
    private readonly MqttUserList _users = DoorHost.Users("pump:secret", "valve:other");

    [Fact]
    public async Task A_failed_login_holds_the_next_one_of_its_address_back()
    {
        var time = new ManualTimeProvider();
        using var authenticator = new MqttPasswordAuthenticator(_users, null, time);
        MqttLoginResult failed = await authenticator.AuthenticateAsync(Login("pump", "wrong"), default);
        Assert.Equal(MqttReasonCode.BadUserNameOrPassword, failed.Reason);

        Task<MqttLoginResult> next = authenticator.AuthenticateAsync(Login("pump", "secret"), default).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(FailedLogins.FirstDelayMs - 1));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await next).IsAccepted);
    }

    [Fact]
    public async Task Too_many_logins_that_wait_are_refused()
    {
        using var authenticator = new MqttPasswordAuthenticator(_users, null, new ManualTimeProvider());
        await FillAsync(authenticator);
        MqttLoginResult refused = await authenticator.AuthenticateAsync(Login("pump", "secret"), default);
        Assert.Equal(MqttRefusal.LoginsTooFast, refused.Refusal);
    }

    [Fact]
    public async Task One_wrong_device_does_not_lock_out_those_behind_its_address_that_were_verified_before()
    {
        using var authenticator = new MqttPasswordAuthenticator(_users, null, new ManualTimeProvider());
        Assert.True((await authenticator.AuthenticateAsync(Login("pump", "secret"), default)).IsAccepted);
        await FillAsync(authenticator);
        ValueTask<MqttLoginResult> known = authenticator.AuthenticateAsync(Login("pump", "secret"), default);
        Assert.True(known.IsCompletedSuccessfully);
        Assert.True((await known).IsAccepted);
    }

    [Fact]
    public async Task A_remembered_password_cannot_be_guessed_at_a_slowed_address()
    {
        using var authenticator = new MqttPasswordAuthenticator(_users, null, new ManualTimeProvider());
        Assert.True((await authenticator.AuthenticateAsync(Login("pump", "secret"), default)).IsAccepted);
        await FillAsync(authenticator);
        for (int i = 0; i < MqttUserList.User.FreeMismatchesMax; i++)
        {
            MqttLoginResult guess = await authenticator.AuthenticateAsync(Login("pump", $"guess {i}"), default);
            Assert.Equal(MqttRefusal.LoginsTooFast, guess.Refusal);
        }

        MqttLoginResult right = await authenticator.AuthenticateAsync(Login("pump", "secret"), default);
        Assert.Equal(MqttRefusal.LoginsTooFast, right.Refusal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_network_that_is_listed_is_never_slowed(string address)
    {
        using var authenticator = new MqttPasswordAuthenticator(_users, null, new ManualTimeProvider())
        {
            UnslowedNetworks = [IPNetwork.Parse("127.0.0.0/8")],
        };
        for (int i = 0; i < 3; i++)
        {
            Assert.False((await authenticator.AuthenticateAsync(Login("pump", "wrong", address), default)).IsAccepted);
        }

        Assert.True((await authenticator.AuthenticateAsync(Login("pump", "secret", address), default)).IsAccepted);
    }

    /// <summary>A device with a wrong password: so many of its logins wait that no further one may.</summary>
    private static async Task FillAsync(MqttPasswordAuthenticator authenticator)
    {
        await authenticator.AuthenticateAsync(Login("valve", "wrong"), default);
        for (int i = 0; i < FailedLogins.WaitingMax; i++)
        {
            _ = authenticator.AuthenticateAsync(Login("valve", "wrong"), default).AsTask();
        }
    }

    private static MqttLogin Login(string user, string password, string address = "127.0.0.1") => new()
    {
        ClientId = "c",
        UserName = user,
        Password = System.Text.Encoding.UTF8.GetBytes(password),
        Peer = new MqttPeer { Address = IPAddress.Parse(address) },
    };
}
