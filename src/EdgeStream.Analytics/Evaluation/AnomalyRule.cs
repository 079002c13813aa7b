using EdgeStream.Sql;

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
internal sealed class AnomalyRule : EpisodeRule<AnomalyState>
{
    private readonly AnomalyRuleDefinition _definition;
    private readonly int _paneSamples;
    private readonly long _paneLength;

    public AnomalyRule(AnomalyRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns, keysMax, unsaved)
    {
        _definition = definition;
        _paneSamples = (definition.Samples + RollingMoments.ClosedPanes - 1) / RollingMoments.ClosedPanes;
        _paneLength = (definition.WindowDuration ?? TimeSpan.Zero).Ticks
            / TimeSpan.TicksPerMicrosecond / RollingMoments.ClosedPanes;
    }

    public override bool MeasuresTime => _paneLength > 0;

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        if (_paneLength > 0)
        {
            state.Moments.MoveTo(record.KeyTime, _paneLength);
        }

        JudgeByWindow(in record, index, value, sink);
        if (_paneLength > 0)
        {
            state.Moments.Add(value);
        }
        else
        {
            state.Moments.AddByCount(value, _paneSamples);
        }
    }

    protected override string? Explain(ref AnomalyState state) => null;

    private void JudgeByWindow(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        var window = state.Moments.Window;
        if (window.Count < _definition.MinimumSamples)
        {
            return;
        }

        var reach = _definition.Deviations * Math.Max(window.StandardDeviation, _definition.MinimumDeviation);
        var isAnomalous = Math.Abs(value - window.Mean) > reach;
        if (isAnomalous && !state.Episode.IsFiring)
        {
            state.NormalRun = 0;
            var bound = value > window.Mean ? window.Mean + reach : window.Mean - reach;
            Hold(in record, index, 0, value, bound, sink);
        }
        else if (isAnomalous)
        {
            state.NormalRun = 0;
        }
        else if (!state.Episode.IsFiring)
        {
            Release(in record);
        }
        else if (++state.NormalRun >= _definition.ResolveAfter)
        {
            Resolve(in record, index, value, sink);
        }
    }
}
