using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>A rule that judges each value of a key by what it remembers of that key, with one alert at a
/// time.</summary>
/// <remarks>A derived rule decides; holding, firing, resolving, counting and what stands after a restart are done
/// here. Conditions that hold for less than the rule's time are in a table of their own, which a rule without such a
/// time has not.</remarks>
internal abstract class EpisodeRule<TState> : Rule
    where TState : struct, IEpisodeState<TState>
{
    private readonly HeldConditions? _held;
    private readonly UnsavedSize _unsaved;
    private int _firingCount;

    protected EpisodeRule(RuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved)
        : this(definition, columns, new KeyTable<TState>(keysMax, unsaved), unsaved)
    {
    }

    protected EpisodeRule(
        RuleDefinition definition,
        ColumnSet columns,
        KeyTable<TState> keys,
        UnsavedSize unsaved,
        IRuleState? state = null)
        : base(definition, columns)
    {
        Keys = keys;
        State = state ?? new KeyStates<TState>(keys);
        _unsaved = unsaved;
        if (definition.HoldTime > TimeSpan.Zero)
        {
            _held = new HeldConditions(definition.HoldTime, keys.Capacity, unsaved);
            State = new RuleStates(State, _held.State);
        }
    }

    public override IRuleState State { get; }

    protected KeyTable<TState> Keys { get; }

    public override int ExtraSaveBytesMax => _held is null
        ? 0
        : _unsaved.EntryOverheadBytes + HeldState.SizeBytes + ShardRules.KeySizeBytesMax;

    protected override void Evaluate(scoped in Evaluated record, double value, AlertSink sink)
    {
        var index = Keys.GetOrAdd(record.Key, record.Hash);
        if (index < 0)
        {
            CountUntracked();
            return;
        }

        Keys.Touch(index, record.Sequence);
        if (_held is { Keys.Count: > 0 })
        {
            FireIfToldBefore(in record, sink);
        }

        Judge(in record, index, value, sink);
    }

    /// <summary>Looks at a value of the key at <paramref name="index"/>, which may be new.</summary>
    protected abstract void Judge(scoped in Evaluated record, int index, double value, AlertSink sink);

    /// <summary>What was unusual, in words for a person; made from saved state, so that it is the same after a
    /// restart. Null where value and bound say it all.</summary>
    protected abstract string? Explain(ref TState state);

    /// <summary>Fires what has been held long enough of silent keys.</summary>
    public override void Tick(TimeProvider timeProvider, AlertSink sink)
    {
        if (_held is { Keys.Count: > 0 })
        {
            var now = timeProvider.GetTimestamp();
            for (var place = 0; place < _held.Keys.IndexEnd; place++)
            {
                if (_held.IsDue(place, timeProvider, now))
                {
                    FireHeld(place, Timestamp.From(timeProvider.GetUtcNow()), sink);
                }
            }
        }

        Report();
    }

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

    public override void AddPending(
        List<PendingAlert> pending, int countMax, TimeProvider timeProvider, AlertSink sink)
    {
        var now = timeProvider.GetTimestamp();
        for (var place = 0; place < (_held?.Keys.IndexEnd ?? 0) && pending.Count < countMax; place++)
        {
            if (_held!.Keys.IsUsed(place) && IndexOfHeld(place) is var index and >= 0)
            {
                ref readonly var episode = ref EpisodeAt(index);
                var alert = sink.Fire(
                    Definition, Keys.KeyAt(index), _held.Keys.StateAt(place).FirstSequence, episode.Value,
                    episode.Threshold, new Timestamp(0), Explain(ref Keys.StateAt(index)));
                var held = _held.TimeHeld(place, timeProvider, now);
                pending.Add(new PendingAlert(alert, held, Definition.HoldTime));
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

        _held?.Resume(monotonic);
        Report();
    }

    /// <inheritdoc/>
    public override void EndReplay(AlertSink sink)
    {
        for (var place = 0; place < (_held?.Keys.IndexEnd ?? 0); place++)
        {
            if (_held!.Keys.IsUsed(place) && FindTold(place, sink) is { } told)
            {
                FireHeld(place, told.FiredAt, sink);
            }
        }
    }

    protected ref AlertEpisode EpisodeAt(int index) => ref TState.EpisodeOf(ref Keys.StateAt(index));

    /// <summary>The condition holds at this record of a key without an alert: fires now, or once it has held long
    /// enough.</summary>
    /// <param name="record">The record.</param>
    /// <param name="index">Its key.</param>
    /// <param name="side">Where the key is: a condition on another side begins anew; 0 where that does not
    /// matter.</param>
    /// <param name="value">What is unusual.</param>
    /// <param name="threshold">The bound of it.</param>
    /// <param name="sink">Takes the alert.</param>
    protected void Hold(
        scoped in Evaluated record, int index, sbyte side, double value, double threshold, AlertSink sink)
    {
        if (_held is null)
        {
            Fire(in record, index, value, threshold, sink);
            return;
        }

        ref var episode = ref EpisodeAt(index);
        (episode.Value, episode.Threshold) = (Bounded(value), Bounded(threshold));
        if (_held.Hold(in record, side, out var firstSequence))
        {
            Fire(index, firstSequence, value, threshold, record.ArrivalTime, sink);
        }
        else
        {
            Report();
        }
    }

    /// <summary>The condition that holds already, if it does, goes on holding, with the value and bound that began
    /// it.</summary>
    protected void HoldOn(scoped in Evaluated record, int index, AlertSink sink)
    {
        var place = _held is { Keys.Count: > 0 } ? _held.Keys.Find(record.Key, record.Hash) : KeyTable<TState>.None;
        if (place >= 0)
        {
            var (side, episode) = (_held!.Keys.StateAt(place).Side, EpisodeAt(index));
            Hold(in record, index, side, episode.Value, episode.Threshold, sink);
        }
    }

    /// <summary>The condition does not hold at this record of a key without an alert.</summary>
    protected void Release(scoped in Evaluated record)
    {
        if (_held is { Keys.Count: > 0 })
        {
            _held.Release(in record);
            Report();
        }
    }

    /// <summary>Fires; the alert is named by the first record of its episode.</summary>
    protected void Fire(int index, long firstSequence, double value, double threshold, Timestamp at, AlertSink sink)
    {
        ref var episode = ref EpisodeAt(index);
        episode = new AlertEpisode
        {
            IsFiring = true,
            FirstSequence = firstSequence,
            FiredAt = at.UnixMicroseconds,
            Value = Bounded(value),
            Threshold = Bounded(threshold),
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

    private static double Bounded(double value) => Math.Clamp(value, double.MinValue, double.MaxValue);

    /// <summary>What fired in silence before a crash, and before this record came, fires again as it stands in the
    /// alerts stream.</summary>
    /// <remarks>There times have milliseconds: one within that of a record is taken to have fired at the record.
    /// </remarks>
    private void FireIfToldBefore(scoped in Evaluated record, AlertSink sink)
    {
        var place = _held!.Keys.Find(record.Key, record.Hash);
        if (place >= 0 && FindTold(place, sink) is { } told
            && told.FiredAt.UnixMicroseconds / 1000 < record.ArrivalTime.UnixMicroseconds / 1000)
        {
            FireHeld(place, told.FiredAt, sink);
        }
    }

    private Alert? FindTold(int place, AlertSink sink) =>
        sink.FindFired(Definition, _held!.Keys.KeyAt(place), _held.Keys.StateAt(place).FirstSequence);

    private void FireHeld(int place, Timestamp at, AlertSink sink)
    {
        var index = IndexOfHeld(place);
        var firstSequence = _held!.Keys.StateAt(place).FirstSequence;
        _held.Keys.Remove(place);
        if (index >= 0 && !EpisodeAt(index).IsFiring)
        {
            Fire(index, firstSequence, EpisodeAt(index).Value, EpisodeAt(index).Threshold, at, sink);
        }
    }

    /// <summary>The key of a condition that holds, or none where the key was dropped to make room.</summary>
    private int IndexOfHeld(int place)
    {
        var key = _held!.Keys.KeyAt(place);
        return Keys.Find(key, KeyHash.Of(key));
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
        SetCounts(_held?.Keys.Count ?? 0, _firingCount);
        SetDropped(Keys.Dropped);
    }
}
