using System.Text;
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

    private const int SnapshotsAtOnce = 256;

    private readonly DeviceTable _table;
    private readonly DeviceEntries _entries;
    private IReadOnlyDictionary<string, string> _aliases = new Dictionary<string, string>();
    private long _missingMessages;
    private long _repeatedMessages;

    /// <summary>Loads the devices of the run before.</summary>
    public DeviceRegistry(StateStore state, ILogger<DeviceRegistry> logger)
        : this(state, logger, DeviceCountMax)
    {
    }

    internal DeviceRegistry(StateStore state, ILogger logger, int deviceCountMax)
    {
        _table = new DeviceTable(deviceCountMax, logger);
        _entries = new DeviceEntries(state, _table, logger);
        _entries.Load();
    }

    /// <summary>Devices dropped since the start because there were too many.</summary>
    public long DroppedDevices => _table.Dropped;

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
            lock (_table.Gate)
            {
                return _table.Count;
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
        lock (_table.Gate)
        {
            if (!_table.TryFindOrAdd(source, id, now, out var device))
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
        lock (_table.Gate)
        {
            if (_table.TryGet(id, out var device))
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
        lock (_table.Gate)
        {
            if (!_table.TryFindOrAdd(source, id, now, out var device))
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
        lock (_table.Gate)
        {
            if (_table.TryFindOrAdd(source, id, now, out var device))
            {
                device.NoteTime(stated, now);
            }
        }
    }

    /// <summary>How far a device's own clock is ahead, in microseconds; null where that is not known.</summary>
    internal long? ClockOffsetOf(ReadOnlySpan<byte> id)
    {
        lock (_table.Gate)
        {
            return _table.TryGet(id, out var device) ? device.ClockOffsetMicroseconds : null;
        }
    }

    /// <summary>How many devices' own clocks are off by more than five seconds, and one of them.</summary>
    public (int Count, string? Example) FindClocksOff()
    {
        var count = 0;
        byte[]? example = null;
        lock (_table.Gate)
        {
            foreach (var device in _table.LastSeenFirst)
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
        lock (_table.Gate)
        {
            return _table.TryGet(id, out _);
        }
    }

    /// <summary>One device; null where it is not known.</summary>
    public DeviceSnapshot? Find(string id)
    {
        lock (_table.Gate)
        {
            return _table.TryGet(id, out var device) ? SnapshotOf(device) : null;
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

        lock (_table.Gate)
        {
            if (!_table.TryGet(id, out var device))
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
        lock (_table.Gate)
        {
            if (!_table.TryGet(id, out var device))
            {
                return false;
            }

            _table.Remove(device);
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
        lock (_table.Gate)
        {
            devices = _table.SeenSince(since);
        }

        foreach (var device in devices)
        {
            DeviceSnapshot snapshot;
            byte[] reading;
            lock (_table.Gate)
            {
                if (device.LastSeen < since || device.Reading.IsEmpty || !_table.Holds(device))
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
        lock (_table.Gate)
        {
            devices = [.. _table.LastSeenFirst];
        }

        var snapshots = new List<DeviceSnapshot>(devices.Length);
        foreach (var some in devices.Chunk(SnapshotsAtOnce))
        {
            // A few at a time: readings keep coming in meanwhile.
            lock (_table.Gate)
            {
                snapshots.AddRange(some.Select(SnapshotOf));
            }
        }

        snapshots.Sort(static (one, other) => other.LastSeen.CompareTo(one.LastSeen));
        return snapshots;
    }

    /// <summary>Writes what has changed, if the last write is ten seconds ago.</summary>
    /// <remarks>A write that fails is logged and made up for by a later one.</remarks>
    public ValueTask TickAsync(Timestamp now, CancellationToken cancellationToken = default) =>
        _entries.TickAsync(now, cancellationToken);

    /// <summary>Writes what has changed, now; for a clean stop.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) =>
        _entries.FlushAsync(cancellationToken);

    private DeviceSnapshot SnapshotOf(Device device) => device.ToSnapshot(
        ConfiguredAliases is { Count: > 0 } aliases ? aliases.GetValueOrDefault(Encoding.UTF8.GetString(device.Key))
        : null);

    private void Note(MessageCounter.Counted counted)
    {
        _missingMessages += counted.Missing;
        _repeatedMessages += counted.IsRepeated ? 1 : 0;
    }
}
