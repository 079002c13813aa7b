namespace EdgeStream.Analytics;

/// <summary>How long a rule's condition has held for each key that has no alert yet.</summary>
/// <remarks>Measured as <see cref="ThresholdRule"/> does: by <see cref="KeyClock"/> from record to record, and by the
/// monotonic clock since the key's last record when it falls silent. Bounded like the rule's own keys.</remarks>
internal sealed class HeldConditions
{
    /// <summary>The first byte of a saved entry, which no other entry of a rule begins with.</summary>
    private const byte EntryVersion = 33;

    // Names of entries: two bytes before the key that begin no text, and no other name of an entry.
    private static readonly byte[] NamePrefix = [255, 254];

    private readonly long _forMicroseconds;

    public HeldConditions(TimeSpan time, int keysMax, UnsavedSize unsaved)
    {
        _forMicroseconds = time.Ticks / TimeSpan.TicksPerMicrosecond;
        Keys = new KeyTable<HeldState>(keysMax, unsaved);
        State = new KeyStates<HeldState>(Keys, EntryVersion, NamePrefix);
    }

    public KeyTable<HeldState> Keys { get; }

    public IRuleState State { get; }

    /// <summary>The condition holds at a record; whether that has been so for long enough, and since which
    /// record.</summary>
    public bool Hold(scoped in Evaluated record, sbyte side, out long firstSequence)
    {
        var place = Keys.Find(record.Key, record.Hash);
        var isNew = place < 0;
        place = isNew ? Keys.GetOrAdd(record.Key, record.Hash) : place;
        ref var state = ref Keys.StateAt(place);
        if (isNew || state.Side != side)
        {
            state = new HeldState { FirstSequence = record.Sequence, SinceKeyTime = record.KeyTime, Side = side };
        }

        // A key whose clock was forgotten starts to count again.
        state.SinceKeyTime = Math.Min(state.SinceKeyTime, record.KeyTime);
        state.Held = record.KeyTime - state.SinceKeyTime;
        state.SeenAt = record.Monotonic;
        firstSequence = state.FirstSequence;
        Keys.Touch(place, record.Sequence);
        if (state.Held < _forMicroseconds)
        {
            return false;
        }

        Keys.Remove(place);
        return true;
    }

    /// <summary>The condition holds no more.</summary>
    public void Release(scoped in Evaluated record)
    {
        var place = Keys.Count == 0 ? KeyTable<HeldState>.None : Keys.Find(record.Key, record.Hash);
        if (place >= 0)
        {
            Keys.Remove(place);
        }
    }

    /// <summary>Whether a silent key's condition has held long enough.</summary>
    public bool IsDue(int place, TimeProvider timeProvider, long now) =>
        Keys.IsUsed(place)
        && TimeHeld(place, timeProvider, now).Ticks / TimeSpan.TicksPerMicrosecond >= _forMicroseconds;

    public TimeSpan TimeHeld(int place, TimeProvider timeProvider, long now)
    {
        ref readonly var state = ref Keys.StateAt(place);
        return TimeSpan.FromMicroseconds(state.Held) + timeProvider.GetElapsedTime(state.SeenAt, now);
    }

    /// <summary>Counts silence from now on.</summary>
    public void Resume(long monotonic)
    {
        for (var place = 0; place < Keys.IndexEnd; place++)
        {
            if (Keys.IsUsed(place))
            {
                Keys.StateAt(place).SeenAt = monotonic;
            }
        }
    }
}
