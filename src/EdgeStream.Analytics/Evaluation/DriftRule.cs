using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Looks for a trend in the means of a window's eighths; see <see cref="DriftRuleDefinition"/>.</summary>
internal sealed class DriftRule : EpisodeRule<DriftState>
{
    // Of the 28 pairs of eight means.
    private const int PairsMin = 25;
    private const int PaneValuesMin = 3;

    private readonly DriftRuleDefinition _definition;
    private readonly int _paneSamples;
    private readonly long _paneLength;

    public DriftRule(DriftRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns, keysMax, unsaved)
    {
        _definition = definition;
        _paneSamples = ((definition.WindowSamples ?? 0) + RollingMoments.ClosedPanes - 1) / RollingMoments.ClosedPanes;
        _paneLength = (definition.WindowDuration ?? TimeSpan.Zero).Ticks
            / TimeSpan.TicksPerMicrosecond / RollingMoments.ClosedPanes;
    }

    public override bool MeasuresTime => _paneLength > 0;

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        var before = state.Moments.OpenPane;
        if (_paneLength > 0)
        {
            state.Moments.MoveTo(record.KeyTime, _paneLength);
            state.Moments.Add(value);
        }
        else
        {
            state.Moments.AddByCount(value, _paneSamples);
        }

        if (state.Moments.OpenPane != before)
        {
            JudgeWindow(in record, index, value, sink);
        }
        else if (!state.Episode.IsFiring)
        {
            HoldOn(in record, index, sink);
        }
    }

    protected override string Explain(ref DriftState state)
    {
        var direction = state.FiredChange > 0 ? "up" : "down";
        var spreads = state.FiredSpreads < double.MaxValue
            ? $"{NumberText.Of(Math.Round(state.FiredSpreads, 1))} times the usual spread"
            : "without any spread";
        return $"{NumberText.Of(state.Episode.Value)}, creeps {direction} by "
            + $"{NumberText.Of(Math.Abs(state.FiredChange))} in {_definition.WindowText}: {spreads}";
    }

    private void JudgeWindow(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        var isDrifting = TryMeasure(in state.Moments, out var change, out var spreads);
        if (isDrifting && !state.Episode.IsFiring)
        {
            (state.FiredChange, state.FiredSpreads) = (change, spreads);
            Hold(in record, index, (sbyte)Math.Sign(change), value, value - change, sink);
        }
        else if (!isDrifting && !state.Episode.IsFiring)
        {
            Release(in record);
        }
        else if (!isDrifting)
        {
            Resolve(in record, index, value, sink);
        }
    }

    /// <summary>The change over the closed eighths, if it is a trend and large enough.</summary>
    private bool TryMeasure(in RollingMoments moments, out double change, out double spreads)
    {
        change = spreads = 0;
        var risingPairs = 0;
        var fallingPairs = 0;
        var deviation = 0.0;
        for (var age = RollingMoments.ClosedPanes; age > 0; age--)
        {
            var pane = moments.ClosedPane(age);
            if (pane.Count < PaneValuesMin)
            {
                return false;
            }

            deviation += pane.StandardDeviation / RollingMoments.ClosedPanes;
            for (var later = age - 1; later > 0; later--)
            {
                var difference = moments.ClosedPane(later).Mean - pane.Mean;
                risingPairs += difference > 0 ? 1 : 0;
                fallingPairs += difference < 0 ? 1 : 0;
            }
        }

        change = moments.ClosedPane(1).Mean - moments.ClosedPane(RollingMoments.ClosedPanes).Mean;
        var spread = Math.Max(deviation, _definition.MinimumDeviation);
        spreads = spread > 0 ? Math.Min(Math.Abs(change) / spread, double.MaxValue) : double.MaxValue;
        return Math.Max(risingPairs, fallingPairs) >= PairsMin && spreads > _definition.Deviations
            && double.IsFinite(change);
    }
}
