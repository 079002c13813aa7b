using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Sources;

/// <summary>Takes over the messages of another MQTT server; each is acknowledged there when its record is as durable
/// as its stream promises.</summary>
internal sealed class MqttSource : IAsyncDisposable
{
    /// <summary>How long a stop waits for the records of what was taken.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    /// <summary>How long a message to the server waits for a connection and its acknowledgement.</summary>
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(10);

    private readonly MqttReconnectingClient _link;
    private readonly TimeProvider _time;

    /// <summary>Begins to connect.</summary>
    public MqttSource(
        MqttSourceConfig config, IngestFront ingest, StateStore state, TimeProvider time, ILogger logger)
    {
        Config = config;
        _time = time;
        var handler = new SourceIngest(ingest, config.PacketSizeMax, time);
        var record = new SubscriptionRecord(state, config);
        _link = new MqttReconnectingClient(
            new MqttReconnectOptions
            {
                Name = $"Source '{config.Name}'",
                Host = config.Link.Host,
                Port = config.Link.Port,
                Connect = session => config.Link.OptionsOf(session, time, handler, config),
                Subscriptions = config.Subscriptions,
                KnownSubscriptions = record.Read(),
                SubscriptionsChanging = record.WriteAsync,
                SendMaximum = 1,
                CapDelay = config.Link.ReconnectMax,
                Time = time,
            },
            logger);
        _link.Start();
    }

    /// <summary>What it was made from.</summary>
    public MqttSourceConfig Config { get; }

    /// <summary>How it does now.</summary>
    public SourceStatus Status => new(Config.Name, Config.Link.Target, _link.Status, _link.Session.Counters);

    /// <summary>Publishes a message at the server, if that can be done within ten seconds.</summary>
    public void Send(string topic, ReadOnlyMemory<byte> payload) => _ = SendAsync(topic, payload);

    private async Task SendAsync(string topic, ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var limit = new CancellationTokenSource(SendTime, _time);
            var client = await _link.WaitForConnectionAsync(limit.Token);
            await client.PublishAsync(
                new MqttMessage { Topic = topic, Payload = payload, Qos = MqttQos.AtMostOnce }, limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or MqttProtocolException
            or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever asked for it asks again with the next message that needs it.
        }
    }

    /// <summary>Acknowledges what is stored in time and disconnects; the server keeps the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _link.StopAsync(StopTime);
        await _link.DisposeAsync();
    }
}
