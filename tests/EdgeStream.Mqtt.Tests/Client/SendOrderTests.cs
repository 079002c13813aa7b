using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Publishes beyond the send maximum wait, and go out in the order of the calls.</summary>
public class SendOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Overlapping_publishes_of_several_callers_arrive_in_the_order_of_each(int qos)
    {
        const int Callers = 3;
        const int Each = 400;
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        await using MqttClient client = await host.ConnectAsync(
            new MqttClientOptions { ClientId = "c", SendMaximum = 4 });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var answers = Enumerable.Range(0, Each)
                .Select(number => client.PublishAsync($"t/{caller}", Bytes($"{number}"), (MqttQos)qos)).ToList();
            Assert.All(await Task.WhenAll(answers), reason => Assert.Equal(MqttReasonCode.Success, reason));
        })));

        for (int caller = 0; caller < Callers; caller++)
        {
            string topic = $"t/{caller} ";
            Assert.Equal(
                Enumerable.Range(0, Each).Select(number => $"{topic}{number}"),
                handler.Received.Where(text => text.StartsWith(topic, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_publish_that_is_given_up_while_it_waits_is_not_sent()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(new MqttClientOptions { ClientId = "c", SendMaximum = 1 });
        await using MqttClient own = client;
        using var givingUp = new CancellationTokenSource();
        Task<MqttReasonCode> first = PublishAsync(client, "a");
        Task<MqttReasonCode> second = PublishAsync(client, "b", givingUp.Token);
        Task<MqttReasonCode> third = PublishAsync(client, "c");
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await server.ExpectAsync(RawClient.Publish5("t", "a", 1, 1));
        await server.SendAsync("40 02 0001");
        Assert.Equal(MqttReasonCode.Success, await first);
        await server.ExpectAsync(RawClient.Publish5("t", "c", 1, 2));
        await server.SendAsync("40 02 0002");
        Assert.Equal(MqttReasonCode.Success, await third);
    }

    [Fact]
    public async Task What_waits_goes_out_on_the_next_connection_behind_what_was_sent()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession(sendMaximum: 1);
        var (first, server) = await script.ConnectAsync(Options(session));
        Task<MqttReasonCode>[] sent = [PublishAsync(first, "a"), PublishAsync(first, "b")];
        await server.ExpectAsync(RawClient.Publish5("t", "a", 1, 1));
        server.Dispose();
        await first.DisposeAsync();

        var (second, again) = await script.ConnectAsync(Options(session), ScriptedServer.Connack5Present);
        await using MqttClient own = second;
        await again.ExpectAsync(RawClient.Publish5("t", "a", 1, 1, dup: true));
        await again.SendAsync("40 02 0001");
        await again.ExpectAsync(RawClient.Publish5("t", "b", 1, 2));
        await again.SendAsync("40 02 0002");
        Assert.All(await Task.WhenAll(sent), reason => Assert.Equal(MqttReasonCode.Success, reason));
    }

    [Fact]
    public async Task What_waits_fails_with_a_connection_whose_session_is_not_kept()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(new MqttClientOptions { ClientId = "c", SendMaximum = 1 });
        await using MqttClient own = client;
        Task<MqttReasonCode>[] sent = [PublishAsync(client, "a"), PublishAsync(client, "b")];
        server.Dispose();
        await Assert.ThrowsAsync<IOException>(() => sent[0]);
        await Assert.ThrowsAsync<IOException>(() => sent[1]);
    }

    private static MqttClientOptions Options(MqttClientSession session) => new()
    {
        ClientId = "c",
        CleanStart = false,
        SessionExpirySeconds = 60,
        Session = session,
    };

    private static Task<MqttReasonCode> PublishAsync(
        MqttClient client, string payload, CancellationToken cancellationToken = default) =>
        client.PublishAsync("t", Bytes(payload), MqttQos.AtLeastOnce, cancellationToken: cancellationToken);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
