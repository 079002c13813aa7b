using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One sensor of a source: when it is due, what it said, and whether that is worth a record.</summary>
/// <remarks>A sensor that fails is read again after twice its period, four times, … 64 times, at most a minute or a
/// period that is longer. After three periods without a value it is stale. Not thread-safe.</remarks>
internal sealed class SensorChannel
{
    private const int StalePeriods = 3;
    private const int BackoffShiftMax = 6;

    private static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(1);

    private readonly SensorOptions _options;
    private readonly byte[] _name;
    private byte[] _unit = [];
    private byte[] _text = [];
    private TimeSpan _lastGood;
    private TimeSpan _lastRecorded;
    private SensorValue? _recorded;
    private int _failuresInARow;
    private volatile SensorStatus _status;

    /// <summary>A sensor that is due at once.</summary>
    /// <exception cref="ArgumentException">The address is none.</exception>
    internal SensorChannel(string root, SensorOptions options, TimeSpan now)
    {
        _options = options;
        Reader = new SensorReader(root, options);
        _name = Encoding.UTF8.GetBytes(options.Name);
        _lastGood = now;
        Due = now;
        _status = new SensorStatus(
            options.Name, options.Sensor, options.Unit ?? "", 0, 0, null, null, null, false, null);
    }

    /// <summary>Reads it.</summary>
    internal SensorReader Reader { get; }

    /// <summary>When it is to be read next, by the monotonic clock.</summary>
    internal TimeSpan Due { get; private set; }

    internal SensorStatus Status => _status;

    /// <summary>The value of the last reading, if it is worth a record.</summary>
    internal SensorValue? ToRecord { get; private set; }

    /// <summary>Whether the last reading is the one that made it stale.</summary>
    internal bool HasBecomeStale { get; private set; }

    /// <summary>Takes what a reading gave.</summary>
    internal void Note(SensorReading reading, TimeSpan now, Timestamp time)
    {
        var isGood = reading.Problem is null;
        ToRecord = null;
        if (isGood)
        {
            NoteValue(reading, now, time);
        }

        _failuresInARow = isGood ? 0 : _failuresInARow + 1;
        var isStale = !isGood && now - _lastGood >= _options.Period * StalePeriods;
        HasBecomeStale = isStale && !_status.IsStale;
        _status = _status with
        {
            Failures = _status.Failures + (isGood ? 0 : 1),
            IsStale = isStale,
            Problem = reading.Problem,
        };
        if (isStale)
        {
            // Whoever was told that it is stale is told its first value, whatever that is.
            _recorded = null;
        }

        var wait = isGood ? _options.Period : BackoffOf(_options.Period, _failuresInARow);

        // A period that was missed is left out, not made up for.
        Due += wait;
        Due = Due > now ? Due : now + wait;
    }

    /// <summary>Adds the value that is worth a record.</summary>
    internal void AddTo(ReadingBatch batch)
    {
        if (ToRecord is { } value)
        {
            batch.Add(new Reading(
                _name, value.IsText ? ReadingValue.OfText(_text) : ReadingValue.Of(value.Number), default, _unit));
        }
    }

    private void NoteValue(SensorReading reading, TimeSpan now, Timestamp time)
    {
        var value = reading.Value;
        var unit = _options.Unit ?? reading.Unit;
        if (_status.Readings == 0 || unit != _status.Unit)
        {
            _unit = Encoding.UTF8.GetBytes(unit);
        }

        if (value.IsText)
        {
            _text = Encoding.UTF8.GetBytes(value.Text);
        }

        _lastGood = now;
        _status = _status with
        {
            Readings = _status.Readings + 1,
            Unit = unit,
            Value = value.IsText ? null : value.Number,
            Text = value.IsText ? value.Text : null,
            LastReading = time,
        };
        if (IsWorthRecording(value, now))
        {
            ToRecord = value;
            _recorded = value;
            _lastRecorded = now;
        }
    }

    private bool IsWorthRecording(SensorValue value, TimeSpan now) =>
        _options.Deadband is not { } deadband
        || _recorded is not { } last
        || now - _lastRecorded >= _options.Repeat
        || (value.IsText || last.IsText ? value != last
            : deadband == 0 ? value.Number != last.Number
            : Math.Abs(value.Number - last.Number) >= deadband);

    private static TimeSpan BackoffOf(TimeSpan period, int failures)
    {
        var wait = period * (1 << Math.Min(failures, BackoffShiftMax));
        return wait < BackoffMax ? wait : period > BackoffMax ? period : BackoffMax;
    }
}
