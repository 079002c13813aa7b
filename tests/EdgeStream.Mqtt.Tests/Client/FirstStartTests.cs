using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A publisher has the server forget what an earlier process left unreleased, once.</summary>
public class FirstStartTests
{
    private const int FlagsOffset = 9;
    private const byte CleanStart = 0x02;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Only_the_first_connection_starts_clean()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client = Start(script.Port, MqttVersion.V500);
        using (RawClient first = await AcceptAsync(script, isClean: true, ScriptedServer.Connack5))
        {
            await Eventually.TrueAsync(() => client.Status.IsConnected, "it is connected");
        }

        using RawClient second = await AcceptAsync(script, isClean: false, ScriptedServer.Connack5Present);
        await Eventually.TrueAsync(() => client.Status.Connections == 2, "it is connected again");
    }

    [Fact]
    public async Task A_3_1_1_session_that_is_kept_begins_with_the_connection_after_the_clean_one()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client = Start(script.Port, MqttVersion.V311);
        using (RawClient first = await AcceptAsync(script, isClean: true, RawClient.ConnackV311))
        {
            await first.ExpectAsync("E0 00");
            Assert.False(client.Status.IsConnected);
        }

        using RawClient second = await AcceptAsync(script, isClean: false, RawClient.ConnackV311);
        await Eventually.TrueAsync(() => client.Status.IsConnected, "it is connected");
        Assert.Equal(1, client.Status.Connections);
    }

    [Fact]
    public async Task A_first_connection_that_was_refused_is_not_the_first()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client = Start(script.Port, MqttVersion.V500);
        using (await AcceptAsync(script, isClean: true, "20 03 00 89 00"))
        {
            await Eventually.TrueAsync(() => client.Status.NextAttemptAt is not null, "it waits");
        }

        using RawClient again = await AcceptAsync(script, isClean: true, ScriptedServer.Connack5);
    }

    private MqttReconnectingClient Start(int port, MqttVersion version)
    {
        var client = new MqttReconnectingClient(new MqttReconnectOptions
        {
            Name = "test",
            Host = "127.0.0.1",
            Port = port,
            IsFirstStartClean = true,
            Connect = session => new MqttClientOptions
            {
                Version = version,
                ClientId = "c",
                CleanStart = false,
                SessionExpirySeconds = 60,
                Session = session,
                Time = _time,
            },
            Time = _time,
        });
        client.Start();
        return client;
    }

    /// <summary>The next connection, moving the clock until it comes.</summary>
    private async Task<RawClient> AcceptAsync(ScriptedServer script, bool isClean, string connack)
    {
        Task<RawClient> accepting = script.AcceptAsync();
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return accepting.IsCompleted;
        });
        RawClient connection = await accepting;
        byte[] connect = await connection.ReadPacketAsync();
        Assert.Equal(isClean, (connect[FlagsOffset] & CleanStart) != 0);
        await connection.SendAsync(connack);
        return connection;
    }
}
