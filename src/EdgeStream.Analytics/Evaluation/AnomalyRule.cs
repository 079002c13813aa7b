using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>A control chart by key: a value further than so many standard deviations from the rolling mean is
/// anomalous.</summary>
/// <remarks>
/// The method is W. A. Shewhart's individuals chart (Economic Control of Quality of Manufactured Product, 1931) with
/// limits
/// from a rolling window instead of a fixed baseline. The judged value is left out of the limits and enters the
/// window
/// afterwards. See <see cref="RollingMoments"/> for the window.
/// </remarks>
internal sealed class AnomalyRule : Rule
{
    private readonly AnomalyRuleDefinition _definition;
    private readonly KeyTable<AnomalyState> _keys;
    private readonly int _paneSamples;
    private readonly long _paneLength;
    private int _firingCount;

    public AnomalyRule(AnomalyRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns)
    {
        _definition = definition;
        _keys = new KeyTable<AnomalyState>(keysMax, unsaved);
        State = new KeyStates<AnomalyState>(_keys);
        _paneSamples = (definition.Samples + RollingMoments.ClosedPanes - 1) / RollingMoments.ClosedPanes;
        _paneLength = (definition.WindowDuration ?? TimeSpan.Zero).Ticks
            / TimeSpan.TicksPerMicrosecond / RollingMoments.ClosedPanes;
    }

    public override bool MeasuresTime => _paneLength > 0;

    public override IRuleState State { get; }

    protected override void Evaluate(scoped in Evaluated record, double value, AlertSink sink)
    {
        var index = _keys.GetOrAdd(record.Key, record.Hash);
        if (index < 0)
        {
            CountUntracked();
            return;
        }

        _keys.Touch(index, record.Sequence);
        ref var state = ref _keys.StateAt(index);
        if (_paneLength > 0)
        {
            state.Moments.MoveTo(record.KeyTime, _paneLength);
        }

        Judge(in record, index, ref state, value, sink);
        if (_paneLength > 0)
        {
            state.Moments.Add(value);
        }
        else
        {
            state.Moments.AddByCount(value, _paneSamples);
        }
    }

    private void Judge(scoped in Evaluated record, int index, ref AnomalyState state, double value, AlertSink sink)
    {
        var window = state.Moments.Window;
        if (window.Count < _definition.MinimumSamples)
        {
            return;
        }

        var reach = _definition.Deviations * Math.Max(window.StandardDeviation, _definition.MinimumDeviation);
        var isAnomalous = Math.Abs(value - window.Mean) > reach;
        if (isAnomalous && !state.IsFiring)
        {
            var bound = value > window.Mean ? window.Mean + reach : window.Mean - reach;
            state.Threshold = Math.Clamp(bound, double.MinValue, double.MaxValue);
            state.Value = value;
            Fire(in record, index, ref state, sink);
        }
        else if (isAnomalous)
        {
            state.NormalRun = 0;
        }
        else if (state.IsFiring && ++state.NormalRun >= _definition.ResolveAfter)
        {
            Resolve(in record, index, ref state, value, sink);
        }
    }

    private void Fire(scoped in Evaluated record, int index, ref AnomalyState state, AlertSink sink)
    {
        state.IsFiring = true;
        state.NormalRun = 0;
        state.FirstSequence = record.Sequence;
        state.FiredAt = record.ArrivalTime.UnixMicroseconds;
        _keys.Pin(index);
        sink.Add(StandingAt(index, sink));
        _firingCount++;
        Report();
    }

    private void Resolve(scoped in Evaluated record, int index, ref AnomalyState state, double value, AlertSink sink)
    {
        sink.Add(AlertSink.Resolve(StandingAt(index, sink), value, record.ArrivalTime));
        state.IsFiring = false;
        _keys.Unpin(index);
        _firingCount--;
        Report();
    }

    /// <summary>Nothing fires in silence: there is no value to judge.</summary>
    public override void Tick(TimeProvider timeProvider, AlertSink sink) => Report();

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

    public override void Resume(long monotonic)
    {
        for (var index = 0; index < _keys.IndexEnd; index++)
        {
            if (_keys.IsUsed(index) && _keys.StateAt(index).IsFiring)
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
        return sink.Fire(Definition, _keys.KeyAt(index), state.FirstSequence, state.Value, state.Threshold,
            new Timestamp(state.FiredAt));
    }

    private void Report()
    {
        SetCounts(0, _firingCount);
        SetDropped(_keys.Dropped);
    }
}
