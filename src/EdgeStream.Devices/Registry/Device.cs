using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One device of the registry; the registry's lock guards it.</summary>
internal sealed class Device
{
    /// <summary>A reading larger than this is counted, but its values are not kept.</summary>
    internal const int KeptReadingSizeBytesMax = 8 << 10;

    /// <summary>A longer text is no firmware's version.</summary>
    internal const int FirmwareSizeBytesMax = 128;

    /// <summary>Over how many readings the mean of the time between them goes.</summary>
    private const int RateReadings = 32;

    /// <summary>A longer pause says more of the gateway's clock, or of the device's absence, than of its
    /// rate.</summary>
    private const long PauseMicrosecondsMax = 24 * 3600 * 1_000_000L;

    private byte[] _reading = [];
    private int _readingSizeBytes;
    private IReadOnlyList<KeyValuePair<string, double>>? _values;
    private byte[] _firmware = [];
    private int _intervals;
    private double _intervalMicroseconds;
    private bool _isOfThisRun;
    private DeviceClock? _clock;
    private long? _offsetBefore;
    private MessageCounter? _counter;
    private DeviceVitals _vitals;
    private long _missingBefore;
    private long _repeatedBefore;

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
        Dialect = snapshot.Dialect;
        Alias = snapshot.Alias;
        _firmware = Encoding.UTF8.GetBytes(snapshot.Firmware);
        _vitals = snapshot.Vitals;
        _offsetBefore = snapshot.ClockOffsetMicroseconds;
        _intervalMicroseconds = snapshot.IntervalMicroseconds;
        _intervals = _intervalMicroseconds > 0 ? RateReadings : 0;
        _missingBefore = snapshot.Missing;
        _repeatedBefore = snapshot.Repeated;
        _values = snapshot.Values;
    }

    internal byte[] Key { get; }

    internal DeviceSource Source { get; private set; }

    internal Timestamp FirstSeen { get; }

    internal Timestamp LastSeen { get; private set; }

    internal long Readings { get; private set; }

    /// <summary>The dialect of its newest reading; empty where there is none.</summary>
    internal string Dialect { get; private set; } = "";

    /// <summary>The name that somebody gave it; empty for none.</summary>
    internal string Alias { get; set; } = "";

    /// <summary>The device's place in the order of last seen.</summary>
    internal LinkedListNode<Device> Node { get; }

    /// <summary>When it last took the first place.</summary>
    internal Timestamp MovedAt { get; set; }

    /// <summary>Whether it changed since it was last written.</summary>
    internal bool IsChanged { get; set; }

    /// <summary>How far its clock is ahead; null where that is not known.</summary>
    internal long? ClockOffsetMicroseconds => _clock?.OffsetMicroseconds ?? _offsetBefore;

    /// <summary>The record of its newest reading; empty where there was none since the start, or a larger
    /// one.</summary>
    internal ReadOnlySpan<byte> Reading => _reading.AsSpan(0, _isOfThisRun ? _readingSizeBytes : 0);

    internal void Observe(DeviceSource source, ReadOnlySpan<byte> data, Timestamp now, scoped in DeviceNote note)
    {
        if (_isOfThisRun)
        {
            NoteInterval(now.UnixMicroseconds - LastSeen.UnixMicroseconds);
        }

        _isOfThisRun = true;
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
        Dialect = note.Dialect ?? "";
        _vitals = _vitals.With(note.Vitals);
        if (note.Firmware.Length is > 0 and <= FirmwareSizeBytesMax && !note.Firmware.SequenceEqual(_firmware))
        {
            _firmware = note.Firmware.ToArray();
        }
    }

    /// <summary>Takes a time that the device states.</summary>
    internal void NoteTime(Timestamp stated, Timestamp now)
    {
        // A gateway whose own clock is not set can't judge another.
        if (now >= ClockCorrections.ClockSet)
        {
            (_clock ??= new DeviceClock()).Take(stated, now);
        }
    }

    /// <summary>Follows the numbers that the device gives its messages.</summary>
    internal MessageCounter Counter => _counter ??= new MessageCounter();

    /// <summary>Notes a record that was recognised as one that is there.</summary>
    internal void NoteRepeated()
    {
        _repeatedBefore++;
        IsChanged = true;
    }

    /// <summary>The numbers are looked for now, and not again until the next reading.</summary>
    internal DeviceSnapshot ToSnapshot(string? alias)
    {
        _values ??= NumericFields.Extract(_reading.AsSpan(0, _readingSizeBytes));
        return new DeviceSnapshot(Encoding.UTF8.GetString(Key), Source, FirstSeen, LastSeen, Readings, _values)
        {
            IntervalMicroseconds = _intervalMicroseconds,
            ClockOffsetMicroseconds = ClockOffsetMicroseconds,
            Missing = _missingBefore + (_counter?.Missing ?? 0),
            Repeated = _repeatedBefore + (_counter?.Repeated ?? 0),
            Vitals = _vitals,
            Dialect = Dialect,
            Firmware = Encoding.UTF8.GetString(_firmware),
            Alias = alias ?? Alias,
        };
    }

    /// <summary>The mean over the last intervals; of few it is their plain mean.</summary>
    private void NoteInterval(long microseconds)
    {
        if (microseconds is < 0 or > PauseMicrosecondsMax)
        {
            return;
        }

        _intervals = Math.Min(_intervals + 1, RateReadings);
        _intervalMicroseconds += (microseconds - _intervalMicroseconds) / _intervals;
    }
}
