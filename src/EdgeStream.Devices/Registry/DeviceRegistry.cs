using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Every device that was seen: by what way, since when, how often, and its last values.</summary>
/// <remarks>
/// Thread-safe. Observing a known device allocates nothing. At most 10,000 devices of ids up to 1,000 bytes; beyond
/// them the one seen longest ago, to a second, is dropped and counted. What is in memory reaches the gateway's state at
/// most every ten seconds, so a power cut may take the counts and values of that time; the records themselves are in
/// their streams.
/// </remarks>
public sealed class DeviceRegistry
{
    /// <summary>The most devices that are kept.</summary>
    public const int DeviceCountMax = 10_000;

    private const int IdSizeBytesMax = 1_000;
    private const int EntriesPerLock = 256;
    private const long WriteIntervalMicroseconds = 10_000_000;

    /// <summary>A device that sends without a pause moves to the front once a second, not with every reading.</summary>
    private const long MoveIntervalMicroseconds = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], Device> _devices = new(new PartitionKeyComparer());
    private readonly Dictionary<byte[], Device>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly LinkedList<Device> _lastSeenFirst = new();
    private readonly HashSet<string> _droppedIds = new(StringComparer.Ordinal);
    private readonly StateStore _state;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly int _deviceCountMax;
    private Timestamp? _lastWrite;
    private long _droppedDevices;
    private bool _writeFailed;

    /// <summary>Loads the devices of the run before.</summary>
    public DeviceRegistry(StateStore state, ILogger<DeviceRegistry> logger)
        : this(state, logger, DeviceCountMax)
    {
    }

    internal DeviceRegistry(StateStore state, ILogger logger, int deviceCountMax)
    {
        _state = state;
        _logger = logger;
        _deviceCountMax = deviceCountMax;
        _lookup = _devices.GetAlternateLookup<ReadOnlySpan<byte>>();
        Load();
    }

    /// <summary>Devices dropped since the start because there were too many.</summary>
    public long DroppedDevices => Volatile.Read(ref _droppedDevices);

    /// <summary>How many devices are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _devices.Count;
            }
        }
    }

    /// <summary>Notes one reading of a device.</summary>
    /// <param name="source">How it came in.</param>
    /// <param name="id">The device id: the record's partition key, in UTF-8.</param>
    /// <param name="data">The record's data; copied.</param>
    /// <param name="now">The gateway's clock.</param>
    public void Observe(DeviceSource source, ReadOnlySpan<byte> id, ReadOnlySpan<byte> data, Timestamp now)
    {
        lock (_lock)
        {
            if (_lookup.TryGetValue(id, out var device))
            {
                MoveToFront(device, now);
            }
            else if (id.Length <= IdSizeBytesMax && Utf8.IsValid(id))
            {
                device = Add(new Device(id.ToArray(), source, now));
                _lastSeenFirst.AddFirst(device.Node);
            }
            else
            {
                return;
            }

            device.Observe(source, data, now);
        }
    }

    /// <summary>All devices, the one seen last first.</summary>
    public IReadOnlyList<DeviceSnapshot> List()
    {
        Device[] devices;
        lock (_lock)
        {
            devices = [.. _lastSeenFirst];
        }

        var snapshots = new List<DeviceSnapshot>(devices.Length);
        foreach (var some in devices.Chunk(EntriesPerLock))
        {
            // A few at a time: readings keep coming in meanwhile.
            lock (_lock)
            {
                snapshots.AddRange(some.Select(device => device.ToSnapshot()));
            }
        }

        snapshots.Sort(static (one, other) => other.LastSeen.CompareTo(one.LastSeen));
        return snapshots;
    }

    /// <summary>Writes what has changed, if the last write is ten seconds ago.</summary>
    /// <remarks>A write that fails is logged and made up for by a later one.</remarks>
    public async ValueTask TickAsync(Timestamp now, CancellationToken cancellationToken = default)
    {
        // A clock that was set back counts as due.
        if (_lastWrite is { } last
            && now >= last
            && now.UnixMicroseconds - last.UnixMicroseconds < WriteIntervalMicroseconds)
        {
            return;
        }

        _lastWrite = now;
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what has changed, now; for a clean stop.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Device[] changed;
            string[] dropped;
            lock (_lock)
            {
                changed = [.. _lastSeenFirst.Where(device => device.IsChanged)];
                dropped = [.. _droppedIds];
            }

            foreach (var some in dropped.Chunk(EntriesPerLock))
            {
                await _state.CommitAsync(DeletionOf(some), cancellationToken).ConfigureAwait(false);
                ForgetDropped(some);
            }

            foreach (var some in changed.Chunk(EntriesPerLock))
            {
                await WriteAsync(some, cancellationToken).ConfigureAwait(false);
            }

            _writeFailed = false;
        }
        catch (IOException exception)
        {
            if (!_writeFailed)
            {
                _writeFailed = true;
                Log.RegistryNotWritten(_logger, exception);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

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

    private void Load()
    {
        var found = new List<DeviceSnapshot>();
        foreach (var (key, entry) in _state.List(DeviceEntryFormat.KeyPrefix))
        {
            var id = key[DeviceEntryFormat.KeyPrefix.Length..];
            if (DeviceEntryFormat.TryRead(id, entry.Span, out var device, out var problem))
            {
                found.Add(device!);
            }
            else
            {
                Log.RegistryEntryUnreadable(_logger, key, problem);
            }
        }

        foreach (var device in found.OrderBy(device => device.LastSeen))
        {
            _lastSeenFirst.AddFirst(Add(new Device(device)).Node);
        }
    }

    private Device Add(Device device)
    {
        if (_devices.Count >= _deviceCountMax && _lastSeenFirst.Last is { } oldest)
        {
            _lastSeenFirst.Remove(oldest);
            _devices.Remove(oldest.Value.Key);
            _droppedIds.Add(Encoding.UTF8.GetString(oldest.Value.Key));
            if (_droppedDevices++ == 0)
            {
                Log.RegistryFull(_logger, _deviceCountMax);
            }
        }

        if (_droppedIds.Count > 0)
        {
            _droppedIds.Remove(Encoding.UTF8.GetString(device.Key));
        }

        _devices.Add(device.Key, device);
        return device;
    }

    private async ValueTask WriteAsync(Device[] devices, CancellationToken cancellationToken)
    {
        var isWritten = false;
        try
        {
            await _state.CommitAsync(TakeChanges(devices), cancellationToken).ConfigureAwait(false);
            isWritten = true;
        }
        finally
        {
            if (!isWritten)
            {
                MarkChanged(devices);
            }
        }
    }

    private StateBatch TakeChanges(Device[] devices)
    {
        var batch = new StateBatch();
        var entry = new ArrayBufferWriter<byte>(256);
        lock (_lock)
        {
            // One that was dropped meanwhile is in no list any more.
            foreach (var device in devices.Where(device => device.Node.List is not null))
            {
                var snapshot = device.ToSnapshot();
                entry.ResetWrittenCount();
                DeviceEntryFormat.Write(snapshot, entry);
                batch.Put(DeviceEntryFormat.KeyPrefix + snapshot.Id, entry.WrittenSpan);
                device.IsChanged = false;
            }
        }

        return batch;
    }

    private void MarkChanged(Device[] devices)
    {
        lock (_lock)
        {
            foreach (var device in devices)
            {
                device.IsChanged = true;
            }
        }
    }

    private static StateBatch DeletionOf(string[] ids)
    {
        var batch = new StateBatch();
        foreach (var id in ids)
        {
            batch.Delete(DeviceEntryFormat.KeyPrefix + id);
        }

        return batch;
    }

    private void ForgetDropped(string[] ids)
    {
        lock (_lock)
        {
            _droppedIds.ExceptWith(ids);
        }
    }
}
