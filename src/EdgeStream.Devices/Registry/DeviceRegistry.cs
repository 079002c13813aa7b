using System.Buffers;
using System.Diagnostics.CodeAnalysis;
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
/// their streams. Numbers that devices give their messages are compared within one run of the gateway.
/// </remarks>
public sealed class DeviceRegistry
{
    /// <summary>The most devices that are kept.</summary>
    public const int DeviceCountMax = 10_000;

    /// <summary>The longest name that somebody may give a device, in bytes of UTF-8.</summary>
    public const int AliasSizeBytesMax = 256;

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
    private IReadOnlyDictionary<string, string> _aliases = new Dictionary<string, string>();
    private Timestamp? _lastWrite;
    private long _droppedDevices;
    private long _missingMessages;
    private long _repeatedMessages;
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

    /// <summary>Messages that were missing since the start, by the devices' own counters.</summary>
    public long MissingMessages => Volatile.Read(ref _missingMessages);

    /// <summary>Messages that came more than once since the start, by the devices' own counters or their producers'
    /// numbers.</summary>
    public long RepeatedMessages => Volatile.Read(ref _repeatedMessages);

    /// <summary>Names by device that count before those that are set here; they may be replaced at any time.</summary>
    public IReadOnlyDictionary<string, string> ConfiguredAliases
    {
        get => Volatile.Read(ref _aliases);
        set => Volatile.Write(ref _aliases, value);
    }

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
    public void Observe(DeviceSource source, ReadOnlySpan<byte> id, ReadOnlySpan<byte> data, Timestamp now) =>
        Observe(source, id, data, now, default);

    /// <summary>Notes one reading of a device, and what else its message tells of it.</summary>
    internal void Observe(
        DeviceSource source, ReadOnlySpan<byte> id, ReadOnlySpan<byte> data, Timestamp now, scoped in DeviceNote note)
    {
        lock (_lock)
        {
            if (!TryFindOrAdd(source, id, now, out var device))
            {
                return;
            }

            if (note.Stated is { } stated)
            {
                device.NoteTime(stated, now);
            }

            if (note.Counter is { } number)
            {
                Note(device.Counter.Take(number));
            }

            device.Observe(source, data, now, note);
        }
    }

    /// <summary>Notes a record of a device that was recognised as one that is there already.</summary>
    internal void NoteRepeated(ReadOnlySpan<byte> id)
    {
        lock (_lock)
        {
            if (_lookup.TryGetValue(id, out var device))
            {
                device.NoteRepeated();
                _repeatedMessages++;
            }
        }
    }

    /// <summary>Notes the number, of eight bits, that a device gave a message.</summary>
    /// <param name="source">How it came in.</param>
    /// <param name="id">The device.</param>
    /// <param name="number">The number.</param>
    /// <param name="begins">Whether the device begins to count with it.</param>
    /// <param name="now">The gateway's clock.</param>
    internal void NoteNumber(DeviceSource source, ReadOnlySpan<byte> id, byte number, bool begins, Timestamp now)
    {
        lock (_lock)
        {
            if (!TryFindOrAdd(source, id, now, out var device))
            {
                return;
            }

            if (begins)
            {
                device.Counter.Begin();
            }

            Note(device.Counter.TakeByte(number));
            device.IsChanged = true;
        }
    }

    /// <summary>Notes a time that a device states, before what becomes of it is decided.</summary>
    internal void NoteTime(DeviceSource source, ReadOnlySpan<byte> id, Timestamp stated, Timestamp now)
    {
        lock (_lock)
        {
            if (TryFindOrAdd(source, id, now, out var device))
            {
                device.NoteTime(stated, now);
            }
        }
    }

    /// <summary>How far a device's own clock is ahead, in microseconds; null where that is not known.</summary>
    internal long? ClockOffsetOf(ReadOnlySpan<byte> id)
    {
        lock (_lock)
        {
            return _lookup.TryGetValue(id, out var device) ? device.ClockOffsetMicroseconds : null;
        }
    }

    /// <summary>How many devices' own clocks are off by more than five seconds, and one of them.</summary>
    public (int Count, string? Example) FindClocksOff()
    {
        var count = 0;
        byte[]? example = null;
        lock (_lock)
        {
            foreach (var device in _lastSeenFirst)
            {
                if (Math.Abs(device.ClockOffsetMicroseconds ?? 0) > DeviceClock.ToleranceMicroseconds)
                {
                    count++;
                    example ??= device.Key;
                }
            }
        }

        return (count, example is null ? null : Encoding.UTF8.GetString(example));
    }

    /// <summary>Whether a device is known.</summary>
    public bool Knows(string id)
    {
        lock (_lock)
        {
            return _lookup.ContainsKey(Encoding.UTF8.GetBytes(id));
        }
    }

    /// <summary>One device; null where it is not known.</summary>
    public DeviceSnapshot? Find(string id)
    {
        lock (_lock)
        {
            return _lookup.TryGetValue(Encoding.UTF8.GetBytes(id), out var device) ? SnapshotOf(device) : null;
        }
    }

    /// <summary>Gives a device a name; an empty one takes it away. Durable when it completes, or logged that it is
    /// not.</summary>
    /// <returns>Whether the device is known.</returns>
    /// <exception cref="ArgumentException">The name is longer than 256 bytes.</exception>
    public async ValueTask<bool> SetAliasAsync(string id, string alias, CancellationToken cancellationToken = default)
    {
        if (Encoding.UTF8.GetByteCount(alias) > AliasSizeBytesMax)
        {
            throw new ArgumentException($"The name is longer than {AliasSizeBytesMax} bytes.", nameof(alias));
        }

        lock (_lock)
        {
            if (!_lookup.TryGetValue(Encoding.UTF8.GetBytes(id), out var device))
            {
                return false;
            }

            device.Alias = alias;
            device.IsChanged = true;
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Forgets a device, whose next reading is then its first. Durable when it completes, or logged that it is
    /// not.</summary>
    /// <returns>Whether it was known.</returns>
    public async ValueTask<bool> ForgetAsync(string id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_lookup.TryGetValue(Encoding.UTF8.GetBytes(id), out var device))
            {
                return false;
            }

            Remove(device);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The newest records of the devices that were seen since a moment.</summary>
    /// <param name="since">By the gateway's clock.</param>
    /// <param name="take">Given each device and its record of at most 8 KiB, a copy; larger ones are left out.</param>
    public void ReadSince(Timestamp since, Action<DeviceSnapshot, byte[]> take)
    {
        Device[] devices;
        lock (_lock)
        {
            // Their order is exact to a second.
            devices = [.. _lastSeenFirst.TakeWhile(device =>
                device.LastSeen.UnixMicroseconds >= since.UnixMicroseconds - (2 * MoveIntervalMicroseconds))];
        }

        foreach (var device in devices)
        {
            DeviceSnapshot snapshot;
            byte[] reading;
            lock (_lock)
            {
                if (device.LastSeen < since || device.Reading.IsEmpty || device.Node.List is null)
                {
                    continue;
                }

                (snapshot, reading) = (SnapshotOf(device), device.Reading.ToArray());
            }

            take(snapshot, reading);
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
                snapshots.AddRange(some.Select(SnapshotOf));
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

    private bool TryFindOrAdd(
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

        device = Add(new Device(id.ToArray(), source, now));
        _lastSeenFirst.AddFirst(device.Node);
        return true;
    }

    private DeviceSnapshot SnapshotOf(Device device) => device.ToSnapshot(
        ConfiguredAliases is { Count: > 0 } aliases ? aliases.GetValueOrDefault(Encoding.UTF8.GetString(device.Key))
        : null);

    private void Note(MessageCounter.Counted counted)
    {
        _missingMessages += counted.Missing;
        _repeatedMessages += counted.IsRepeated ? 1 : 0;
    }

    private void Remove(Device device)
    {
        _lastSeenFirst.Remove(device.Node);
        _devices.Remove(device.Key);
        _droppedIds.Add(Encoding.UTF8.GetString(device.Key));
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
            Remove(oldest.Value);
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
                var snapshot = device.ToSnapshot(alias: null);
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
