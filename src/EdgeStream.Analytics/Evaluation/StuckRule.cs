using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Counts how often and how long a value repeats; see <see cref="StuckRuleDefinition"/>.</summary>
internal sealed class StuckRule : EpisodeRule<StuckState>
{
    private readonly double _tolerance;
    private readonly long _values;
    private readonly long _forMicroseconds;

    public StuckRule(StuckRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns, keysMax, unsaved)
    {
        _tolerance = definition.Tolerance;
        _values = definition.Values ?? long.MaxValue;
        _forMicroseconds = definition.For is { } time ? time.Ticks / TimeSpan.TicksPerMicrosecond : long.MaxValue;
    }

    public override bool MeasuresTime => _forMicroseconds < long.MaxValue;

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        if (state.Run == 0 || !(Math.Abs(value - state.First) <= _tolerance))
        {
            if (state.Episode.IsFiring)
            {
                Resolve(in record, index, value, sink);
            }

            (state.First, state.Run, state.Since) = (value, 1, record.KeyTime);
            state.Until = record.KeyTime;
            return;
        }

        // A key whose clock was forgotten goes on from its new beginning.
        state.Since += Math.Min(record.KeyTime - state.Until, 0);
        (state.Run, state.Until) = (state.Run + 1, record.KeyTime);
        var span = state.Until - state.Since;
        if (!state.Episode.IsFiring && (state.Run >= _values || span >= _forMicroseconds))
        {
            (state.FiredRun, state.FiredSpan) = (state.Run, span);
            Fire(in record, index, value, state.First, sink);
        }
    }

    protected override string Explain(ref StuckState state)
    {
        var time = MeasuresTime ? $" in {SpanText.OfMicroseconds(state.FiredSpan)}" : "";
        return $"unchanged at {NumberText.Of(state.First)}, {state.FiredRun} times{time}";
    }
}
