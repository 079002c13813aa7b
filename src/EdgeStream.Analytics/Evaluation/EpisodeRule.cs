using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>A rule that judges each value of a key by what it remembers of that key, with one alert at a
/// time.</summary>
/// <remarks>A derived rule decides; firing, resolving, counting and what stands after a restart are done
/// here.</remarks>
internal abstract class EpisodeRule<TState> : Rule
    where TState : struct, IEpisodeState<TState>
{
    private int _firingCount;

    protected EpisodeRule(RuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : this(definition, columns, new KeyTable<TState>(keysMax, unsaved))
    {
    }

    protected EpisodeRule(
        RuleDefinition definition, ColumnSet columns, KeyTable<TState> keys, IRuleState? state = null)
        : base(definition, columns)
    {
        Keys = keys;
        State = state ?? new KeyStates<TState>(keys);
    }

    public override IRuleState State { get; }

    protected KeyTable<TState> Keys { get; }

    protected override void Evaluate(scoped in Evaluated record, double value, AlertSink sink)
    {
        var index = Keys.GetOrAdd(record.Key, record.Hash);
        if (index < 0)
        {
            CountUntracked();
            return;
        }

        Keys.Touch(index, record.Sequence);
        Judge(in record, index, value, sink);
    }

    /// <summary>Looks at a value of the key at <paramref name="index"/>, which may be new.</summary>
    protected abstract void Judge(scoped in Evaluated record, int index, double value, AlertSink sink);

    /// <summary>What was unusual, in words for a person; made from saved state, so that it is the same after a
    /// restart.</summary>
    protected abstract string Explain(ref TState state);

    /// <summary>Most rules have nothing to say of a key that says nothing.</summary>
    public override void Tick(TimeProvider timeProvider, AlertSink sink) => Report();

    public override IEnumerable<Alert> Standing(AlertSink sink)
    {
        for (var index = 0; index < Keys.IndexEnd; index++)
        {
            if (Keys.IsUsed(index) && EpisodeAt(index).IsFiring)
            {
                yield return StandingAt(index, sink);
            }
        }
    }

    public override void Resume(long monotonic)
    {
        for (var index = 0; index < Keys.IndexEnd; index++)
        {
            if (Keys.IsUsed(index) && EpisodeAt(index).IsFiring)
            {
                _firingCount++;
                Keys.Pin(index);
            }
        }

        Report();
    }

    protected ref AlertEpisode EpisodeAt(int index) => ref TState.EpisodeOf(ref Keys.StateAt(index));

    /// <summary>Fires; the alert is named by the first record of its episode.</summary>
    protected void Fire(int index, long firstSequence, double value, double threshold, Timestamp at, AlertSink sink)
    {
        ref var episode = ref EpisodeAt(index);
        episode = new AlertEpisode
        {
            IsFiring = true,
            FirstSequence = firstSequence,
            FiredAt = at.UnixMicroseconds,
            Value = Math.Clamp(value, double.MinValue, double.MaxValue),
            Threshold = Math.Clamp(threshold, double.MinValue, double.MaxValue),
        };
        Keys.Pin(index);
        sink.Add(StandingAt(index, sink));
        _firingCount++;
        Report();
    }

    /// <summary>Fires because of this record.</summary>
    protected void Fire(scoped in Evaluated record, int index, double value, double threshold, AlertSink sink) =>
        Fire(index, record.Sequence, value, threshold, record.ArrivalTime, sink);

    protected void Resolve(scoped in Evaluated record, int index, double value, AlertSink sink)
    {
        sink.Add(AlertSink.Resolve(StandingAt(index, sink), value, record.ArrivalTime));
        EpisodeAt(index).IsFiring = false;
        Keys.Unpin(index);
        _firingCount--;
        Report();
    }

    private Alert StandingAt(int index, AlertSink sink)
    {
        ref readonly var episode = ref EpisodeAt(index);
        return sink.Fire(
            Definition, Keys.KeyAt(index), episode.FirstSequence, episode.Value, episode.Threshold,
            new Timestamp(episode.FiredAt), Explain(ref Keys.StateAt(index)));
    }

    private void Report()
    {
        SetCounts(0, _firingCount);
        SetDropped(Keys.Dropped);
    }
}
