using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>An MQTT client that keeps what comes by topic.</summary>
internal sealed class TopicLog : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(string Topic, string Payload, bool Retain)> _messages = [];

    private TopicLog()
    {
    }

    public MqttClient Client { get; private set; } = null!;

    public static async Task<TopicLog> ConnectAsync(
        GatewayUnderTest gateway, string filter, string? user = null, string? password = null)
    {
        var log = new TopicLog();
        log.Client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new()
        {
            UserName = user,
            Password = password,
            Received = message =>
            {
                lock (log._lock)
                {
                    log._messages.Add((message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Retain));
                }

                return ValueTask.CompletedTask;
            },
        });
        await log.Client.SubscribeAsync(filter, MqttQos.AtLeastOnce);
        return log;
    }

    /// <summary>What came on a topic, in order.</summary>
    public string[] On(string topic)
    {
        lock (_lock)
        {
            return [.. _messages.Where(message => message.Topic == topic).Select(message => message.Payload)];
        }
    }

    /// <summary>The topics that something came on.</summary>
    public string[] Topics()
    {
        lock (_lock)
        {
            return [.. _messages.Select(message => message.Topic).Distinct().Order()];
        }
    }

    /// <summary>Waits until the newest message of a topic is as it should be.</summary>
    public async Task<string> NewestAsync(string topic, Func<string, bool> isRight)
    {
        await Poll.UntilAsync(
            () => On(topic) is [.., var newest] && isRight(newest), state: () => string.Join('\n', On(topic)));
        return On(topic)[^1];
    }

    public Task<MqttReasonCode> PublishAsync(string topic, string payload) => Client.PublishAsync(
        topic, Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce);

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
