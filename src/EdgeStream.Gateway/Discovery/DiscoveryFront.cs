using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Discovery;

/// <summary>Announces devices to Home Assistant over the gateway's own MQTT server, and tells it their
/// values.</summary>
/// <remarks>
/// Once a second: a device that was seen is announced (retained, a component for each number and boolean), and its
/// newest values are published under <c>edgestream/devices/</c>; again when Home Assistant has started, so that they
/// need not be retained, which would wear the disk. Whether it is there is retained: it is offline when it says so
/// (<c>online</c>), or was silent for five of its usual intervals, and five minutes, to ten seconds. A device that the
/// registry forgets, that is no longer among the configured ones, or that was announced below another prefix or by
/// another name of the gateway, is taken back, also when that happened while the gateway was down. Devices that
/// announced themselves to Home Assistant are left to themselves. What is published here is not taken in, so nothing
/// comes back as a device.
/// </remarks>
internal sealed class DiscoveryFront(
    DeviceRegistry registry, StateStore state, MqttBroker broker, HomeAssistantBirth birth, GatewayConfig start,
    TimeProvider time)
{
    private const int SilentIntervals = 5;
    private const int LookTicks = 10;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilenceMin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnknownSilence = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DiscoveredDevice> _devices = new(StringComparer.Ordinal);
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);
    private volatile HomeAssistantConfig _config = start.Devices.HomeAssistant;
    private HomeAssistantConfig? _used;
    private Timestamp _readSince;
    private int _ticks;

    /// <summary>What is told; counts from the next second on.</summary>
    public HomeAssistantConfig Config
    {
        get => _config;
        set => _config = value;
    }

    /// <summary>Tells until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await TickAsync();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Tells what there is to tell now.</summary>
    public async Task TickAsync()
    {
        var now = Timestamp.From(time.GetUtcNow());
        if (_used is null)
        {
            Remember();
        }

        var config = _config;
        var isLookDue = config != _used || _ticks++ % LookTicks == 0;
        if (config != _used)
        {
            _used = config;
            _devices.Clear();
            _readSince = default;
        }

        if (isLookDue)
        {
            await TakeBackAsync(config);
        }

        if (!config.IsEnabled)
        {
            return;
        }

        if (birth.Take())
        {
            RepeatStates();
        }

        var seen = new List<(DeviceSnapshot Device, byte[] Record)>();
        registry.ReadSince(_readSince, (device, record) => seen.Add((device, record)));
        _readSince = now;
        foreach (var (device, record) in seen)
        {
            if (IsWanted(config, device))
            {
                await TellAsync(config, device, record);
            }
        }

        if (isLookDue)
        {
            TellSilence(now);
        }
    }

    private void RepeatStates()
    {
        foreach (var told in _devices.Values)
        {
            Publish(told.StateTopic, told.State().Span, isRetained: false);
        }
    }

    /// <summary>What was announced before this start.</summary>
    private void Remember()
    {
        foreach (var (key, _) in state.List(DiscoveryFormat.KeyPrefix))
        {
            _announced.Add(key);
        }
    }

    private static bool IsWanted(HomeAssistantConfig config, DeviceSnapshot device)
    {
        if (config.Only.Length == 0)
        {
            return device.Dialect != "homeassistant";
        }

        foreach (var pattern in config.Only.Split('\n'))
        {
            if (pattern.EndsWith('*')
                ? device.Id.StartsWith(pattern[..^1], StringComparison.Ordinal) : device.Id == pattern)
            {
                return true;
            }
        }

        return false;
    }

    private async Task TellAsync(HomeAssistantConfig config, DeviceSnapshot device, byte[] record)
    {
        if (!_devices.TryGetValue(device.Id, out var told))
        {
            var objectId = DiscoveredDevice.ObjectIdOf(start.NodeId, device.Id);
            _devices.Add(device.Id, told = new DiscoveredDevice(objectId, device.Id, config.Prefix));
        }

        var (isNews, hasValues) = told.Take(device, record);
        if (isNews)
        {
            // Remembered before it is told: what is told can always be taken back.
            var key = DiscoveryFormat.KeyPrefix + told.ObjectId;
            if (_announced.Add(key))
            {
                await state.CommitAsync(new StateBatch().Put(key, DiscoveryFormat.Write(config.Prefix, device.Id)));
            }

            Publish(told.ConfigTopic, told.Announcement().Span);
        }

        if (hasValues)
        {
            TellOnline(told, !told.SaysOffline);
            Publish(told.StateTopic, told.State().Span, isRetained: false);
        }
    }

    private void TellOnline(DiscoveredDevice told, bool isOnline)
    {
        if (told.IsOnline != isOnline)
        {
            told.IsOnline = isOnline;
            Publish(told.AvailabilityTopic, isOnline ? "online"u8 : "offline"u8);
        }
    }

    private void TellSilence(Timestamp now)
    {
        foreach (var told in _devices.Values.ToArray())
        {
            if (registry.Find(told.Id) is not { } device)
            {
                _devices.Remove(told.Id);
                continue;
            }

            var usual = device.IntervalMicroseconds > 0
                ? TimeSpan.FromMicroseconds(device.IntervalMicroseconds * SilentIntervals) : UnknownSilence;
            var limit = usual > SilenceMin ? usual : SilenceMin;
            var silence = TimeSpan.FromMicroseconds(now.UnixMicroseconds - device.LastSeen.UnixMicroseconds);
            TellOnline(told, silence < limit && !told.SaysOffline);
        }
    }

    /// <summary>Takes back what is not to be told any more.</summary>
    private async Task TakeBackAsync(HomeAssistantConfig config)
    {
        foreach (var key in _announced.ToArray())
        {
            var isKnown = state.TryGet(key, out var entry);
            var isRead = DiscoveryFormat.TryRead(entry.Span, out var prefix, out var id);
            var objectId = key[DiscoveryFormat.KeyPrefix.Length..];
            if (isKnown && isRead && config.IsEnabled && prefix == config.Prefix
                && objectId == DiscoveredDevice.ObjectIdOf(start.NodeId, id)
                && registry.Find(id) is { } device && IsWanted(config, device))
            {
                continue;
            }

            if (isRead)
            {
                var told = new DiscoveredDevice(objectId, id, prefix);
                _devices.Remove(id);
                Publish(told.ConfigTopic, default);
                Publish(told.AvailabilityTopic, default);
            }

            // Forgotten after it is taken back: a start in between does it again.
            await state.CommitAsync(new StateBatch().Delete(key));
            _announced.Remove(key);
        }
    }

    private void Publish(string topic, ReadOnlySpan<byte> payload, bool isRetained = true) =>
        broker.Publish(topic, payload, MqttQos.AtLeastOnce, isRetained);
}
