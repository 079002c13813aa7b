using EdgeStream.Storage;

namespace EdgeStream.Gateway.Wear;

/// <summary>Counts what is written to the disk, over restarts, and how fast.</summary>
/// <remarks>
/// Thread-safe for reading; ticks come from one loop. The kernel is asked once a minute, the totals are saved once an
/// hour and at the end, so a power cut takes at most an hour of counting and counting itself wears nothing worth
/// mentioning. Memory: one sample a minute for a day.
/// </remarks>
internal sealed class WearMeter
{
    /// <summary>Before this is known, a rate says more about the start than about the day.</summary>
    private static readonly TimeSpan RateTimeMin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SavePeriod = TimeSpan.FromHours(1);
    private const int SampleCountMax = (24 * 60) + 1;
    private const int SampleCountHour = 60 + 1;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly StateStore _state;
    private readonly IWearSource _source;
    private readonly Func<long> _payloadBytes;
    private readonly Queue<Sample> _samples = new(SampleCountMax);
    private readonly long _startedAt;
    private readonly long _payloadAtStart;
    private WearTotals _before;
    private long? _deviceAtStart;
    private WearCounters _last;
    private Sample _newest = new(0, 0, 0, 0);
    private WearTotals _totals;
    private long _savedAt;

    /// <summary>Goes on where the state says that counting was.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="state">Where the totals are kept.</param>
    /// <param name="source">The kernel's counts.</param>
    /// <param name="payloadBytes">Keys and values accepted since the gateway started.</param>
    public WearMeter(TimeProvider time, StateStore state, IWearSource source, Func<long> payloadBytes)
    {
        _time = time;
        _state = state;
        _source = source;
        _payloadBytes = payloadBytes;
        _startedAt = _savedAt = time.GetTimestamp();
        _payloadAtStart = payloadBytes();
        _before = WearTotals.Load(state)
            ?? new WearTotals(Timestamp.From(time.GetUtcNow()), 0, 0, 0, 0, "", "", 0);
        _totals = _before;
        AddSample();
    }

    /// <summary>Asks the kernel and saves, where that is due; called about once a second.</summary>
    public async Task TickAsync()
    {
        if (_time.GetElapsedTime(_newest.At) >= SamplePeriod)
        {
            AddSample();
        }

        if (_time.GetElapsedTime(_savedAt) >= SavePeriod)
        {
            _savedAt = _time.GetTimestamp();
            await SaveAsync();
        }
    }

    /// <summary>Saves the totals of this moment.</summary>
    /// <exception cref="IOException">The state cannot be written.</exception>
    public async Task SaveAsync()
    {
        AddSample();
        var batch = new StateBatch();
        lock (_gate)
        {
            batch.Put(WearTotals.Key, _totals.ToBytes());
        }

        await _state.CommitAsync(batch);
    }

    /// <summary>The figures of this moment.</summary>
    /// <param name="enduranceBytes">What the card is made for; null when that is not known.</param>
    public WearStatus Status(long? enduranceBytes)
    {
        lock (_gate)
        {
            var newest = _newest;
            var (hour, hourSpan) = Since(newest, SampleCountHour);
            var (day, daySpan) = Since(newest, SampleCountMax);
            var isDevice = _last.DeviceBytes is not null;
            var isProcess = _last.ProcessBytes is not null;
            var processPerDay = !isProcess
                ? null
                : PerSpan(newest.ProcessBytes - day.ProcessBytes, daySpan, TimeSpan.FromDays(1));
            var devicePerDay = !isDevice
                ? null
                : PerSpan(newest.DeviceBytes - day.DeviceBytes, daySpan, TimeSpan.FromDays(1));
            var payload = daySpan >= RateTimeMin ? newest.PayloadBytes - day.PayloadBytes : 0;
            return new WearStatus
            {
                Since = _totals.Since,
                Device = _source.Device,
                ProcessBytes = isProcess ? _totals.ProcessBytes : null,
                DeviceBytes = isDevice ? _totals.DeviceBytes : null,
                PayloadBytes = _totals.PayloadBytes,
                ProcessBytesPerHour = !isProcess
                    ? null
                    : PerSpan(newest.ProcessBytes - hour.ProcessBytes, hourSpan, TimeSpan.FromHours(1)),
                DeviceBytesPerHour = !isDevice
                    ? null
                    : PerSpan(newest.DeviceBytes - hour.DeviceBytes, hourSpan, TimeSpan.FromHours(1)),
                ProcessBytesPerDay = processPerDay,
                DeviceBytesPerDay = devicePerDay,
                BytesPerPayloadByte = isProcess && payload > 0
                    ? (newest.ProcessBytes - day.ProcessBytes) / (double)payload
                    : null,
                DeviceBytesPerPayloadByte = isDevice && payload > 0
                    ? (newest.DeviceBytes - day.DeviceBytes) / (double)payload
                    : null,
                EnduranceBytes = enduranceBytes,
                DaysLeft = !isDevice && !isProcess
                    ? null
                    : DaysLeft(
                        enduranceBytes,
                        isDevice ? _totals.DeviceBytes : _totals.ProcessBytes,
                        (isDevice ? devicePerDay : processPerDay) ?? LongTermPerDay(isDevice)),
            };
        }
    }

    private static double? DaysLeft(long? endurance, long written, double? perDay) =>
        endurance is { } bytes && perDay is > 0 ? Math.Max(0, bytes - written) / perDay : null;

    private static double? PerSpan(long bytes, TimeSpan observed, TimeSpan span) =>
        observed < RateTimeMin ? null : bytes * (span / observed);

    /// <summary>The average of earlier runs, for the minutes after a start.</summary>
    private double? LongTermPerDay(bool isDevice)
    {
        var observed = TimeSpan.FromSeconds(_totals.ObservedSeconds);
        return PerSpan(isDevice ? _totals.DeviceBytes : _totals.ProcessBytes, observed, TimeSpan.FromDays(1));
    }

    /// <summary>The oldest of the last samples, and how long ago it was.</summary>
    private (Sample Oldest, TimeSpan Span) Since(Sample newest, int count)
    {
        var skip = Math.Max(0, _samples.Count - count);
        foreach (var sample in _samples)
        {
            if (skip-- == 0)
            {
                return (sample, _time.GetElapsedTime(sample.At, newest.At));
            }
        }

        return (newest, TimeSpan.Zero);
    }

    /// <summary>
    /// What the disk was written since the totals were saved: while the gateway was stopped or starting.
    /// </summary>
    private long DeviceGrowthWhileAway(long counter)
    {
        // A disk that was never seen before has a history that is not the gateway's.
        if (_before.Device.Length == 0 || _before.Device != _source.Device)
        {
            return 0;
        }

        return _before.BootId == _source.BootId ? Math.Max(0, counter - _before.DeviceCounter) : counter;
    }

    /// <summary>Takes over what is known now; a count that cannot be read stays what it was.</summary>
    private void Take(WearCounters read)
    {
        _last = new WearCounters(read.ProcessBytes ?? _last.ProcessBytes, read.DeviceBytes ?? _last.DeviceBytes);
        if (_deviceAtStart is null && _last.DeviceBytes is { } counter)
        {
            _deviceAtStart = counter;
            _before = _before with { DeviceBytes = _before.DeviceBytes + DeviceGrowthWhileAway(counter) };
        }
    }

    private void AddSample()
    {
        var read = _source.Read();
        var payload = _payloadBytes() - _payloadAtStart;
        lock (_gate)
        {
            Take(read);
            _totals = _before with
            {
                ObservedSeconds = _before.ObservedSeconds + (long)_time.GetElapsedTime(_startedAt).TotalSeconds,
                ProcessBytes = _before.ProcessBytes + (_last.ProcessBytes ?? 0),
                PayloadBytes = _before.PayloadBytes + Math.Max(0, payload),
            };
            if (_last.DeviceBytes is { } counter)
            {
                _totals = _totals with
                {
                    DeviceBytes = _before.DeviceBytes + Math.Max(0, counter - (_deviceAtStart ?? counter)),
                    BootId = _source.BootId,
                    Device = _source.Device ?? "",
                    DeviceCounter = counter,
                };
            }

            if (_samples.Count == SampleCountMax)
            {
                _samples.Dequeue();
            }

            _newest = new Sample(
                _time.GetTimestamp(), _totals.ProcessBytes, _totals.DeviceBytes, _totals.PayloadBytes);
            _samples.Enqueue(_newest);
        }
    }

    private sealed record Sample(long At, long ProcessBytes, long DeviceBytes, long PayloadBytes);
}
