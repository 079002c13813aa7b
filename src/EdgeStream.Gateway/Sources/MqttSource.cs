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

    private readonly MqttReconnectingClient _link;

    /// <summary>Begins to connect.</summary>
    public MqttSource(
        MqttSourceConfig config, IngestFront ingest, StateStore state, TimeProvider time, ILogger logger)
    {
        Config = config;
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

    /// <summary>Acknowledges what is stored in time and disconnects; the server keeps the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _link.StopAsync(StopTime);
        await _link.DisposeAsync();
    }
}
