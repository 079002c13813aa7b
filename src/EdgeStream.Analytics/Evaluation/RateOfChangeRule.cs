using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Compares each value with an earlier one; see <see cref="RateOfChangeRuleDefinition"/>.</summary>
internal sealed class RateOfChangeRule : EpisodeRule<RateOfChangeState>
{
    // Values that were sent together are microseconds apart, which says nothing of how fast they change.
    private const long OverMin = TimeSpan.MicrosecondsPerSecond;

    private const sbyte Above = 1;
    private const sbyte Below = -1;

    private readonly RateOfChangeRuleDefinition _definition;
    private readonly double _above;
    private readonly double _below;
    private readonly double _perMicroseconds;
    private readonly long _over;

    public RateOfChangeRule(
        RateOfChangeRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns, keysMax, unsaved)
    {
        _definition = definition;
        _above = definition.Above ?? double.PositiveInfinity;
        _below = definition.Below ?? double.NegativeInfinity;
        _perMicroseconds = (double)definition.Per.Ticks / TimeSpan.TicksPerMicrosecond;
        _over = Math.Max(definition.Over.Ticks / TimeSpan.TicksPerMicrosecond, OverMin);
    }

    public override bool MeasuresTime => true;

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        if (!TryFollow(ref state, in record)
            || !TryMeasure(ref state, record.KeyTime, value, out var rate, out var span))
        {
            return;
        }

        var isOut = rate > _above || rate < _below;
        if (isOut && !state.Episode.IsFiring)
        {
            (state.NormalRun, state.Rate, state.Span) = (0, rate, span);
            var (side, bound) = rate > _above ? (Above, _above) : (Below, _below);
            Hold(in record, index, side, value, bound, sink);
        }
        else if (!state.Episode.IsFiring)
        {
            Release(in record);
        }
        else if (isOut)
        {
            state.NormalRun = 0;
        }
        else if (++state.NormalRun >= _definition.ResolveAfter)
        {
            Resolve(in record, index, value, sink);
        }
    }

    protected override string Explain(ref RateOfChangeState state)
    {
        var verb = state.Rate > _above ? "rises" : "falls";
        return $"{NumberText.Of(state.Episode.Value)}, {verb} by {NumberText.Of(Math.Abs(state.Rate))} "
            + $"a {_definition.Unit} over {SpanText.OfMicroseconds(state.Span)}, "
            + $"the bound is {NumberText.Of(state.Episode.Threshold)}";
    }

    /// <summary>Forgets earlier values where the time since them is not known; false for a record that came
    /// late.</summary>
    /// <remarks>Where the key's clock did not believe a step, a rate over it would be far too high.</remarks>
    private static bool TryFollow(ref RateOfChangeState state, scoped in Evaluated record)
    {
        var step = KeyClock.SaturatingSubtract(record.EventTime.UnixMicroseconds, state.LastEventTime);
        if (state.Anchored > 0 && step < 0 && step >= -KeyClock.SetBackMin)
        {
            return false;
        }

        if (state.Anchored > 0 && step != record.KeyTime - state.LastKeyTime)
        {
            state.Clear();
        }

        state.LastEventTime = record.EventTime.UnixMicroseconds;
        state.LastKeyTime = record.KeyTime;
        return true;
    }

    /// <summary>The rate from the latest value that lies long enough back, if there is one.</summary>
    private bool TryMeasure(ref RateOfChangeState state, long now, double value, out double rate, out long span)
    {
        var least = _over / 8 * 7;
        while (state.Anchored > 1 && now - state.SecondTime >= least)
        {
            state.DropOldest();
        }

        var (time, earlier) = state.Anchored > 0 ? state.OldestAnchor : (now, value);
        if (state.Anchored == 0 || now - state.NewestAnchor.Time >= _over / (RateOfChangeState.AnchorCount - 1))
        {
            state.Add(now, value);
        }

        span = now - time;
        rate = span > 0 ? (value - earlier) / span * _perMicroseconds : double.NaN;
        return span >= least && double.IsFinite(rate);
    }
}
