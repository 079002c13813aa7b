using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One device of the registry; the registry's lock guards it.</summary>
internal sealed class Device
{
    /// <summary>A reading larger than this is counted, but its values are not kept.</summary>
    private const int KeptReadingSizeBytesMax = 8 << 10;

    private byte[] _reading = [];
    private int _readingSizeBytes;
    private IReadOnlyList<KeyValuePair<string, double>>? _values;

    /// <summary>A device that has not been seen before.</summary>
    internal Device(byte[] key, DeviceSource source, Timestamp firstSeen)
    {
        Key = key;
        Source = source;
        FirstSeen = firstSeen;
        LastSeen = firstSeen;
        MovedAt = firstSeen;
        Node = new LinkedListNode<Device>(this);
    }

    /// <summary>A device from the state of the run before.</summary>
    internal Device(DeviceSnapshot snapshot)
        : this(Encoding.UTF8.GetBytes(snapshot.Id), snapshot.Source, snapshot.FirstSeen)
    {
        LastSeen = snapshot.LastSeen;
        Readings = snapshot.Readings;
        _values = snapshot.Values;
    }

    internal byte[] Key { get; }

    internal DeviceSource Source { get; private set; }

    internal Timestamp FirstSeen { get; }

    internal Timestamp LastSeen { get; private set; }

    internal long Readings { get; private set; }

    /// <summary>The device's place in the order of last seen.</summary>
    internal LinkedListNode<Device> Node { get; }

    /// <summary>When it last took the first place.</summary>
    internal Timestamp MovedAt { get; set; }

    /// <summary>Whether it changed since it was last written.</summary>
    internal bool IsChanged { get; set; }

    internal void Observe(DeviceSource source, ReadOnlySpan<byte> data, Timestamp now)
    {
        Source = source;
        LastSeen = now;
        Readings++;
        IsChanged = true;
        _values = null;
        _readingSizeBytes = data.Length <= KeptReadingSizeBytesMax ? data.Length : 0;
        if (_reading.Length < _readingSizeBytes)
        {
            _reading = new byte[Math.Min(KeptReadingSizeBytesMax, Math.Max(64, _readingSizeBytes * 5 / 4))];
        }

        data[.._readingSizeBytes].CopyTo(_reading);
    }

    /// <summary>The numbers are looked for now, and not again until the next reading.</summary>
    internal DeviceSnapshot ToSnapshot()
    {
        _values ??= NumericFields.Extract(_reading.AsSpan(0, _readingSizeBytes));
        return new DeviceSnapshot(Encoding.UTF8.GetString(Key), Source, FirstSeen, LastSeen, Readings, _values);
    }
}
