using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Compares two moving averages, a short one and a long one; see <see cref="LevelShiftRuleDefinition"/>.
/// </summary>
/// <remarks>
/// Both are exponential, and a single value moves them by a bounded number of spreads only (P. J. Huber's idea of a
/// robust mean, Annals of Mathematical Statistics 35(1), 1964), twice what raises an alert: one outlier moves the
/// present level by a tenth of that with a window of 20. While an alert stands the usual level follows without a bound,
/// so that any new level becomes the usual one in some baselines.
/// </remarks>
internal sealed class LevelShiftRule : EpisodeRule<LevelShiftState>
{
    // Of values of a normal distribution, standard deviations in a mean distance.
    private const double DeviationsInDistance = 1.2533;
    private const double SpreadStepMax = 6;
    private const double ResolveShare = 0.5;

    // The spread must not follow a shift before the shift is seen.
    private const int SpreadWindowsMin = 8;

    private readonly LevelShiftRuleDefinition _definition;
    private readonly int _spreadValues;

    public LevelShiftRule(LevelShiftRuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : base(definition, columns, keysMax, unsaved)
    {
        _definition = definition;
        _spreadValues = Math.Max(definition.Baseline, SpreadWindowsMin * definition.Window);
    }

    public override bool MeasuresTime => false;

    protected override void Judge(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        ref var state = ref Keys.StateAt(index);
        var isWarmingUp = state.Count < _definition.Baseline / 2;
        Learn(ref state, value, isWarmingUp);
        if (isWarmingUp)
        {
            return;
        }

        var spread = SpreadOf(in state);
        var moved = Math.Abs(state.Present - state.Usual);
        if (!state.Episode.IsFiring && moved > _definition.Deviations * spread)
        {
            state.FiredFrom = state.Usual;
            state.FiredSpreads = spread > 0 ? moved / spread : double.MaxValue;
            var bound = _definition.Deviations * spread;
            var (side, threshold) = state.Present > state.Usual
                ? ((sbyte)1, state.Usual + bound)
                : ((sbyte)-1, state.Usual - bound);
            Hold(in record, index, side, state.Present, threshold, sink);
        }
        else if (!state.Episode.IsFiring)
        {
            Release(in record);
        }
        else if (moved <= ResolveShare * _definition.Deviations * spread)
        {
            Resolve(in record, index, state.Present, sink);
        }
    }

    protected override string Explain(ref LevelShiftState state)
    {
        var spreads = state.FiredSpreads < double.MaxValue
            ? $"{NumberText.Of(Math.Round(state.FiredSpreads, 1))} times the usual spread"
            : "it never moved before";
        return $"the level of the last {_definition.Window} values is {NumberText.Of(state.Episode.Value)}, "
            + $"usual is {NumberText.Of(state.FiredFrom)}: {spreads}";
    }

    private void Learn(ref LevelShiftState state, double value, bool isWarmingUp)
    {
        if (state.Count++ == 0)
        {
            (state.Present, state.Usual) = (value, value);
        }

        var spread = SpreadOf(in state);
        var distance = Math.Abs(value - state.Present) * DeviationsInDistance;
        var (step, spreadValues) = (2 * _definition.Deviations * spread, _spreadValues);
        if (isWarmingUp)
        {
            step = double.MaxValue;
        }
        else if (spread > 0)
        {
            distance = Math.Min(distance, SpreadStepMax * spread);
        }
        else
        {
            // What was constant so far has no unit yet: the first change gives one, large enough not to be a shift.
            (step, spreadValues) = (double.MaxValue, _definition.Window);
        }

        state.Present += Math.Clamp(value - state.Present, -step, step) / Math.Min(state.Count, _definition.Window);
        var usualStep = state.Episode.IsFiring ? double.MaxValue : step;
        state.Usual += Math.Clamp(value - state.Usual, -usualStep, usualStep)
            / Math.Min(state.Count, _definition.Baseline);
        state.Spread += (distance - state.Spread) / Math.Min(state.Count, spreadValues);
    }

    private double SpreadOf(in LevelShiftState state) => Math.Max(state.Spread, _definition.MinimumDeviation);
}
