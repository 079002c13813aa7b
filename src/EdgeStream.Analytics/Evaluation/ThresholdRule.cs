using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Within bounds → pending (out of bounds, for less than <c>for:</c>) → firing → within bounds.</summary>
/// <remarks>
/// How long is measured by <see cref="KeyClock"/> from record to record, and by the monotonic clock since the key's
/// last
/// record when it falls silent. The wall clock plays no part, so setting it fires nothing early.
/// </remarks>
internal sealed class ThresholdRule : Rule
{
    private readonly KeyTable<ThresholdState> _keys;
    private readonly double _above;
    private readonly double _below;
    private readonly double _hysteresis;
    private readonly long _forMicroseconds;
    private int _firingCount;

    public ThresholdRule(ThresholdRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns)
    {
        _keys = new KeyTable<ThresholdState>(keysMax, unsaved);
        State = new KeyStates<ThresholdState>(_keys);
        _above = definition.Above ?? double.PositiveInfinity;
        _below = definition.Below ?? double.NegativeInfinity;
        _hysteresis = definition.Hysteresis;
        _forMicroseconds = definition.For.Ticks / TimeSpan.TicksPerMicrosecond;
    }

    public override bool MeasuresTime => _forMicroseconds > 0;

    public override bool HoldsKeys => _keys.Count > 0;

    public override double QuietBelow => _below;

    public override double QuietAbove => _above;

    public override IRuleState State { get; }

    private int PendingCount => _keys.Count - _firingCount;

    protected override void Evaluate(scoped in Evaluated record, double value, AlertSink sink)
    {
        var index = _keys.Count == 0 ? KeyTable<ThresholdState>.None : _keys.Find(record.Key, record.Hash);
        if (index < 0)
        {
            if (IsOutOfBounds(value))
            {
                Begin(in record, value, sink);
            }
        }
        else if (!_keys.StateAt(index).IsFiring)
        {
            Continue(in record, index, value, sink);
        }
        else if (value <= _above - _hysteresis && value >= _below + _hysteresis)
        {
            Resolve(in record, index, value, sink);
        }
    }

    private bool IsOutOfBounds(double value) => value > _above || value < _below;

    private double BoundOf(bool isBelow) => isBelow ? _below : _above;

    private void Begin(scoped in Evaluated record, double value, AlertSink sink)
    {
        var index = _keys.GetOrAdd(record.Key, record.Hash);
        if (index < 0)
        {
            CountUntracked();
            return;
        }

        Start(in record, ref _keys.StateAt(index), value);
        _keys.Touch(index, record.Sequence);
        FireIfHeld(in record, index, sink);
        Report();
    }

    private void Start(scoped in Evaluated record, ref ThresholdState state, double value)
    {
        state = default;
        state.IsBelow = value < _below;
        state.FirstSequence = record.Sequence;
        state.SinceKeyTime = record.KeyTime;
        state.SeenAt = record.Monotonic;
        state.Value = value;
    }

    private void Continue(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref _keys.StateAt(index);
        if (!IsOutOfBounds(value))
        {
            _keys.Remove(index);
            Report();
            return;
        }

        if (value < _below != state.IsBelow)
        {
            Start(in record, ref state, value);
        }

        // A key whose clock was forgotten starts to count again.
        state.SinceKeyTime = Math.Min(state.SinceKeyTime, record.KeyTime);
        state.Held = record.KeyTime - state.SinceKeyTime;
        state.SeenAt = record.Monotonic;
        state.Value = value;
        _keys.Touch(index, record.Sequence);
        FireIfHeld(in record, index, sink);
    }

    private void FireIfHeld(scoped in Evaluated record, int index, AlertSink sink)
    {
        ref var state = ref _keys.StateAt(index);
        if (sink.FindFired(Definition, record.Key, state.FirstSequence) is { } fired)
        {
            // It fired before a restart, perhaps in silence: it does so again, as it stands in the alerts stream.
            state.Value = fired.Value;
            Fire(index, fired.FiredAt, sink);
        }
        else if (state.Held >= _forMicroseconds)
        {
            Fire(index, record.ArrivalTime, sink);
        }
    }

    private void Fire(int index, Timestamp firedAt, AlertSink sink)
    {
        ref var state = ref _keys.StateAt(index);
        state.IsFiring = true;
        state.FiredAt = firedAt.UnixMicroseconds;
        _keys.Pin(index);
        sink.Add(StandingAt(index, sink));
        _firingCount++;
        Report();
    }

    private void Resolve(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        sink.Add(AlertSink.Resolve(StandingAt(index, sink), value, record.ArrivalTime));
        _keys.Remove(index);
        _firingCount--;
        Report();
    }

    public override void Tick(TimeProvider timeProvider, AlertSink sink)
    {
        if (PendingCount == 0)
        {
            return;
        }

        var now = timeProvider.GetTimestamp();
        for (var index = 0; index < _keys.IndexEnd; index++)
        {
            if (!_keys.IsUsed(index) || _keys.StateAt(index).IsFiring)
            {
                continue;
            }

            ref readonly var state = ref _keys.StateAt(index);
            var silence = timeProvider.GetElapsedTime(state.SeenAt, now);
            if (state.Held + (silence.Ticks / TimeSpan.TicksPerMicrosecond) >= _forMicroseconds)
            {
                Fire(index, Timestamp.From(timeProvider.GetUtcNow()), sink);
            }
        }
    }

    /// <inheritdoc/>
    public override void EndReplay(AlertSink sink)
    {
        for (var index = 0; index < _keys.IndexEnd && PendingCount > 0; index++)
        {
            if (_keys.IsUsed(index) && !_keys.StateAt(index).IsFiring
                && sink.FindFired(Definition, _keys.KeyAt(index), _keys.StateAt(index).FirstSequence) is { } fired)
            {
                Fire(index, fired.FiredAt, sink);
            }
        }
    }

    public override IEnumerable<Alert> Standing(AlertSink sink)
    {
        for (var index = 0; index < _keys.IndexEnd; index++)
        {
            if (_keys.IsUsed(index) && _keys.StateAt(index).IsFiring)
            {
                yield return StandingAt(index, sink);
            }
        }
    }

    public override void AddPending(
        List<PendingAlert> pending, int countMax, TimeProvider timeProvider, AlertSink sink)
    {
        var now = timeProvider.GetTimestamp();
        for (var index = 0; index < _keys.IndexEnd && pending.Count < countMax; index++)
        {
            if (_keys.IsUsed(index) && !_keys.StateAt(index).IsFiring)
            {
                ref readonly var state = ref _keys.StateAt(index);
                var held = TimeSpan.FromMicroseconds(state.Held) + timeProvider.GetElapsedTime(state.SeenAt, now);
                pending.Add(new PendingAlert(StandingAt(index, sink), held, Definition.HoldTime));
            }
        }
    }

    public override void Resume(long monotonic)
    {
        for (var index = 0; index < _keys.IndexEnd; index++)
        {
            if (!_keys.IsUsed(index))
            {
                continue;
            }

            ref var state = ref _keys.StateAt(index);
            state.SeenAt = monotonic;
            if (state.IsFiring)
            {
                _firingCount++;
                _keys.Pin(index);
            }
        }

        Report();
    }

    private Alert StandingAt(int index, AlertSink sink)
    {
        ref readonly var state = ref _keys.StateAt(index);
        return sink.Fire(Definition, _keys.KeyAt(index), state.FirstSequence, state.Value, BoundOf(state.IsBelow),
            new Timestamp(state.FiredAt));
    }

    private void Report()
    {
        SetCounts(PendingCount, _firingCount);
        SetDropped(_keys.Dropped);
    }
}
