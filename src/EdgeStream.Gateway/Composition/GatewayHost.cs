using System.Net;
using EdgeStream.Analytics;
using EdgeStream.Delivery;
using EdgeStream.Devices;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Discovery;
using EdgeStream.Gateway.Http;
using EdgeStream.Gateway.Live;
using EdgeStream.Gateway.Logging;
using EdgeStream.Gateway.Sources;
using EdgeStream.Gateway.Wear;
using EdgeStream.Kinesis;
using EdgeStream.Mqtt;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>A running gateway: every room wired to the others.</summary>
/// <remarks>
/// Starts in the order of the data path, so that nothing is accepted before it can be stored: store, ingest, rules,
/// deliveries, sensors, sources, ports. Stops in the opposite order, each part within its own bound, ten seconds in
/// all.
/// </remarks>
internal sealed class GatewayHost : IAsyncDisposable
{
    private static readonly TimeSpan LoopStopTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StoreStopTime = TimeSpan.FromSeconds(5);

    private readonly StopStack _stops;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceNotifier _notifier;
    private readonly ILogger<GatewayHost> _logger;
    private readonly GatewayStart _start;
    private Listeners? _listeners;
    private Reloader? _reloader;

    private GatewayHost(GatewayStart start)
    {
        _start = start;
        _logger = start.Loggers.CreateLogger<GatewayHost>();
        _stops = new StopStack(start.Time, _logger);
        _notifier = new ServiceNotifier(
            start.NotifySocket, start.WatchdogMicroseconds, start.Loggers.CreateLogger<ServiceNotifier>());
    }

    /// <summary>What the gateway is made of.</summary>
    public GatewayParts Parts { get; private set; } = null!;

    /// <summary>Where HTTP listens.</summary>
    public IPEndPoint HttpEndpoint => _listeners!.Http;

    /// <summary>Where MQTT listens first, of the listeners that have a port.</summary>
    public IPEndPoint MqttEndpoint => _listeners!.Mqtt;

    /// <summary>Starts everything and completes when both ports accept.</summary>
    /// <exception cref="StartException">Something cannot be as configured; nothing is left running.</exception>
    public static async Task<GatewayHost> StartAsync(GatewayStart start)
    {
        var host = new GatewayHost(start);
        try
        {
            await host.StartPartsAsync();
            return host;
        }
        catch (Exception error)
        {
            await host._stops.StopAsync();
            throw StartException.Of(error);
        }
    }

    /// <summary>Reads the configuration again and applies what can be applied; see <see cref="Reloader"/>.</summary>
    public Task ReloadAsync() => _reloader!.ReloadAsync();

    /// <summary>Stops everything; what was accepted is on disk afterwards.</summary>
    public async Task StopAsync(string reason)
    {
        _logger.Stopping(reason);
        await _stopping.CancelAsync();
        if (_reloader is not null)
        {
            await _reloader.StopAsync(LoopStopTime);
        }

        _notifier.Stopping();
        await _stops.StopAsync();
        _logger.Stopped();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await StopAsync("disposed");
        }

        _notifier.Dispose();
        _stopping.Dispose();
    }

    private async Task StartPartsAsync()
    {
        var began = _start.Time.GetTimestamp();
        foreach (var warning in _start.Config.Warnings)
        {
            _logger.ConfigurationWarning(warning);
        }

        var store = OpenStore();
        await CreateStreamsAsync(store);
        Parts = CreateParts(store);
        await StartPipelineAsync();
        await StartSensorsAsync();
        _stops.Push("sources", LoopStopTime * 2, () => Parts.Sources.DisposeAsync().AsTask());
        await Parts.Sources.UseAsync(_start.Config.Sources);

        var live = new LiveHub(Parts, Logger<LiveHub>());
        _stops.PushLoop("live feed", LoopStopTime, live.RunAsync);
        _stops.PushLoop("heartbeat", LoopStopTime, new Heartbeat(Parts, _notifier, Logger<Heartbeat>()).RunAsync);
        _stops.PushLoop("Home Assistant discovery", LoopStopTime, Parts.Discovery.RunAsync);
        _reloader = new Reloader(_start, Parts, _notifier, Logger<Reloader>());
        await ListenAsync(live);
        _logger.Started((long)_start.Time.GetElapsedTime(began).TotalMilliseconds, _start.Config.DataFolder);
        _notifier.Ready($"Dashboard on http://{HttpEndpoint}, MQTT on {string.Join(", ", Parts.MqttEndpoints)}");
    }

    private StreamStore OpenStore()
    {
        var folder = _start.Config.DataFolder;
        try
        {
            var store = StreamStore.Open(
                new StreamStoreOptions
                {
                    Folder = folder,
                    Disk = _start.Disk,
                    Limits = _start.Config.Storage,
                    Encryption = _start.Config.Encryption,
                },
                _start.Time);
            _stops.Push("store", StoreStopTime, () => Task.Run(() => store.DisposeAsync().AsTask()));
            foreach (var finding in store.RecoveryFindings)
            {
                _logger.RecoveryFinding(finding);
            }

            return store;
        }
        catch (EncryptionKeyException missing)
        {
            throw new StartException(
                ExitCode.Config, $"{missing.Message} (Keys are named by 'storage.encryption.keys'.)", missing);
        }
        catch (Exception error) when (StartException.IsOfDisk(error))
        {
            throw new StartException(ExitCode.InputOutput,
                $"The data folder {folder} cannot be used: {error.Message} (Named by --data or "
                    + "'node.dataFolder'.)",
                error);
        }
    }

    private async Task CreateStreamsAsync(StreamStore store)
    {
        var told = store.RecoveryFindings.Count;
        await CreateConfiguredAsync(store);
        for (; told < store.RecoveryFindings.Count; told++)
        {
            _logger.RecoveryFinding(store.RecoveryFindings[told]);
        }
    }

    private async Task CreateConfiguredAsync(StreamStore store)
    {
        foreach (var definition in _start.Config.Streams)
        {
            try
            {
                await store.CreateOrUpdateAsync(definition);
            }
            catch (InvalidOperationException error) when (store.TryGet(definition.Name, out var existing))
            {
                throw new StartException(
                    ExitCode.Config,
                    $"The stream '{definition.Name}' cannot be as configured: 'shards' is {definition.ShardCount}, "
                        + $"and the stream was made with {existing.Definition.ShardCount}, which is fixed. Put that "
                        + "number back (splits and merges change the shards all the same), or configure a stream of "
                        + "another name.",
                    error);
            }
            catch (ArgumentException error)
            {
                throw new StartException(
                    ExitCode.Config, $"The stream '{definition.Name}' cannot be as configured: {error.Message}", error);
            }
            catch (Exception error) when (StartException.IsOfDisk(error))
            {
                throw new StartException(
                    ExitCode.InputOutput, $"The stream '{definition.Name}' cannot be made: {error.Message}", error);
            }
        }
    }

    private GatewayParts CreateParts(StreamStore store)
    {
        var time = _start.Time;
        var registry = new DeviceRegistry(store.State, Logger<DeviceRegistry>());
        var commands = new DeviceCommands();
        var memory = new DialectMemory(store.State, commands, Logger<DialectMemory>());
        var ingest = new IngestFront(store, registry, _start.Config.Routes, time, Logger<IngestPipeline>(), memory);
        registry.ConfiguredAliases = _start.Config.Devices.Aliases;
        var twins = new TwinFront(new DeviceTwins(store.State, time, Logger<DeviceTwins>()));
        var birth = new HomeAssistantBirth();
        var doors = new MqttDoors(_start.Config, time, Logger<MqttDoors>());
        var broker = new MqttBroker(
            new MqttIngest(ingest, twins, birth, time, _stopping.Token), BrokerOptionsOf(_start.Config.MqttLimits),
            new MqttState(store.State), time, Logger<MqttBroker>(), doors.Authenticator);
        doors.Attach(broker);
        var sources = new SourceFront(ingest, store, time, _start.Loggers);
        commands.Attach(broker, sources);
        store.TryGet(StreamNames.Alerts, out var alerts);
        var desk = new AlertDesk(store.State, time);
        return new GatewayParts(_start.Config)
        {
            Store = store,
            Alerts = alerts!,
            Devices = registry,
            Twins = twins,
            Discovery = new DiscoveryFront(registry, store.State, broker, birth, _start.Config, time),
            Ingest = ingest,
            Broker = broker,
            Doors = doors,
            Queries = new QueryFront(
                store, new ObjectTables(store.State, time, Logger<ObjectTables>()), time, Logger<QueryEngine>()),
            Rules = new RuleFront(store, new MqttAlerts(broker, desk), time, Logger<RuleEngine>()),
            Alerting = new AlertFront(store, broker, desk, _start.Config.NodeId, time, _start.Loggers),
            Sources = sources,
            Deliveries = new DeliveryFront(store, time, _start.Loggers),
            Rates = new StreamRates(store, time),
            Wear = new WearMeter(
                time, store.State, new KernelWearSource(_start.Config.DataFolder), () => store.PayloadBytes),
            Evictions = new EvictionWatch(time),
            Loops = _stops.Loops,
            Time = time,
            StartStamp = time.GetTimestamp(),
            Stopping = _stopping.Token,
        };
    }

    private static MqttBrokerOptions BrokerOptionsOf(MqttLimitsConfig limits) => new()
    {
        PacketSizeBytesMax = limits.PacketSizeMax,
        ReceiveMaximum = limits.ReceiveMaximum,
        QueuedMessagesMax = limits.SessionQueueMax,
        QueuedBytesMax = limits.SessionQueueBytesMax,
        SessionExpirySecondsMax = (uint)limits.SessionExpiryMax.TotalSeconds,
        SessionsMax = limits.SessionsMax,
        RetainedMessagesMax = limits.RetainedMax,
        RetainedBytesMax = limits.RetainedBytesMax,
        SubscriptionsPerSessionMax = limits.SubscriptionsPerSessionMax,
        TopicAliasMaximum = (ushort)limits.TopicAliasMaximum,
        KeepAliveSecondsMax = (ushort)Math.Ceiling(limits.KeepAliveMax.TotalSeconds),
        SysTopicsInterval = limits.SysTopicsInterval,
        IsUserNameClientId = limits.UseUsernameAsClientId,
        InFlightBytesMax = limits.InFlightBytesMax,
        SendMaximum = limits.SendMaximum,
        QueuedBytesTotalMax = limits.QueueBytesTotalMax,
        ConnectionsMax = limits.ConnectionsMax,
        ConnectionsPerAddressMax = limits.ConnectionsPerAddressMax,
        PublishesPerSecondMax = limits.PublishRateMax,
        PublishBytesPerSecondMax = limits.PublishBytesRateMax,
        ConnectTimeout = limits.ConnectTimeout,
        PacketTimeout = limits.PacketTimeout,
        ConnectBytesTotalMax = limits.ConnectBytesTotalMax,
        ResponseInformation = limits.ResponseInformation is { Length: > 0 } text ? text : null,
    };

    /// <summary>From the door inwards, each after what it hands its records to.</summary>
    private async Task StartPipelineAsync()
    {
        _stops.Push("wear figures", LoopStopTime, () => Parts.Wear.SaveAsync());
        _stops.Push("device registry", LoopStopTime, () => Parts.Devices.FlushAsync().AsTask());
        _stops.Push("ingest", LoopStopTime, () => Parts.Ingest.DisposeAsync().AsTask());
        _stops.Push("MQTT broker", LoopStopTime * 2, () => Parts.Broker.DisposeAsync().AsTask());
        Parts.Broker.Start();
        Parts.Twins.Attach(Parts.Broker);
        _stops.Push("rules", LoopStopTime * 2, () => Parts.Rules.DisposeAsync().AsTask());
        await StartException.ExplainAsync("rules", () => Parts.Rules.UseAsync(
            _start.Config.Rules, _start.Config.Alerting.Flapping));
        _stops.Push("alert actions", LoopStopTime, () => Parts.Alerting.DisposeAsync().AsTask());
        await StartException.ExplainAsync("alert actions", () => Parts.Alerting.UseAsync(_start.Config.Alerting));
        await ForgetAcknowledgedAsync();
        _stops.Push("queries", LoopStopTime * 2, () => Parts.Queries.DisposeAsync().AsTask());
        await StartException.ExplainAsync("queries", () => Parts.Queries.UseAsync(
            _start.Config.Queries, _start.Config.ObjectTables));
        _stops.Push(
            "deliveries", DeliveryEngine.StopBound + LoopStopTime, () => Parts.Deliveries.DisposeAsync().AsTask());
        await StartException.ExplainAsync("deliveries", () => Parts.Deliveries.UseAsync(_start.Config.Deliveries));
        Parts.Firehose = await FirehoseService.OpenAsync(
            Parts.Store, Parts.Deliveries, FirehoseDoor.OptionsOf(_start.Config), _start.Time,
            Logger<FirehoseService>());
        _stops.Push("delivery streams", LoopStopTime, () => Parts.Firehose.DisposeAsync().AsTask());
    }

    /// <summary>An alert that is over needs nobody to take care of it.</summary>
    private async Task ForgetAcknowledgedAsync()
    {
        var firing = Parts.Rules.Alerts.Where(static alert => alert.State == AlertState.Firing)
            .Select(static alert => alert.Id).ToHashSet(StringComparer.Ordinal);
        await Parts.Alerting.Desk.KeepAsync(firing);
    }

    private async Task StartSensorsAsync()
    {
        var sensors = new SensorFront(
            _start.Config, Parts.Store, Parts.Devices, _start.Time, _start.Loggers, _stops.Loops);
        _stops.Push("sensors", LoopStopTime, () =>
        {
            sensors.Dispose();
            return Task.CompletedTask;
        });
        foreach (var (part, run) in sensors.Loops)
        {
            _stops.PushLoop(part, LoopStopTime, run);
        }

        _stops.Push("local sources", LoopStopTime * 2, () => sensors.Local.DisposeAsync().AsTask());
        await sensors.Local.UseAsync(_start.Config);
        Parts.Sensors = sensors;
    }

    /// <summary>Opens the ports, HTTP's last: whoever waits for <c>/health</c> finds all of them.</summary>
    private async Task ListenAsync(LiveHub live)
    {
        if (await KinesisDoor.StartAsync(
            _start.Config, Parts.Store, Parts.Firehose, _start.Time, _start.Loggers) is { } kinesis)
        {
            Parts.Kinesis = kinesis;
            _stops.PushLoop("Kinesis files", LoopStopTime, kinesis.RunAsync);
            _stops.Push("Kinesis API", LoopStopTime * 3, () => kinesis.DisposeAsync().AsTask());
        }

        _stops.PushLoop("MQTT files", LoopStopTime, Parts.Doors.RunAsync);
        var tails = new StreamTailEndpoint(Parts);
        var metrics = new MetricsEndpoint(Parts, live, tails);
        var router = new Http.Router(Parts, live, tails, metrics, Logger<Http.Router>());
        _listeners = await Listeners.StartAsync(
            _start.Config, router.HandleAsync, Parts.Doors, _start.Loggers);
        Parts.MqttEndpoints = _listeners.MqttUrls;
        _stops.Push("listeners", LoopStopTime * 3, StopListeningAsync);
    }

    /// <summary>MQTT clients are told that the server stops and hung up on first: the ports wait for them to
    /// go.</summary>
    private async Task StopListeningAsync()
    {
        var closing = Parts.Broker.DisposeAsync().AsTask();
        await _listeners!.DisposeAsync();
        await closing;
    }

    private ILogger<T> Logger<T>() => _start.Loggers.CreateLogger<T>();
}
