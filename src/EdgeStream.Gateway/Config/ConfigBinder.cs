using System.Net;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the configuration from the values of the file and checks what only shows in their company.</summary>
internal sealed class ConfigBinder(ConfigReader reader, ConfigContext context)
{
    /// <summary>Binds the whole file; errors go to the reader.</summary>
    public GatewayConfig Bind(ConfigValues root, string? file)
    {
        var overrides = context.Overrides;
        var node = root.Section(ConfigKeys.Node.Section);
        var nodeId = node.TextOrNull(ConfigKeys.Node.Id) ?? context.HostName;
        var dataFolder = Path.GetFullPath(
            overrides.DataFolder ?? node.TextOrNull(ConfigKeys.Node.DataFolder) ?? context.DataFolderDefault);
        var http = root.Section(ConfigKeys.Http.Section);
        var mqtt = root.Section(MqttKeys.Section);
        var httpListen = Listen(
            http, ConfigKeys.Http.Address, ConfigKeys.Http.Port, overrides.HttpAddress, overrides.HttpPort);
        var mqttBinder = new MqttBinder(reader, context);
        var access = mqttBinder.BindAccess(mqtt);
        var streams = BindStreams(root);
        var encryption = new EncryptionBinder(reader, context.Environment).Bind(root);
        var names = new StreamReferences(reader, streams);
        var links = new LinkBinder(reader, context, nodeId);
        var sources = links.BindSources(root);
        var deliveries = new DeliveryBinder(reader, names, dataFolder, links).Bind(root);
        SameSession.Check(reader, root, sources, deliveries);
        LoopWarning.Check(reader, root, sources, deliveries);
        var rules = new RuleBinder(reader, names).Bind(root, overrides.Demo);
        var alerting = new AlertingBinder(reader, names, links).Bind(root, rules);
        var queries = new QueryBinder(reader, names);
        var kernel = new KernelBinder(reader, names).Bind(root);
        return new GatewayConfig
        {
            File = file,
            NodeId = nodeId,
            DataFolder = dataFolder,
            LogLevel = LevelOf(root.Section(ConfigKeys.Logs.Section).Text(ConfigKeys.Logs.Level)),
            Http = httpListen,
            HttpHosts = http.Text(ConfigKeys.Http.Hosts),
            MqttListeners = mqttBinder.BindListeners(
                mqtt,
                Listen(mqtt, MqttKeys.Address, MqttKeys.Port, overrides.MqttAddress, overrides.MqttPort),
                access.PasswordFile is not null),
            MqttAccess = access,
            MqttWebSocket = mqtt.Boolean(MqttKeys.WebSocket),
            IsHttpAnonymous = MqttBinder.IsHttpAnonymous(mqtt, httpListen, access.PasswordFile is not null),
            MqttLimits = MqttBinder.BindLimits(mqtt),
            Kinesis = new KinesisBinder(reader, context).Bind(root),
            Firehose = new S3Binder(reader).BindFirehose(root),
            Sensors = BindSensors(root.Section(ConfigKeys.Sensors.Section), nodeId, names),
            Storage = new StorageBinder(reader).Bind(root, streams),
            Encryption = encryption,
            Warnings = reader.Warnings.Count == 0 ? [] : [.. reader.Warnings.Select(warning => warning.ToString())],
            EnduranceBytes = StorageBinder.EnduranceOf(root),
            Streams = streams,
            Sources = sources,
            ModbusSources = new ModbusBinder(reader, names).Bind(root),
            SensorSources = kernel.Sensors,
            BufferSources = kernel.Buffers,
            LineSources = kernel.Lines,
            Devices = DevicesBinder.Bind(reader, root),
            Routes = new RouteBinder(reader, names).Bind(root),
            Rules = rules,
            Alerting = alerting,
            Queries = queries.Bind(root),
            ObjectTables = queries.Objects,
            Deliveries = deliveries,
        };
    }

    private static LogLevel LevelOf(string word) => word switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    private static ListenConfig Listen(
        ConfigValues values, SchemaScalar address, SchemaScalar port, IPAddress? addressOverride, int? portOverride)
    {
        Names.TryParseAddress(values.Text(address), out var parsed);
        return new ListenConfig(addressOverride ?? parsed, portOverride ?? values.Integer(port));
    }

    private SensorsConfig BindSensors(ConfigValues sensors, string nodeId, StreamReferences names)
    {
        var board = sensors.Section(ConfigKeys.Sensors.Board);
        var simulated = sensors.Section(ConfigKeys.Sensors.Simulated);
        return new SensorsConfig
        {
            BoardEnabled = board.Boolean(ConfigKeys.Sensors.BoardEnabled),
            BoardPeriod = board.Duration(ConfigKeys.Sensors.BoardPeriod),
            BoardDevice = board.TextOrNull(ConfigKeys.Sensors.BoardDevice) ?? nodeId,
            BoardStream = names.Check(board, ConfigKeys.Sensors.BoardStream),
            SimulatedEnabled = context.Overrides.Demo || simulated.Boolean(ConfigKeys.Sensors.SimulatedEnabled),
            SimulatedPeriod = simulated.Duration(ConfigKeys.Sensors.SimulatedPeriod),
        };
    }

    private List<StreamDefinition> BindStreams(ConfigValues root)
    {
        var streams = DefaultConfig.Streams.ToList();
        var seen = new UniqueNames(reader, "stream");
        foreach (var item in root.List(ConfigKeys.Streams.List) ?? [])
        {
            var name = item.Text(ConfigKeys.Streams.Name);
            if (!seen.Add(item, ConfigKeys.Streams.Name))
            {
                continue;
            }

            var index = streams.FindIndex(stream => stream.Name == name);
            var definition = BindStream(item, index < 0 ? new StreamDefinition { Name = name } : streams[index]);
            if (index < 0)
            {
                streams.Add(definition);
            }
            else
            {
                streams[index] = definition;
            }
        }

        return streams;
    }

    /// <summary>Takes what the entry says and leaves the rest as the default stream of that name, or any stream, has
    /// it.</summary>
    private static StreamDefinition BindStream(ConfigValues item, StreamDefinition start)
    {
        var durability = start.Durability;
        if (item.Has(ConfigKeys.Streams.Durability))
        {
            Durability.TryParse(item.Text(ConfigKeys.Streams.Durability), out durability);
        }

        return start with
        {
            ShardCount = item.Has(ConfigKeys.Streams.Shards)
                ? item.Integer(ConfigKeys.Streams.Shards) : start.ShardCount,
            RetentionAge = item.Has(ConfigKeys.Streams.RetentionAge)
                ? item.Duration(ConfigKeys.Streams.RetentionAge) : start.RetentionAge,
            RetentionBytes = item.Has(ConfigKeys.Streams.RetentionBytes)
                ? item.Size(ConfigKeys.Streams.RetentionBytes) : start.RetentionBytes,
            SegmentSizeBytes = item.Has(ConfigKeys.Streams.SegmentSize)
                ? (int)item.Size(ConfigKeys.Streams.SegmentSize) : start.SegmentSizeBytes,
            Durability = durability,
            Priority = item.Has(ConfigKeys.Streams.Priority)
                ? PriorityOf(item.Text(ConfigKeys.Streams.Priority)) : start.Priority,
            WhenFull = !item.Has(ConfigKeys.Streams.WhenFull) ? start.WhenFull
                : item.Text(ConfigKeys.Streams.WhenFull) == "drop-oldest" ? WhenFull.DropOldest : WhenFull.Reject,
            ProtectUndelivered = item.Has(ConfigKeys.Streams.ProtectUndelivered)
                ? item.Boolean(ConfigKeys.Streams.ProtectUndelivered) : start.ProtectUndelivered,
            Compression = item.Has(ConfigKeys.Streams.Compression)
                ? CompressionOf(item.Text(ConfigKeys.Streams.Compression)) : start.Compression,
            Deduplication = item.Has(ConfigKeys.Streams.Deduplication)
                ? item.Boolean(ConfigKeys.Streams.Deduplication) : start.Deduplication,
            DeduplicationProducersMax = item.Has(ConfigKeys.Streams.DeduplicationProducers)
                ? item.Integer(ConfigKeys.Streams.DeduplicationProducers) : start.DeduplicationProducersMax,
        };
    }

    private static SegmentCompression CompressionOf(string word) => word switch
    {
        "auto" => SegmentCompression.Auto,
        "brotli" => SegmentCompression.Brotli,
        _ => SegmentCompression.None,
    };

    private static StreamPriority PriorityOf(string word) => word switch
    {
        "low" => StreamPriority.Low,
        "high" => StreamPriority.High,
        _ => StreamPriority.Normal,
    };
}
