using EdgeStream.Analytics;
using EdgeStream.Delivery;
using EdgeStream.Devices;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>The whole configuration, checked. Never changes; a reload makes a new one.</summary>
internal sealed record GatewayConfig
{
    /// <summary>The file it came from; null for the built-in defaults.</summary>
    public required string? File { get; init; }

    /// <summary>The gateway's name.</summary>
    public required string NodeId { get; init; }

    /// <summary>Where everything is stored.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The least important log lines that are written.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Where HTTP listens.</summary>
    public required ListenConfig Http { get; init; }

    /// <summary>Further names under which HTTP answers, with commas in between.</summary>
    public required string HttpHosts { get; init; }

    /// <summary>Where MQTT listens.</summary>
    public required IReadOnlyList<MqttListenerConfig> MqttListeners { get; init; }

    /// <summary>Who may do what at the MQTT server.</summary>
    public required MqttAccessConfig MqttAccess { get; init; }

    /// <summary>Whether MQTT is served at the HTTP port too.</summary>
    public required bool MqttWebSocket { get; init; }

    /// <summary>Whether clients may connect without a name there.</summary>
    public required bool IsHttpAnonymous { get; init; }

    /// <summary>What MQTT clients may use up.</summary>
    public required MqttLimitsConfig MqttLimits { get; init; }

    /// <summary>The Kinesis API.</summary>
    public required KinesisConfig Kinesis { get; init; }

    /// <summary>Where the delivery streams of the Firehose API deliver to.</summary>
    public required FirehoseConfig Firehose { get; init; }

    /// <summary>What the gateway reads itself.</summary>
    public required SensorsConfig Sensors { get; init; }

    /// <summary>How much of the disk the streams may take together.</summary>
    public required StorageLimits Storage { get; init; }

    /// <summary>How many bytes the card may be written in its life; null when that is not known.</summary>
    public required long? EnduranceBytes { get; init; }

    /// <summary>The keys of encrypted logs; null when the file names none.</summary>
    public required LogEncryption? Encryption { get; init; }

    /// <summary>What is allowed and should be looked at, one line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Every stream, the three that always exist included.</summary>
    public required IReadOnlyList<StreamDefinition> Streams { get; init; }

    /// <summary>Other MQTT servers whose messages are taken over.</summary>
    public required IReadOnlyList<MqttSourceConfig> Sources { get; init; }

    /// <summary>The lines with Modbus devices.</summary>
    public required IReadOnlyList<ModbusSourceOptions> ModbusSources { get; init; }

    /// <summary>The sources with sensors of the kernel.</summary>
    public required IReadOnlyList<SensorSourceOptions> SensorSources { get; init; }

    /// <summary>The buffers that are captured.</summary>
    public required IReadOnlyList<IioBufferOptions> BufferSources { get; init; }

    /// <summary>The sources with watched lines.</summary>
    public required IReadOnlyList<GpioSourceOptions> LineSources { get; init; }

    /// <summary>What is said of the devices themselves.</summary>
    public required DevicesConfig Devices { get; init; }

    /// <summary>Which message goes where; the first that matches counts.</summary>
    public required IReadOnlyList<RouteDefinition> Routes { get; init; }

    /// <summary>What raises an alert.</summary>
    public required IReadOnlyList<RuleDefinition> Rules { get; init; }

    /// <summary>The continuous queries.</summary>
    public required IReadOnlyList<QueryDefinition> Queries { get; init; }

    /// <summary>The objects that tables of the queries are made of.</summary>
    public required IReadOnlyList<ObjectTableConfig> ObjectTables { get; init; }

    /// <summary>How people are told of alerts.</summary>
    public required AlertingConfig Alerting { get; init; }

    /// <summary>What is delivered where.</summary>
    public required IReadOnlyList<DeliveryDefinition> Deliveries { get; init; }
}
