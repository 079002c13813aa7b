using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>The devices that are known, by their ids and by when they were seen last.</summary>
/// <remarks>
/// Not thread-safe: whoever calls holds <see cref="Gate"/>, which guards the devices too. Finding a known device
/// allocates nothing. At most as many devices as it was made for, of ids up to 1,000 bytes; beyond them the one seen
/// longest ago, to a second, is dropped and counted.
/// </remarks>
internal sealed class DeviceTable
{
    private const int IdSizeBytesMax = 1_000;

    /// <summary>A device that sends without a pause moves to the front once a second, not with every reading.</summary>
    private const long MoveIntervalMicroseconds = 1_000_000;

    private readonly Dictionary<byte[], Device> _devices = new(new PartitionKeyComparer());
    private readonly Dictionary<byte[], Device>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly LinkedList<Device> _lastSeenFirst = new();
    private readonly HashSet<string> _removedIds = new(StringComparer.Ordinal);
    private readonly int _countMax;
    private readonly ILogger _logger;
    private long _dropped;

    /// <param name="countMax">The most devices that are kept.</param>
    /// <param name="logger">Told when the first one is dropped.</param>
    internal DeviceTable(int countMax, ILogger logger)
    {
        _countMax = countMax;
        _logger = logger;
        _lookup = _devices.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Held for every call.</summary>
    internal Lock Gate { get; } = new();

    internal int Count => _devices.Count;

    /// <summary>Devices dropped because there were too many. May be asked without the gate.</summary>
    internal long Dropped => Volatile.Read(ref _dropped);

    /// <summary>All of them; their order is exact to a second.</summary>
    internal IReadOnlyCollection<Device> LastSeenFirst => _lastSeenFirst;

    /// <summary>Devices that are no longer known, until <see cref="Forget"/>.</summary>
    internal IReadOnlyCollection<string> RemovedIds => _removedIds;

    internal bool TryGet(ReadOnlySpan<byte> id, [NotNullWhen(true)] out Device? device) =>
        _lookup.TryGetValue(id, out device);

    internal bool TryGet(string id, [NotNullWhen(true)] out Device? device) =>
        _lookup.TryGetValue(Encoding.UTF8.GetBytes(id), out device);

    /// <summary>A device that is seen now; false for one whose id is too long, or no UTF-8.</summary>
    internal bool TryFindOrAdd(
        DeviceSource source, ReadOnlySpan<byte> id, Timestamp now, [NotNullWhen(true)] out Device? device)
    {
        if (_lookup.TryGetValue(id, out device))
        {
            MoveToFront(device, now);
            return true;
        }

        if (id.Length > IdSizeBytesMax || !Utf8.IsValid(id))
        {
            return false;
        }

        device = new Device(id.ToArray(), source, now);
        Add(device);
        return true;
    }

    /// <summary>Adds a device that is not there, as the one seen last.</summary>
    internal void Add(Device device)
    {
        if (_devices.Count >= _countMax && _lastSeenFirst.Last is { } oldest)
        {
            Remove(oldest.Value);
            if (_dropped++ == 0)
            {
                Log.RegistryFull(_logger, _countMax);
            }
        }

        if (_removedIds.Count > 0)
        {
            _removedIds.Remove(Encoding.UTF8.GetString(device.Key));
        }

        _devices.Add(device.Key, device);
        _lastSeenFirst.AddFirst(device.Node);
    }

    internal void Remove(Device device)
    {
        _lastSeenFirst.Remove(device.Node);
        _devices.Remove(device.Key);
        _removedIds.Add(Encoding.UTF8.GetString(device.Key));
    }

    /// <summary>Whether a device that was found before is still known.</summary>
    internal bool Holds(Device device) => device.Node.List == _lastSeenFirst;

    /// <summary>The devices seen since a moment, and perhaps some that were seen up to two seconds before.</summary>
    internal Device[] SeenSince(Timestamp since) =>
    [
        .. _lastSeenFirst.TakeWhile(device =>
            device.LastSeen.UnixMicroseconds >= since.UnixMicroseconds - (2 * MoveIntervalMicroseconds)),
    ];

    /// <summary>Nobody need know any more that these were removed.</summary>
    internal void Forget(string[] removedIds) => _removedIds.ExceptWith(removedIds);

    private void MoveToFront(Device device, Timestamp now)
    {
        var elapsedMicroseconds = now.UnixMicroseconds - device.MovedAt.UnixMicroseconds;
        if (elapsedMicroseconds is >= 0 and < MoveIntervalMicroseconds)
        {
            return;
        }

        device.MovedAt = now;
        _lastSeenFirst.Remove(device.Node);
        _lastSeenFirst.AddFirst(device.Node);
    }
}
