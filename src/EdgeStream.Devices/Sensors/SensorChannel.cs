using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One sensor of a source: when it is due, what it said, and whether that is worth a record.</summary>
/// <remarks>One that fails is left alone for a minute at most, as <see cref="ReadingSchedule"/> says. Not
/// thread-safe.</remarks>
internal sealed class SensorChannel
{
    private static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(1);

    private readonly SensorOptions _options;
    private readonly ReadingSchedule _schedule;
    private readonly byte[] _name;
    private byte[] _unit = [];
    private byte[] _text = [];
    private TimeSpan _lastRecorded;
    private SensorValue? _recorded;
    private volatile SensorStatus _status;

    /// <summary>A sensor that is due at once.</summary>
    /// <exception cref="ArgumentException">The address is none.</exception>
    internal SensorChannel(string root, SensorOptions options, TimeSpan now)
    {
        _options = options;
        Reader = new SensorReader(root, options);
        _name = Encoding.UTF8.GetBytes(options.Name);
        _schedule = new ReadingSchedule(options.Period, BackoffMax, now);
        _status = new SensorStatus(
            options.Name, options.Sensor, options.Unit ?? "", 0, 0, null, null, null, false, null);
    }

    /// <summary>Reads it.</summary>
    internal SensorReader Reader { get; }

    /// <summary>When it is to be read next, by the monotonic clock.</summary>
    internal TimeSpan Due => _schedule.Due;

    internal SensorStatus Status => _status;

    /// <summary>The value of the last reading, if it is worth a record.</summary>
    internal SensorValue? ToRecord { get; private set; }

    /// <summary>Whether the last reading is the one that made it stale.</summary>
    internal bool HasBecomeStale => _schedule.HasBecomeStale;

    /// <summary>Takes what a reading gave.</summary>
    internal void Note(SensorReading reading, TimeSpan now, Timestamp time)
    {
        var isGood = reading.Problem is null;
        ToRecord = null;
        if (isGood)
        {
            NoteValue(reading, now, time);
        }

        _schedule.Note(isGood, now);
        _status = _status with
        {
            Failures = _status.Failures + (isGood ? 0 : 1),
            IsStale = _schedule.IsStale,
            Problem = reading.Problem,
        };
        if (_schedule.IsStale)
        {
            // Whoever was told that it is stale is told its first value, whatever that is.
            _recorded = null;
        }
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
}
