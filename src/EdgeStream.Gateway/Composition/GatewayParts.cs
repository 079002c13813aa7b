using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Discovery;
using EdgeStream.Gateway.Http;
using EdgeStream.Gateway.Sources;
using EdgeStream.Gateway.Wear;
using EdgeStream.Kinesis;
using EdgeStream.Mqtt;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>Everything that the faces of the gateway show and use.</summary>
internal sealed class GatewayParts
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMicroseconds(ClockCorrections.ToleranceMicroseconds);

    private readonly Lock _startGate = new();
    private DateTimeOffset _startedAt;
    private volatile GatewayConfig _config;
    private volatile string? _reloadFailure;
    private volatile TurnRound? _lastBeat;

    /// <summary>Starts with a configuration.</summary>
    public GatewayParts(GatewayConfig config) => _config = config;

    /// <summary>The configuration that counts now.</summary>
    public GatewayConfig Config
    {
        get => _config;
        set => _config = value;
    }

    /// <summary>Why the last reload failed; null after one that did not.</summary>
    public string? ReloadFailure
    {
        get => _reloadFailure;
        set => _reloadFailure = value;
    }

    /// <summary>The streams.</summary>
    public required StreamStore Store { get; init; }

    /// <summary>The stream of alerts.</summary>
    public required DataStream Alerts { get; init; }

    /// <summary>Every device that was seen.</summary>
    public required DeviceRegistry Devices { get; init; }

    /// <summary>What devices are to be and are.</summary>
    public required TwinFront Twins { get; init; }

    /// <summary>What Home Assistant is told of the devices.</summary>
    public required DiscoveryFront Discovery { get; init; }

    /// <summary>The way of messages into the streams.</summary>
    public required IngestFront Ingest { get; init; }

    /// <summary>What raises alerts.</summary>
    public required RuleFront Rules { get; init; }

    /// <summary>The continuous queries.</summary>
    public required QueryFront Queries { get; init; }

    /// <summary>Queries that are run for one client each.</summary>
    public QueryRuns QueryRuns { get; } = new();

    /// <summary>What tells of alerts.</summary>
    public required AlertFront Alerting { get; init; }

    /// <summary>The MQTT server.</summary>
    public required MqttBroker Broker { get; init; }

    /// <summary>The ways in to the MQTT server.</summary>
    public required MqttDoors Doors { get; init; }

    /// <summary>Other servers whose messages are taken over.</summary>
    public required SourceFront Sources { get; init; }

    /// <summary>What is delivered where.</summary>
    public required DeliveryFront Deliveries { get; init; }

    /// <summary>Which deliveries lose records to retention.</summary>
    public required EvictionWatch Evictions { get; init; }

    /// <summary>The work in the background.</summary>
    public required LoopGuard Loops { get; init; }

    /// <summary>What became of the work that is due once a second, the last time; null before the first.</summary>
    public TurnRound? LastBeat
    {
        get => _lastBeat;
        set => _lastBeat = value;
    }

    /// <summary>The gateway's own readings; null until they start.</summary>
    public SensorFront? Sensors { get; set; }

    /// <summary>How fast the streams grow.</summary>
    public required StreamRates Rates { get; init; }

    /// <summary>How the disk wears.</summary>
    public required WearMeter Wear { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where MQTT listens, as URLs; empty until it does.</summary>
    public IReadOnlyList<string> MqttEndpoints { get; set; } = [];

    /// <summary>The Kinesis API; null until it is served, and where it is not.</summary>
    public KinesisDoor? Kinesis { get; set; }

    /// <summary>The delivery streams of the Firehose API; null until they start.</summary>
    public FirehoseService? Firehose { get; set; }

    /// <summary>The monotonic time stamp of the gateway's start.</summary>
    public required long StartStamp { get; init; }

    /// <summary>How long the gateway has been running, whatever happened to the wall clock.</summary>
    public TimeSpan Uptime => Time.GetElapsedTime(StartStamp);

    /// <summary>When the gateway started; another time only after the clock was set.</summary>
    public DateTimeOffset StartedAt
    {
        get
        {
            lock (_startGate)
            {
                var startedAt = Time.GetUtcNow() - Uptime;
                _startedAt = (startedAt - _startedAt).Duration() > ClockTolerance ? startedAt : _startedAt;
                return _startedAt;
            }
        }
    }

    /// <summary>Cancelled when the gateway begins to stop.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Whether the sensors of the demo run.</summary>
    public bool IsDemo => Config.Sensors.SimulatedEnabled;

    /// <summary>Tells the device registry of records that came by HTTP.</summary>
    public void NotePosted(IReadOnlyList<RecordInput> records)
    {
        var now = Timestamp.From(Time.GetUtcNow());
        foreach (var record in records)
        {
            Devices.Observe(DeviceSource.Http, record.Key, record.Data.Span, now);
        }
    }
}
