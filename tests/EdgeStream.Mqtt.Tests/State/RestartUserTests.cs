namespace EdgeStream.Mqtt.Tests;

/// <summary>Sessions and wills stay their users' over a restart.</summary>
public class RestartUserTests
{
    private static readonly MqttUserList Users = DoorHost.Users("pump:pump", "panel:panel");

    private readonly MemoryStateStore _store = new();

    [Theory]
    [InlineData("pump", true)]
    [InlineData("panel", false)]
    public async Task A_session_is_its_user_s_after_a_restart(string userName, bool isPresent)
    {
        await using (DoorHost host = await StartAsync(rules: null))
        {
            await using (MqttClient client = await host.ConnectAsync(Options("pump")))
            {
                await client.SubscribeAsync("t", MqttQos.AtLeastOnce);
            }

            await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client left");
            host.Broker.Publish("t", "for the pump"u8, MqttQos.AtLeastOnce);
        }

        await using DoorHost next = await StartAsync(rules: null);
        await using MqttClient again = await next.ConnectAsync(Options(userName));
        Assert.Equal(isPresent, again.IsSessionPresent);
        if (!isPresent)
        {
            Assert.Equal(0, next.Broker.QueuedBytes);
        }
    }

    [Theory]
    [InlineData("user pump\ntopic write data/#\n", true)]
    [InlineData("user pump\ntopic write other\nuser panel\ntopic write data/#\n", false)]
    public async Task A_delayed_will_is_judged_by_its_user_s_rights_after_a_restart(string rules, bool isPublished)
    {
        await using (DoorHost host = await StartAsync("user pump\ntopic write data/#\n"))
        {
            using (RawClient pump = await host.OpenAsync())
            {
                await pump.SendAsync(RawClient.Packet(
                    0x10,
                    "00 04 'MQTT' 05 C4 00 00 05 11 00 00 03 E8 00 01 'c' 05 18 00 00 00 0A 00 06 'data/w' 00 01 'x' "
                    + "00 04 'pump' 00 04 'pump'"));
                await pump.ExpectConnack5Async();
            }

            await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client is lost");
        }

        Assert.Contains("will/c", _store.Keys);
        var handler = new RecordingHandler();
        await using DoorHost next = await StartAsync(rules, handler);
        next.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(isPublished ? ["data/w x"] : [], handler.Received);
        Assert.Equal(isPublished ? 0 : 1, next.Broker.Refusals.Count(MqttRefusal.Will));
    }

    private Task<DoorHost> StartAsync(string? rules, IMqttPublishHandler? handler = null) => DoorHost.StartAsync(
        authenticator: time => new MqttPasswordAuthenticator(
            Users, rules is null ? null : MosquittoAccessFile.Parse(rules, []), time),
        handler: handler,
        store: _store);

    private static MqttClientOptions Options(string userName) => new()
    {
        ClientId = "c",
        UserName = userName,
        Password = userName,
        CleanStart = false,
        TakesUnknownSession = true,
        SessionExpirySeconds = 600,
        Received = static _ => ValueTask.CompletedTask,
    };
}
